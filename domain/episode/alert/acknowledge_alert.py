"""Acknowledging an alert: somebody has taken it on, with name and time. Everybody goes on seeing it."""

from datetime import datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.episode.alert.acknowledgement import Acknowledgement
from domain.episode.alert.alert import Alert, AlertKind
from domain.episode.alert.alerts import alerts
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.stream import change, put


class AlertIsUnknown(Refused):
    """There is no such alert in this episode now. What raised it may have been settled; load the page again."""


class AlertWaitsForOthers(Refused):
    """This alert waits for {whom}, and goes on until one of them acknowledges it. Call them: {call}."""


class OverrideIsReadByOthers(Refused):
    """You granted this override yourself; somebody else on the team acknowledges it."""


class AcknowledgeAlert(Order):
    alert_id: UUID


class AlertAcknowledged(EpisodeEvent, stored_as="AlertAcknowledged"):
    """Somebody has taken an alert on. What raised it is settled by a decision of its own."""

    alert_id: UUID
    kind: AlertKind
    raised_at: datetime


@decides(Role.PRESCRIBER, Role.THERAPIST, Role.COORDINATOR)
def acknowledge_alert(
    episode: Episode,
    order: AcknowledgeAlert,
    *,
    by: Actor,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians,
    now: datetime,
) -> list[Event]:
    """Take an alert on: it goes no further up its ladder."""
    if order.alert_id in episode.acknowledgements:
        return []
    found = alerts(episode, now=now, protocol=protocol, network=network, clinicians=clinicians)
    alert = next((one for one in found if one.alert_id == order.alert_id), None)
    if alert is None:
        raise AlertIsUnknown(field="alert_id")
    if alert.for_others_than == by.actor_id:
        raise OverrideIsReadByOthers(field="alert_id")
    if not may_acknowledge(alert, by):
        raise AlertWaitsForOthers(field="alert_id", whom=places_of(alert), call=alert.call or "no number is named")
    return [AlertAcknowledged(alert_id=alert.alert_id, kind=alert.kind, raised_at=alert.raised_at)]


def may_acknowledge(alert: Alert, by: Actor) -> bool:
    """Whoever stands anywhere on its ladder, and any prescriber who has come to this patient; anybody where none is.

    Never who did what it tells of.
    """
    if alert.for_others_than == by.actor_id:
        return False
    return not alert.rungs or by.has(Role.PRESCRIBER) or any(rung.has(by) for rung in alert.rungs)


def places_of(alert: Alert) -> str:
    """The places of its ladder in words: the prescriber on call, then the medical director."""
    found = dict.fromkeys(contact.place.value.replace("_", " ") for rung in alert.rungs for contact in rung.contacts)
    return ", then ".join(found)


@evolve.register
def _(event: AlertAcknowledged, episode: Episode, envelope: Envelope) -> Episode:
    acknowledged = Acknowledgement(
        entry_id=envelope.event_id, alert_id=event.alert_id, by=envelope.actor_id, at=envelope.occurred_at
    )
    return change(episode, acknowledgements=put(episode.acknowledgements, event.alert_id, acknowledged))
