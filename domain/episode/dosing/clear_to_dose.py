"""Go or no-go: clearing a part of the dose, valid until the vitals it rests on expire."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.episode.dosing.dose_arithmetic import Portion, plain, require_makeable, require_tablets_to_add_up
from domain.episode.dosing.next_part import next_part
from domain.episode.dosing.rechecks import before_the_dose
from domain.episode.dosing.standing_clearance import stands_at
from domain.episode.dosing.which_plan import plan_of
from domain.episode.eligibility.of_age import require_of_age
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates import Checkpoint, gates, require_open
from domain.episode.gates.doses import dosed_sessions
from domain.episode.gates.gate import Question
from domain.episode.gates.licences import require_fit
from domain.episode.plan.plan import Milligrams, Plan
from domain.episode.session.session import Clearance, DosePart, Session, SessionKind, SessionStatus, Vitals
from domain.episode.session.which_session import SessionIsOver, name_of, session_of, with_session
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.patient.patient import Patient
from domain.protocol.numbers import Numbers
from domain.protocol.protocol import Protocol
from domain.refusal import AsksAgain, Refused


class DoseCleared(EpisodeEvent, stored_as="DoseCleared"):
    """The dose, or a part of it, was cleared to be taken until a moment.

    `total_mg` is what the session may reach, earlier parts included; `gates` the rules that were asked.
    """

    session_id: UUID
    part: DosePart
    total_mg: Decimal
    tablets: tuple[Portion, ...] = ()
    vitals_ids: tuple[UUID, ...]
    lapses_at: datetime
    plan_id: UUID
    plan_version: int
    gates: tuple[str, ...]


class ClearToDose(Order):
    session_id: UUID
    part: DosePart = DosePart.FIRST
    dose_mg: Milligrams
    """The first part: the whole dose of the session, boosters apart. Later: this part alone."""
    tablets: tuple[Portion, ...] = Field(default=(), max_length=10)
    plan_version: int
    """The version of the plan on the page."""
    plan_id: UUID | None = None
    """The plan on the page; None: the one that the session was opened under."""
    patient_was_asked: bool = False
    """A second part or a booster is given to a patient who was asked and answered."""
    confirm_dose: bool = False


class SessionIsNotOpen(Refused):
    """This session is not open. Open it first."""


class AGoAheadIsNotBackdated(Refused):
    """A dose is cleared for now, never for a time that has passed. Record the dose itself: that is always possible."""


class PlanHasChanged(Refused):
    """The plan changed to version {version}: the next dose is {now_mg} mg, it was {was_mg} mg. Look again."""

    rule = "3"


class AnotherPartIsNext(Refused):
    """The {expected} part comes next, not the {asked} one."""

    rule = "15"


class PatientMustBeAsked(Refused):
    """Ask the patient whether they want it, and say that you did."""

    rule = "15.after"


class DoseIsAboveTheLast(AsksAgain):
    """{dose_mg} mg is above the last dose of {last_mg} mg. Say again that it is meant."""

    confirm = "confirm_dose"
    rule = "15"


@decides(Role.THERAPIST)
def clear_to_dose(
    episode: Episode,
    order: ClearToDose,
    *,
    by: Actor,
    patient: Patient,
    network: Network,
    protocol: Protocol,
    clinicians: Clinicians,
    now: datetime,
) -> list[Event]:
    """Clear the dose, its second part or a booster."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    if order.happened_at(now) < now - timedelta(minutes=protocol.numbers.clock_skew_minutes.value):
        raise AGoAheadIsNotBackdated(field="occurred_at")
    _require_running(session)
    require_of_age(episode, patient)
    require_tablets_to_add_up(order.dose_mg, order.tablets)
    if episode.plan is not None:
        _require_current(episode.plan, session, order)
        require_makeable(order.dose_mg, episode.plan.terms)
        _require_next(session, episode.plan, order)
    checkpoint = Checkpoint.CLEAR if order.part is DosePart.FIRST else Checkpoint.SECOND_PART
    asked = gates(
        episode,
        checkpoint,
        now=now,
        protocol=protocol,
        network=network,
        clinicians=clinicians,
        session_id=session.session_id,
        dose_mg=order.dose_mg,
    )
    require_open(asked, f"{name_of(session)}: this dose may not be taken.")
    require_fit(by.actor_id, episode, Question(checkpoint, now, protocol, network, clinicians, session, session.way))
    if _is_cleared_already(episode, session, order, now, protocol.numbers):
        return []
    _require_meant(episode, session, order)
    plan, vitals = plan_of(episode), _vitals(session, order.part, now)
    return [
        DoseCleared(
            session_id=session.session_id,
            part=order.part,
            total_mg=session.total_mg + order.dose_mg,
            tablets=order.tablets,
            vitals_ids=tuple(v.vitals_id for v in vitals[-1:]),
            lapses_at=_lapses_at(vitals, order.part, now, protocol.numbers),
            plan_id=plan.plan_id,
            plan_version=plan.version,
            gates=tuple(dict.fromkeys(gate.rule for gate in asked)),
        )
    ]


