"""Correcting a dose: both amounts stay visible; doses left, totals and chart follow the new one."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.derived import derived_id
from domain.episode.dosing.as_it_stood import as_it_stood
from domain.episode.dosing.dose_arithmetic import Portion, require_tablets_to_add_up
from domain.episode.dosing.dose_deviations import amount_deviations, deviations_of, exceeds_the_plan, out_of_window
from domain.episode.dosing.entered_between import entered_between
from domain.episode.dosing.watched_too_briefly import known_after_the_end
from domain.episode.dosing.which_dose import dose_of
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.plan import Milligrams
from domain.episode.plan.under_protocol import protocol_at
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import HoldPlaced, hold_because
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import Dose, DosePart, Session, SessionKind
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class DoseCorrected(EpisodeEvent, stored_as="DoseCorrected", happened_in="taken_at"):
    """The amount or time of a dose was corrected. `replaces` is the entry that is corrected."""

    session_id: UUID
    dose_id: UUID
    replaces: UUID
    amount_mg: Decimal
    was_amount_mg: Decimal
    tablets: tuple[Portion, ...] = ()
    taken_at: datetime
    was_taken_at: datetime
    reason: Sealed[str]


class CorrectDose(Order):
    session_id: UUID
    dose_id: UUID
    amount_mg: Milligrams
    """A dose that was not taken at all is marked in error instead."""
    tablets: tuple[Portion, ...] = Field(default=(), max_length=10)
    taken_at: AwareDatetime | None = None
    """None: the time stays as it is."""
    reason: FreeText


@decides(Role.THERAPIST, Role.PRESCRIBER)
def correct_dose(
    episode: Episode,
    order: CorrectDose,
    *,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians,
    now: datetime,
) -> list[Event]:
    """Correct the amount or the time of a dose. What an earlier value held stays held."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    old = dose_of(session, order.dose_id)
    require_tablets_to_add_up(order.amount_mg, order.tablets)
    tablets = order.tablets or (old.tablets if order.amount_mg == old.amount_mg else ())
    new = change(old, amount_mg=order.amount_mg, taken_at=order.taken_at or old.taken_at, tablets=tablets)
    if new == old:
        return []
    corrected = DoseCorrected(
        session_id=order.session_id,
        dose_id=old.dose_id,
        replaces=old.corrected_in or old.entry_id,
        amount_mg=new.amount_mg,
        was_amount_mg=old.amount_mg,
        tablets=new.tablets,
        taken_at=new.taken_at,
        was_taken_at=old.taken_at,
        reason=order.reason,
    )
    with_it = change(session, doses=put(session.doses, new.dose_id, new))
    broken = _broken(new, old, with_it, episode, protocol, network, clinicians)
    broken += _later_parts(new, old, with_it, episode, protocol, network, clinicians)
    is_graver = new.amount_mg > old.amount_mg and exceeds_the_plan(broken)
    return [
        corrected,
        *(deviation for deviation in broken if deviation.deviation_id not in episode.deviations),
        *(_held_anew(episode, new, session) if is_graver else []),
        *entered_between(episode, with_it, dose=new, network=network, protocol=protocol, now=now),
        *known_after_the_end(episode, with_it, protocol.numbers),
    ]


def _broken(
    new: Dose,
    old: Dose,
    session: Session,
    episode: Episode,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians,
) -> list[DeviationNoted]:
    """A time that was wrong is judged anew, as if the dose were recorded now: its clearance may have lapsed by then."""
    if new.taken_at == old.taken_at:
        then, under = as_it_stood(episode, new.taken_at), protocol_at(new.taken_at, network, protocol)
        return list(amount_deviations(new, session, then, under.numbers))
    before, without = _without(new, session, episode)
    return deviations_of(new, before, without, protocol=protocol, network=network, clinicians=clinicians)


def _later_parts(
    new: Dose,
    old: Dose,
    session: Session,
    episode: Episode,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians,
) -> Iterator[DeviationNoted]:
    """A booster's window counts from the first part: where that was at another time, it may have been missed."""
    if new.taken_at == old.taken_at:
        return
    for later in session.doses.values():
        if later.dose_id == new.dose_id or later.part is DosePart.FIRST:
            continue
        before, without = _without(later, session, episode)
        yield from out_of_window(later, before, without, protocol=protocol, network=network, clinicians=clinicians)


def _without(dose: Dose, session: Session, episode: Episode) -> tuple[Session, Episode]:
    """Both as if the dose were still to be recorded."""
    others = {key: one for key, one in session.doses.items() if key != dose.dose_id}
    return change(session, doses=others), with_session(episode, session.session_id, doses=others)


def _held_anew(episode: Episode, dose: Dose, session: Session) -> list[HoldPlaced]:
    """A hold for the higher amount: who released one for a lower amount has not looked at this one (D5)."""
    held = [hold for hold in episode.holds.values() if hold.because_of == dose.dose_id]
    if any(hold.is_open and hold.reason is HoldReason.DOSE_OVER_PLAN for hold in held):
        return []
    hold = hold_because(HoldReason.DOSE_OVER_PLAN, dose.dose_id, session.session_id)
    if hold.hold_id not in episode.holds:
        return [hold]
    again = derived_id(hold.hold_id, "corrected", len(held))
    return [hold.model_copy(update={"hold_id": again})]


@evolve.register
def _(event: DoseCorrected, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    old = session.doses.get(event.dose_id) if session else None
    if session is None or old is None:
        return episode
    new = change(
        old,
        amount_mg=event.amount_mg,
        taken_at=event.taken_at,
        corrected_in=envelope.event_id,
        known_in=envelope.version,
        tablets=event.tablets,
    )
    return with_session(episode, event.session_id, doses=put(session.doses, event.dose_id, new))
