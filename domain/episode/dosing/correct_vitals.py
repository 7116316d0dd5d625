"""Correcting a set of vitals: both values stay visible, the clearance it allowed is not rewritten."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.dosing.outside_limits import dosed_on_older_vitals, dosed_outside_limits
from domain.episode.dosing.record_vitals import Measured, measured, require_plausible
from domain.episode.dosing.vitals_holds import holds_after
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.session import SessionKind
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class VitalsCorrected(EpisodeEvent, Measured, stored_as="VitalsCorrected", happened_in="taken_at"):
    """A set of vitals was corrected.

    `replaces` is the entry that is corrected; the values it held stand beside the new ones.
    """

    session_id: UUID
    vitals_id: UUID
    replaces: UUID
    taken_at: datetime
    was_systolic_mmhg: int
    was_diastolic_mmhg: int | None
    was_pulse_per_min: int | None
    was_spo2_percent: int | None
    was_symptoms: bool
    was_taken_at: datetime
    reason: Sealed[str]


class CorrectVitals(Order, Measured):
    session_id: UUID
    vitals_id: UUID
    taken_at: AwareDatetime | None = None
    """None: the time stays as it is."""
    reason: FreeText
    confirm_extreme: bool = False


class VitalsAreUnknown(Refused):
    """There is no such set of vitals in this session. Choose one that was recorded."""


@decides(Role.THERAPIST, Role.PRESCRIBER)
def correct_vitals(episode: Episode, order: CorrectVitals, *, protocol: Protocol) -> list[Event]:
    """Correct a set of vitals. A hold it placed stays until a prescriber releases it."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    old = session.vitals.get(order.vitals_id)
    if old is None:
        raise VitalsAreUnknown(field="vitals_id")
    require_plausible(order, order.confirm_extreme, protocol.numbers)
    new = change(old, **measured(order), taken_at=order.taken_at or old.taken_at)
    if new == old:
        return []
    corrected = VitalsCorrected(
        session_id=order.session_id,
        vitals_id=old.vitals_id,
        replaces=old.corrected_in or old.entry_id,
        taken_at=new.taken_at,
        was_systolic_mmhg=old.systolic_mmhg,
        was_diastolic_mmhg=old.diastolic_mmhg,
        was_pulse_per_min=old.pulse_per_min,
        was_spo2_percent=old.spo2_percent,
        was_symptoms=old.symptoms,
        was_taken_at=old.taken_at,
        reason=order.reason,
        **measured(order),
    )
    return [
        corrected,
        *dosed_outside_limits(episode, session, new, protocol.numbers),
        *dosed_on_older_vitals(episode, session, new),
        *holds_after(episode, session, new, protocol.numbers),
    ]


@evolve.register
def _(event: VitalsCorrected, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    old = session.vitals.get(event.vitals_id) if session else None
    if session is None or old is None:
        return episode
    known = {**measured(event), "known_in": envelope.version}
    new = change(old, corrected_in=envelope.event_id, taken_at=event.taken_at, **known)
    return with_session(episode, event.session_id, vitals=put(session.vitals, event.vitals_id, new))
