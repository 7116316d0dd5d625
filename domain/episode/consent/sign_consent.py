"""Record a signed consent. When it was signed is kept; the gate decides for which dose it counts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.consent.consents import (
    Consent,
    ConsentMethod,
    ConsentType,
    TouchScope,
    as_taken_back,
    guarded_as,
    touch_scope_at,
)
from domain.episode.dosing.influence import is_under_the_influence
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import on
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.patient.language import Language
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed, ShortText
from domain.stream import change


class AnsweredBy(StrEnum):
    PATIENT = "patient"
    LEGAL_REPRESENTATIVE = "legal_representative"


class ConsentVersionIsNotAccepted(Refused):
    """Version {version} of this consent is not accepted on {day}. Have the patient sign version {current}."""

    rule = "1"


class TouchScopeIsMissing(Refused):
    """A consent to touch says how far it goes: none, hand only, or hand and shoulder. Choose one."""

    rule = "1"


class TouchCannotBeWidenedNow(Refused):
    """The patient is under the influence of the medicine; touch cannot be widened now. Narrowing is always possible."""

    rule = "1"


class SignConsent(Order):
    consent_type: ConsentType
    text_version: int
    signed_at: AwareDatetime | None = None
    """When it was signed, if that was not just now."""
    method: ConsentMethod
    answered_by: AnsweredBy = AnsweredBy.PATIENT
    witness: FreeText | None = None
    touch_scope: TouchScope | None = None
    signed_name: ShortText | None = None
    """As the patient wrote it beneath the text."""
    language: Language | None = None
    """The language of the text that was shown."""


class ConsentSigned(EpisodeEvent, stored_as="ConsentSigned", version=2, happened_in="signed_at"):
    """A consent was signed, in a version of its text."""

    consent_type: ConsentType
    text_version: int
    signed_at: datetime
    method: ConsentMethod
    answered_by: AnsweredBy
    witness: Sealed[str] | None = None
    touch_scope: TouchScope | None = None
    signed_name: Sealed[str] | None = None
    language: Language | None = None

    @property
    def guarded_as(self) -> str:
        return guarded_as(self.consent_type)

    @classmethod
    def upcast(cls, payload: dict[str, Any], from_version: int) -> dict[str, Any]:
        """Version 1 knew fewer types of consent."""
        return payload


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def sign_consent(
    episode: Episode, order: SignConsent, *, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """Record that a consent was signed: type, version, when, how and by whom."""
    require_open_episode(episode)
    signed_at = order.signed_at or order.happened_at(now)
    if any(_same(c, order, signed_at) for c in episode.consents):
        return []
    _require_accepted(order, signed_at, network, protocol)
    if order.consent_type is ConsentType.TOUCH:
        _require_scope(episode, order, signed_at, network, protocol)
    return [
        ConsentSigned(
            consent_type=order.consent_type,
            text_version=order.text_version,
            signed_at=signed_at,
            method=order.method,
            answered_by=order.answered_by,
            witness=order.witness,
            touch_scope=order.touch_scope if order.consent_type is ConsentType.TOUCH else None,
            signed_name=order.signed_name,
            language=order.language,
        )
    ]


def _same(consent: Consent, order: SignConsent, signed_at: datetime) -> bool:
    stated = (order.consent_type, order.text_version, signed_at)
    return (consent.consent_type, consent.text_version, consent.signed_at) == stated


def _require_accepted(order: SignConsent, signed_at: datetime, network: Network, protocol: Protocol) -> None:
    """The version must have been accepted on the day of signing; whether it still is, the gate asks."""
    signed_on = day_of(signed_at, network.zone)
    requirement = protocol.consent(order.consent_type)
    if requirement is None or not requirement.accepts(order.text_version, signed_on):
        current = requirement.current_version(signed_on) if requirement else None
        raise ConsentVersionIsNotAccepted(
            field="text_version",
            version=order.text_version,
            day=on(signed_on),
            current=current or "that the protocol names",
        )


def _require_scope(
    episode: Episode, order: SignConsent, signed_at: datetime, network: Network, protocol: Protocol
) -> None:
    if order.touch_scope is None:
        raise TouchScopeIsMissing(field="touch_scope")
    is_wider = order.touch_scope.reach > touch_scope_at(episode.consents, signed_at).reach
    if is_wider and is_under_the_influence(episode, signed_at, network, protocol):
        raise TouchCannotBeWidenedNow(field="touch_scope")


@evolve.register
def _(event: ConsentSigned, episode: Episode, envelope: Envelope) -> Episode:
    signed = Consent(
        entry_id=envelope.event_id,
        consent_type=event.consent_type,
        text_version=event.text_version,
        signed_at=event.signed_at,
        touch_scope=event.touch_scope,
    )
    return change(episode, consents=(*episode.consents, as_taken_back(signed, episode.withdrawals)))
