"""Send the patient a check-in link: what is asked, in which language, by which channel, and until when."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.check_in.check_in_link import Channel, CheckInLink, CheckInPurpose
from domain.episode.check_in.revoke_check_in_link import CheckInLinkRevoked
from domain.episode.check_in.what_can_be_shown import can_be_shown
from domain.episode.consent.consent_text import has_text
from domain.episode.consent.consents import ConsentType
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import require_open_episode
from domain.episode.session.session import SessionKind
from domain.episode.session.which_session import session_of
from domain.event import Envelope, Event
from domain.instrument import load
from domain.network.network import Network
from domain.order import NewId, Order
from domain.patient.language import Language
from domain.patient.patient import Patient
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import Sealed, ShortText
from domain.stream import change, put


class PatientHasDied(Refused):
    """A death was reported. Nothing is sent to the patient any more."""


class BirthDateIsNotKnown(Refused):
    """The patient's birth date is not known, so no link could ask for it. Correct the patient's details first."""


class AddressIsMissing(Refused):
    """No e-mail address of the patient is known here. Write one, or give the link by hand."""


class LinkAsksNothing(Refused):
    """Choose at least one {what} that the patient is to see."""


class QuestionnaireCannotBeShown(Refused):
    """{title} may not be shown to patients here: {why}. Ask it yourself, or choose another."""


class ConsentHasNoText(Refused):
    """There is no text of this consent, version {version}, to show. Have the patient sign it on paper."""


class SendCheckInLink(Order):
    link_id: NewId
    purpose: CheckInPurpose
    instruments: tuple[str, ...] = Field(default=(), max_length=6)
    consents: tuple[ConsentType, ...] = Field(default=(), max_length=len(ConsentType))
    session_id: UUID | None = None
    """The dosing session that a check-in after a dose is about; the last one, where left out."""
    language: Language | None = None
    channel: Channel = Channel.BY_HAND
    email: ShortText | None = None
    """Where it goes; left out, to the address used last."""
    valid_hours: int | None = Field(default=None, ge=1, le=336)
    """As long as the network sets, where left out; two weeks at most."""


class CheckInLinkSent(EpisodeEvent, stored_as="CheckInLinkSent", version=2):
    """A check-in link was made for the patient, by mail or by hand.

    The secret address is not part of it: only its hash is kept, and not in the log.
    """

    link_id: UUID
    patient_id: UUID
    purpose: CheckInPurpose
    instruments: tuple[str, ...] = ()
    consents: tuple[ConsentType, ...] = ()
    session_id: UUID | None = None
    language: Language
    channel: Channel
    email: Sealed[str] | None = None
    expires_at: datetime

    @classmethod
    def upcast(cls, payload: dict[str, Any], from_version: int) -> dict[str, Any]:
        """Version 1 knew fewer types of consent."""
        return payload


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def send_check_in_link(
    episode: Episode,
    order: SendCheckInLink,
    *,
    patient: Patient,
    network: Network,
    protocol: Protocol,
    now: datetime,
) -> list[Event]:
    """Open one question to the patient. The link itself is made at the edge, shown or sent once, and kept nowhere."""
    if order.link_id in episode.check_in_links:
        return []
    require_open_episode(episode)
    if episode.has_died or episode.patient_id is None:
        raise PatientHasDied
    if patient.birth_date is None:
        raise BirthDateIsNotKnown
    email = order.email or episode.email
    if order.channel is Channel.EMAIL and email is None:
        raise AddressIsMissing(field="email")
    hours = order.valid_hours or network.check_in_terms.valid_hours
    sent = CheckInLinkSent(
        link_id=order.link_id,
        patient_id=episode.patient_id,
        purpose=order.purpose,
        instruments=_instruments(order),
        consents=_consents(order, network, protocol, now),
        session_id=_session(episode, order),
        language=order.language or episode.language or Language.ENGLISH,
        channel=order.channel,
        email=email if order.channel is Channel.EMAIL else None,
        expires_at=now + timedelta(hours=hours),
    )
    return [*_replaced(episode, sent, now), sent]


def _replaced(episode: Episode, sent: CheckInLinkSent, now: datetime) -> list[Event]:
    """Links that are open for the very same question: it is asked once, by the newest."""
    asked = (sent.purpose, sent.instruments, sent.consents, sent.session_id)
    return [
        CheckInLinkRevoked(link_id=link.link_id)
        for link in episode.check_in_links.values()
        if link.is_open_at(now) and (link.purpose, link.instruments, link.consents, link.session_id) == asked
    ]


def _instruments(order: SendCheckInLink) -> tuple[str, ...]:
    if order.purpose is not CheckInPurpose.QUESTIONNAIRES:
        return ()
    if not order.instruments:
        raise LinkAsksNothing(field="instruments", what="questionnaire")
    for instrument in map(load, order.instruments):
        if (why_not := can_be_shown(instrument)) is not None:
            raise QuestionnaireCannotBeShown(field="instruments", title=instrument.title, why=why_not)
    return tuple(dict.fromkeys(order.instruments))


def _consents(order: SendCheckInLink, network: Network, protocol: Protocol, now: datetime) -> tuple[ConsentType, ...]:
    if order.purpose is not CheckInPurpose.CONSENTS:
        return ()
    if not order.consents:
        raise LinkAsksNothing(field="consents", what="consent")
    for consent_type in order.consents:
        required = protocol.consent(consent_type)
        version = required.current_version(day_of(now, network.zone)) if required else None
        if version is None or not has_text(consent_type, version):
            raise ConsentHasNoText(field="consents", version=version or "unknown")
    return tuple(dict.fromkeys(order.consents))


def _session(episode: Episode, order: SendCheckInLink) -> UUID | None:
    named = session_of(episode, order.session_id, SessionKind.DOSING) if order.session_id is not None else None
    if order.purpose is not CheckInPurpose.AFTER_DOSE:
        return None
    if named is not None:
        return named.session_id
    dosed = [session for session in episode.sessions.values() if session.is_dosed]
    latest = max(dosed, key=lambda session: session.starts_at, default=None)
    return latest.session_id if latest else None


@evolve.register
def _(event: CheckInLinkSent, episode: Episode, envelope: Envelope) -> Episode:
    link = CheckInLink(
        entry_id=envelope.event_id,
        link_id=event.link_id,
        purpose=event.purpose,
        language=event.language,
        channel=event.channel,
        sent_at=envelope.recorded_at,
        expires_at=event.expires_at,
        instruments=event.instruments,
        consents=event.consents,
        session_id=event.session_id,
    )
    return change(
        episode,
        check_in_links=put(episode.check_in_links, event.link_id, link),
        language=event.language,
        email=event.email or episode.email,
    )
