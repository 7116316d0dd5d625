"""The end of a dosing session. Releasing asks the rules; every other end is a fact and possible in any state."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.episode.dosing.driving import may_drive_from, zone_of
from domain.episode.dosing.watched_too_briefly import ended_too_early, has_vitals_after, vitals_after_missing
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates import Checkpoint, gates, require_open
from domain.episode.intake.intake import Way
from domain.episode.plan.plan import PlanStatus
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from domain.episode.safety.note_deviation import note_deviation
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import Session, SessionEnd, SessionKind, SessionStatus
from domain.episode.session.which_session import name_of, session_of, with_session
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed


class ReleaseCriteria(BaseModel):
    """How the patient is when they are released; each is looked at (S:JC-CHAP)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_oriented: bool
    walks_steadily: bool
    keeps_fluids_down: bool
    pressure_near_baseline: bool
    adult_stays: bool
    knows_when_to_drive: bool

    @property
    def unmet(self) -> list[str]:
        return [name for name, is_met in self if not is_met]


class SessionEnded(EpisodeEvent, stored_as="SessionEnded", happened_in="ended_at"):
    """A dosing session ended, in one of several ways.

    `may_drive_from` is when the patient may drive again, in the zone they were in; None where no dose was taken.
    """

    session_id: UUID
    ended_as: SessionEnd
    ended_at: datetime
    criteria: ReleaseCriteria | None = None
    vitals_after_missing_reason: Sealed[str] | None = None
    may_drive_from: datetime | None = None
    reason: Sealed[str] | None = None


class EndDosingSession(Order):
    session_id: UUID
    ended_as: SessionEnd
    ended_at: AwareDatetime | None = None
    criteria: ReleaseCriteria | None = None
    vitals_after_missing_reason: FreeText | None = None
    reason: FreeText | None = None


class SessionHasEnded(Refused):
    """This session ended as {ended_as}. Mark that entry in error first, if it was not so."""


class DoseWasTaken(Refused):
    """A dose was taken, so this session was not held without one. Choose how it ended."""


class NoDoseWasTaken(Refused):
    """No dose was taken, so there is nothing to be released from. Choose held, no dose."""


class ReleaseCriteriaAreNotMet(Refused):
    """The patient cannot be released yet. Not confirmed: {unmet}. Wait, or end the session in another way."""

    rule = "+observation"


@decides(Role.THERAPIST, Role.PRESCRIBER)
def end_dosing_session(
    episode: Episode,
    order: EndDosingSession,
    *,
    network: Network,
    protocol: Protocol,
    clinicians: Clinicians,
    now: datetime,
) -> list[Event]:
    """End a dosing session. An emergency transfer needs no other field."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    if session.ended_as is not None:
        if session.ended_as is order.ended_as:
            return []
        raise SessionHasEnded(field="session_id", ended_as=session.ended_as.value.replace("_", " "))
    _require_possible(session, order.ended_as)
    ended_at = order.ended_at or order.happened_at(now)
    if order.ended_as is SessionEnd.RELEASED:
        asked = gates(
            episode,
            Checkpoint.RELEASE,
            now=min(ended_at, now),
            protocol=protocol,
            network=network,
            clinicians=clinicians,
            session_id=session.session_id,
        )
        require_open(asked, f"{name_of(session)}: the patient may not be released.")
        _require_criteria(order.criteria)
    ended = SessionEnded(
        session_id=session.session_id,
        ended_as=order.ended_as,
        ended_at=ended_at,
        criteria=order.criteria,
        vitals_after_missing_reason=order.vitals_after_missing_reason,
        may_drive_from=driving_time(episode, session, network, protocol),
        reason=order.reason,
    )
    return [ended, *_what_follows(episode, session, ended, protocol)]


def driving_time(episode: Episode, session: Session, network: Network, protocol: Protocol) -> datetime | None:
    """When the patient of this session may drive; None where no dose was taken."""
    if session.last_dose_at is None:
        return None
    return may_drive_from(
        session.last_dose_at, zone_of(episode, session, network), protocol.numbers.driving_hours.value
    )


def _require_possible(session: Session, ended_as: SessionEnd) -> None:
    if ended_as is SessionEnd.HELD_NO_DOSE and session.is_dosed:
        raise DoseWasTaken(field="ended_as")
    if ended_as is SessionEnd.RELEASED and not session.is_dosed:
        raise NoDoseWasTaken(field="ended_as")


def _require_criteria(criteria: ReleaseCriteria | None) -> None:
    if criteria is None:
        raise ReleaseCriteriaAreNotMet(field="criteria", unmet="any criterion")
    if criteria.unmet:
        said = ", ".join(name.replace("_", " ") for name in criteria.unmet)
        raise ReleaseCriteriaAreNotMet(field=f"criteria.{criteria.unmet[0]}", unmet=said)


def _what_follows(episode: Episode, session: Session, ended: SessionEnded, protocol: Protocol) -> Iterator[Event]:
    """Holds and deviations of an end that was not a release."""
    if ended.ended_as in (SessionEnd.RELEASED, SessionEnd.HELD_NO_DOSE):
        return
    if ended.ended_as is SessionEnd.EMERGENCY_TRANSFER:
        yield from _emergency(episode, session)
        return
    if not session.is_dosed:
        return
    if not has_vitals_after(session, ended.ended_at):
        yield vitals_after_missing(session)
    yield from _left_too_early(episode, session, ended, protocol)


def _emergency(episode: Episode, session: Session) -> Iterator[Event]:
    """The plan rests until a prescriber has reviewed what happened."""
    if not session.is_emergency:
        yield hold_because(HoldReason.EMERGENCY, session.session_id, session.session_id)
    if episode.plan is not None and episode.plan.status is PlanStatus.IN_FORCE:
        yield PlanSuspended(plan_id=episode.plan.plan_id, because=SuspendedBecause.EMERGENCY)


def _left_too_early(episode: Episode, session: Session, ended: SessionEnded, protocol: Protocol) -> Iterator[Event]:
    yield from ended_too_early(episode, session, ended.ended_at, protocol.numbers)
    if ended.ended_as is SessionEnd.AGAINST_ADVICE:
        rule = "13" if session.way is Way.IN_PERSON else "12"
        yield note_deviation(rule, "left_against_advice", session.session_id, at=ended.ended_at)
    if ended.ended_as is SessionEnd.CONNECTION_LOST:
        yield note_deviation("12", "connection_lost", session.session_id, at=ended.ended_at)


@evolve.register
def _(event: SessionEnded, episode: Episode, envelope: Envelope) -> Episode:
    return with_session(
        episode,
        event.session_id,
        status=SessionStatus.COMPLETED,
        ended_as=event.ended_as,
        ended_at=event.ended_at,
        end_entry_id=envelope.event_id,
        may_drive_from=event.may_drive_from,
    )
