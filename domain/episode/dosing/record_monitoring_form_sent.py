"""The form about a session's monitoring was completed and sent, in whatever way; nothing leaves from here."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.dosing.monitoring_form import monitoring_form
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import all_of
from domain.episode.session.session import SessionKind
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import AsksAgain, Refused
from domain.sealed import FreeText, Sealed


class MonitoringFormSent(EpisodeEvent, stored_as="MonitoringFormSent", happened_in="sent_at"):
    """The monitoring form of a session was sent to the program that asks for it.

    `missing` names what the session's entries did not say when it was sent.
    """

    session_id: UUID
    sent_at: datetime
    reference: Sealed[str] | None = None
    missing: tuple[str, ...] = ()


class RecordMonitoringFormSent(Order):
    session_id: UUID
    sent_at: AwareDatetime | None = None
    reference: FreeText | None = None
    """Such as the confirmation number of whoever received it."""
    confirm_incomplete: bool = False


class NoFormIsAskedFor(Refused):
    """The protocol of this course asks for no form about this session, or no dose was taken in it."""


class FormIsIncomplete(AsksAgain):
    """The session does not say {lacking}. Record it first, or say that the form went out without it."""

    confirm = "confirm_incomplete"


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def record_monitoring_form_sent(
    episode: Episode, order: RecordMonitoringFormSent, *, protocol: Protocol, now: datetime
) -> list[Event]:
    """Record that the form was sent, with its reference."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    if session.form_sent_at is not None:
        return []
    form = monitoring_form(episode, session, protocol)
    if form is None:
        raise NoFormIsAskedFor(field="session_id")
    if form.missing and not order.confirm_incomplete:
        raise FormIsIncomplete(field="session_id", lacking=all_of(list(form.missing)))
    sent_at = order.sent_at or order.happened_at(now)
    return [
        MonitoringFormSent(
            session_id=session.session_id, sent_at=sent_at, reference=order.reference, missing=form.missing
        )
    ]


@evolve.register
def _(event: MonitoringFormSent, episode: Episode, envelope: Envelope) -> Episode:
    return with_session(episode, event.session_id, form_sent_at=event.sent_at, form_entry_id=envelope.event_id)
