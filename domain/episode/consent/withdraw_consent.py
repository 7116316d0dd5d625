"""Withdraw a consent: accepted at once and in every state."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.consent.consents import Consent, ConsentType, Withdrawal, guarded_as
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change


class ConsentWasNeverSigned(Refused):
    """This consent was never signed in this episode; there is nothing to withdraw."""


class WithdrawConsent(Order):
    consent_type: ConsentType
    from_at: AwareDatetime | None = None
    """Now, where left out."""


class ConsentWithdrawn(EpisodeEvent, stored_as="ConsentWithdrawn", version=2):
    """The patient withdrew a consent, from a moment on."""

    consent_type: ConsentType
    from_at: datetime

    @property
    def guarded_as(self) -> str:
        return guarded_as(self.consent_type)

    @classmethod
    def upcast(cls, payload: dict[str, Any], from_version: int) -> dict[str, Any]:
        """Version 1 knew fewer types of consent."""
        return payload


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def withdraw_consent(episode: Episode, order: WithdrawConsent, *, now: datetime) -> list[Event]:
    """Record that the patient withdrew a consent. Monitoring, release and follow-up never stop for it.

    Touch is agreed for sessions with the medicine: who withdraws consent to ketamine is not touched either.
    """
    if not any(c.consent_type is order.consent_type for c in episode.consents):
        raise ConsentWasNeverSigned(field="consent_type")
    from_at = order.from_at or order.happened_at(now)
    is_ketamine = order.consent_type is ConsentType.KETAMINE
    types = (ConsentType.KETAMINE, ConsentType.TOUCH) if is_ketamine else (order.consent_type,)
    return [
        ConsentWithdrawn(consent_type=consent_type, from_at=from_at)
        for consent_type in types
        if _goes_on_after(episode, consent_type, from_at)
    ]


def _goes_on_after(episode: Episode, consent_type: ConsentType, moment: datetime) -> bool:
    signed = (c for c in episode.consents if c.consent_type is consent_type)
    return any(c.withdrawn_at is None or c.withdrawn_at > moment for c in signed)


@evolve.register
def _(event: ConsentWithdrawn, episode: Episode, envelope: Envelope) -> Episode:
    consents = tuple(_withdrawn(c, event, envelope.version) for c in episode.consents)
    withdrawal = Withdrawal(event.consent_type, event.from_at, envelope.version)
    return change(episode, consents=consents, withdrawals=(*episode.withdrawals, withdrawal))


def _withdrawn(consent: Consent, event: ConsentWithdrawn, version: int) -> Consent:
    goes_on = consent.withdrawn_at is None or consent.withdrawn_at > event.from_at
    if consent.consent_type is event.consent_type and goes_on:
        return change(consent, withdrawn_at=event.from_at, withdrawn_in=version)
    return consent
