"""Record that a state's prescription monitoring program (PDMP) was asked."""

from datetime import date, datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Actor, Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import count
from domain.episode.intake.update_intake import IntakeIsNotComplete
from domain.episode.prescription.prescription import PdmpCheck, PdmpResult
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.create_network import StateCode
from domain.network.network import Network
from domain.order import NewId, Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change


class PdmpChecked(EpisodeEvent, stored_as="PdmpChecked", happened_in="checked_at"):
    """The state's prescription drug monitoring program was asked about the patient, and this was its answer."""

    check_id: UUID
    state: str
    checked_at: datetime
    checked_on: date
    """The day in the network's zone."""
    checked_by: UUID
    result: PdmpResult
    reference: Sealed[str] | None = None
    note: Sealed[str] | None = None


class CheckPdmp(Order):
    check_id: NewId
    state: StateCode | None = None
    """None: where the patient lives."""
    checked_at: AwareDatetime | None = None
    result: PdmpResult
    reference: FreeText | None = None
    """The number of the query or report."""
    note: FreeText | None = None


class PdmpIsNotChecked(Refused):
    """The prescription monitoring program of {state} was not asked in the {days} before. Record that check first."""

    rule = "19.pdmp"


@decides(Role.PRESCRIBER)
def check_pdmp(episode: Episode, order: CheckPdmp, *, by: Actor, network: Network, now: datetime) -> list[Event]:
    """Record what the program answered, coded; who asked, and when."""
    require_open_episode(episode)
    if any(check.check_id == order.check_id for check in episode.pdmp_checks):
        return []
    state = order.state or (episode.intake.home_state if episode.intake else None)
    if state is None:
        raise IntakeIsNotComplete(field="state")
    checked_at = order.checked_at or order.happened_at(now)
    return [
        PdmpChecked(
            check_id=order.check_id,
            state=state,
            checked_at=checked_at,
            checked_on=day_of(checked_at, network.zone),
            checked_by=by.actor_id,
            result=order.result,
            reference=order.reference,
            note=order.note,
        )
    ]


def require_pdmp_checked(episode: Episode, protocol: Protocol, issued_on: date) -> None:
    """Refuse a prescription without a recent check, where the protocol asks for one (state law varies, S:HITC)."""
    state = episode.intake.home_state if episode.intake else None
    if (days := days_asked(protocol)) is None or state is None or is_checked(episode, state, issued_on, days):
        return
    raise PdmpIsNotChecked(state=state, days=count(days, "day"))


def days_asked(protocol: Protocol) -> int | None:
    """How old a check may be; None where the rule is not in force."""
    valid = protocol.numbers.pdmp_valid_days
    return valid.value if protocol.pdmp_required and valid is not None else None


def is_checked(episode: Episode, state: str, day: date, days: int) -> bool:
    """Whether the program of that state answered within so many days before that day."""
    answered = (c for c in episode.pdmp_checks if c.state == state and c.result is not PdmpResult.NOT_AVAILABLE)
    return any(0 <= (day - check.checked_on).days <= days for check in answered)


@evolve.register
def _(event: PdmpChecked, episode: Episode, envelope: Envelope) -> Episode:
    check = PdmpCheck(envelope.event_id, event.check_id, event.state, event.checked_on, event.result)
    return change(episode, pdmp_checks=(*episode.pdmp_checks, check))
