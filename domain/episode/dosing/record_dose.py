"""A dose was taken. It is recorded whatever the rules say; a rule that was broken is noted beside it."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.episode.dosing.dose_arithmetic import Portion, plain, require_tablets_to_add_up
from domain.episode.dosing.dose_deviations import deviations_of, exceeds_the_plan, taken_with
from domain.episode.dosing.entered_between import entered_between
from domain.episode.dosing.next_part import offered_mg
from domain.episode.dosing.standing_clearance import clearance_of, stands_at
from domain.episode.dosing.watched_too_briefly import known_after_the_end
from domain.episode.eligibility.of_age import is_adult
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import clock
from domain.episode.plan.plan import Milligrams
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import Dose, DosePart, Session, SessionKind, SessionStatus
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId, Order
from domain.patient.patient import Patient
from domain.protocol.protocol import Protocol
from domain.refusal import AsksAgain
from domain.stream import change, put


class DoseTaken(EpisodeEvent, stored_as="DoseTaken", happened_in="taken_at"):
    """The patient took a dose, or a part of one; `cleared`: it had been cleared before."""

    session_id: UUID
    dose_id: UUID
    part: DosePart
    amount_mg: Decimal
    tablets: tuple[Portion, ...] = ()
    taken_at: datetime
    held_minutes: int | None = None
    swallowed: bool
    cleared: bool
    lot: str | None = None


class RecordDose(Order):
    session_id: UUID
    dose_id: NewId
    part: DosePart = DosePart.FIRST
    amount_mg: Milligrams
    tablets: tuple[Portion, ...] = Field(default=(), max_length=10)
    tablets_not_counted: bool = False
    """Nobody knows how many tablets it was."""
    is_another: bool = False
    """One more of a part that is recorded already."""
    taken_at: AwareDatetime | None = None
    held_minutes: int | None = Field(default=None, ge=0, le=120)
    swallowed: bool = False
    lot: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./-]{0,29}$")
    """The lot on the pack."""


class HowManyTablets(AsksAgain):
    """{amount_mg} mg is above the {expected_mg} mg expected. Count the tablets, or say that nobody counted them."""

    confirm = "tablets_not_counted"
    rule = "15"


class ThisPartIsRecorded(AsksAgain):
    """The {part} part is recorded already: {amount_mg} mg at {clock}. If one more was taken, say so."""

    confirm = "is_another"
    rule = "15"


@decides(Role.THERAPIST, Role.PRESCRIBER)
def record_dose(
    episode: Episode,
    order: RecordDose,
    *,
    network: Network,
    protocol: Protocol,
    clinicians: Clinicians,
    patient: Patient,
    now: datetime,
) -> list[Event]:
    """Record a dose that was taken, now or late, cleared or not."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    if order.dose_id in session.doses:
        return []
    require_tablets_to_add_up(order.amount_mg, order.tablets)
    _ask_whether_another(session, order, network)
    _ask_for_tablets(episode, session, order, protocol, now)
    dose = Dose(
        entry_id=order.dose_id,
        dose_id=order.dose_id,
        part=order.part,
        amount_mg=order.amount_mg,
        taken_at=order.taken_at or order.happened_at(now),
        swallowed_in=order.dose_id if order.swallowed else None,
    )
    taken = DoseTaken(
        session_id=session.session_id,
        dose_id=dose.dose_id,
        part=dose.part,
        amount_mg=dose.amount_mg,
        tablets=order.tablets,
        taken_at=dose.taken_at,
        held_minutes=order.held_minutes,
        swallowed=order.swallowed,
        cleared=_is_cleared(episode, session, dose, protocol),
        lot=order.lot,
    )
    deviations = _with_age(
        deviations_of(dose, session, episode, protocol=protocol, network=network, clinicians=clinicians),
        is_adult(episode, patient),
        dose,
    )
    hold = hold_because(HoldReason.DOSE_OVER_PLAN, dose.dose_id, session.session_id)
    with_it = change(session, doses=put(session.doses, dose.dose_id, dose))
    return [
        taken,
        *deviations,
        *([hold] if exceeds_the_plan(deviations) else []),
        *entered_between(episode, with_it, dose=dose, network=network, protocol=protocol, now=now),
        *known_after_the_end(episode, with_it, protocol.numbers),
    ]


def _with_age(deviations: list[DeviationNoted], is_of_age: bool, dose: Dose) -> list[DeviationNoted]:
    """Also where the birth date was corrected after the referral, which the episode itself does not know."""
    told = note_deviation("+adult", "adult", dose.dose_id)
    is_told = is_of_age or any(deviation.deviation_id == told.deviation_id for deviation in deviations)
    return deviations if is_told else [*deviations, told]


def _is_cleared(episode: Episode, session: Session, dose: Dose, protocol: Protocol) -> bool:
    """Taken under a clearance of this part that stood, and no more than it allowed."""
    cleared = clearance_of(session, dose.part, dose.taken_at)
    if cleared is None or not stands_at(cleared, session, dose.taken_at, protocol.numbers, episode):
        return False
    return taken_with(dose, session) <= cleared.total_mg


def _ask_whether_another(session: Session, order: RecordDose, network: Network) -> None:
    """Two people may enter one dose: the second is asked, never refused for good."""
    same = [dose for dose in session.doses.values() if dose.part is order.part]
    if order.is_another or not same:
        return
    last = max(same, key=lambda dose: dose.taken_at)
    said = {"amount_mg": plain(last.amount_mg), "clock": clock(last.taken_at, network.zone)}
    raise ThisPartIsRecorded(field="part", part=order.part.value, **said)


def _ask_for_tablets(episode: Episode, session: Session, order: RecordDose, protocol: Protocol, now: datetime) -> None:
    """A slip such as 2,000 for 200 shows in the tablets; without them, more than was expected is asked about."""
    if order.tablets or order.tablets_not_counted:
        return
    terms = episode.plan.terms if episode.plan else None
    go, taken_at = session.clearance, order.taken_at or order.happened_at(now)
    is_cleared = go is not None and stands_at(go, session, taken_at, protocol.numbers, episode)
    cleared = go.total_mg - session.total_mg if go is not None and is_cleared else Decimal(0)
    expected = max(cleared, offered_mg(session, terms) if terms else Decimal(0))
    if order.amount_mg > expected:
        raise HowManyTablets(field="tablets", amount_mg=plain(order.amount_mg), expected_mg=plain(expected))


@evolve.register
def _(event: DoseTaken, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    if session is None:
        return episode
    dose = Dose(
        entry_id=envelope.event_id,
        dose_id=event.dose_id,
        part=event.part,
        amount_mg=event.amount_mg,
        taken_at=event.taken_at,
        swallowed_in=envelope.event_id if event.swallowed else None,
        was_cleared=event.cleared,
        tablets=event.tablets,
        lot=event.lot,
        known_in=envelope.version,
    )
    status = session.status if session.status is SessionStatus.COMPLETED else SessionStatus.DOSED
    return with_session(episode, event.session_id, doses=put(session.doses, event.dose_id, dose), status=status)