def _require_running(session: Session) -> None:
    if session.status is SessionStatus.BOOKED:
        raise SessionIsNotOpen(field="session_id")
    if not session.is_running:
        raise SessionIsOver(field="session_id", status=session.status.value)


def _is_cleared_already(
    episode: Episode, session: Session, order: ClearToDose, moment: datetime, numbers: Numbers
) -> bool:
    cleared = session.clearance
    if cleared is None or cleared.part is not order.part:
        return False
    if not stands_at(cleared, session, moment, numbers, episode):
        return False
    return cleared.total_mg == session.total_mg + order.dose_mg and cleared.plan_version == order.plan_version


def _require_current(plan: Plan, session: Session, order: ClearToDose) -> None:
    if order.plan_version != plan.version or not _is_meant(plan, session, order):
        was = session.planned_mg or plan.terms.next_dose_mg
        raise PlanHasChanged(
            field="plan_version", version=plan.version, now_mg=plain(plan.terms.next_dose_mg), was_mg=plain(was)
        )


def _is_meant(plan: Plan, session: Session, order: ClearToDose) -> bool:
    """Versions of every plan begin at 1: one that was issued in the middle of the session is named."""
    if order.plan_id is not None:
        return order.plan_id == plan.plan_id
    return session.opened_in is None or plan.issued_in < session.opened_in


def _require_next(session: Session, plan: Plan, order: ClearToDose) -> None:
    expected = next_part(session, plan.terms)
    if order.part is not expected:
        raise AnotherPartIsNext(field="part", expected=expected.value, asked=order.part.value)
    if order.part is not DosePart.FIRST and not order.patient_was_asked:
        raise PatientMustBeAsked(field="patient_was_asked")


def _require_meant(episode: Episode, session: Session, order: ClearToDose) -> None:
    """A first part above the last dose is asked about once more."""
    earlier = dosed_sessions(episode, besides=session.session_id)
    if order.part is not DosePart.FIRST or order.confirm_dose or not earlier:
        return
    last = sum((d.amount_mg for d in earlier[-1].doses.values() if d.part is not DosePart.BOOSTER), Decimal(0))
    if order.dose_mg > last:
        raise DoseIsAboveTheLast(field="dose_mg", dose_mg=plain(order.dose_mg), last_mg=plain(last))


def _vitals(session: Session, part: DosePart, moment: datetime) -> list[Vitals]:
    """The sets this clearance rests on, the newest last."""
    if part is DosePart.FIRST:
        return sorted(before_the_dose(session, moment), key=lambda v: v.taken_at)
    first_at = session.first_dose_at
    since = (v for v in session.vitals.values() if first_at is not None and first_at <= v.taken_at <= moment)
    return sorted(since, key=lambda v: v.taken_at)


def _lapses_at(vitals: list[Vitals], part: DosePart, moment: datetime, numbers: Numbers) -> datetime:
    """When the vitals expire; where a prescriber let the dose go ahead without fresh ones, as long after now."""
    minutes = numbers.vitals_valid_minutes if part is DosePart.FIRST else numbers.booster_vitals_minutes
    valid = timedelta(minutes=minutes.value)
    expires_at = vitals[-1].taken_at + valid if vitals else moment
    return expires_at if expires_at >= moment else moment + valid


@evolve.register
def _(event: DoseCleared, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    if session is None:
        return episode
    plan = episode.plans.get(event.plan_id)
    clearance = Clearance(
        entry_id=envelope.event_id,
        part=event.part,
        total_mg=event.total_mg,
        cleared_at=envelope.occurred_at,
        lapses_at=event.lapses_at,
        plan_id=event.plan_id,
        plan_version=event.plan_version,
        known_in=envelope.version,
        limits=plan.terms.vital_limits if plan else None,
        rests_on=tuple(v for key, v in session.vitals.items() if key in event.vitals_ids),
        state=session.place.state if session.place else None,
    )
    return with_session(
        episode,
        event.session_id,
        clearances=(*session.clearances, clearance),
        status=SessionStatus.CLEARED if session.status is SessionStatus.OPEN else session.status,
    )
