"""The facts a decision asks for by name, loaded from the streams that hold them, each noted with its version."""

import typing
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.actor import Actor
from domain.clinician.clinician import CLINICIAN, Clinician
from domain.episode.episode import EPISODE, Episode
from domain.episode.plan.under_protocol import protocol_of
from domain.episode.referral.elsewhere import Elsewhere
from domain.event import FactRelied, Recorded
from domain.network.network import NETWORK, Network
from domain.order import Order
from domain.patient.patient import PATIENT, Patient
from domain.protocol.protocol import Protocol
from domain.protocol.publication import PROTOCOL, Publication, stream_id_of
from domain.stream import Stream
from domain.subscriber.webhook.address import public_address
from store.memory import Remembered
from store.webhooks.resolving import resolve_soon

NAMES_A_CLINICIAN = (
    "clinician_id",
    "prescriber_id",
    "therapist_id",
    "second_person_id",
    "second_prescriber_id",
    "back_up_id",
    "for_id",
)


class Ask:
    """One attempt at a decision: what it is about, and where its grounds were read."""

    def __init__(
        self,
        *,
        load: Callable[[Stream[Any], UUID], Remembered],
        read: "Reading",
        by: Actor,
        now: datetime,
        order: Order,
        state: Any,
        stream_id: UUID,
    ) -> None:
        self.by, self.now, self.order, self.state, self.stream_id = by, now, order, state, stream_id
        self.network_id = by.network_id
        self.protocol_version: str | None = None
        self.read = read
        self._load = load
        self._relied: dict[UUID, FactRelied] = {}

    def rely_on(self, stream: Stream[Any], stream_id: UUID) -> Any:
        """The state of another stream, noted as a fact; of the stream itself, the state decided on."""
        if stream_id == self.stream_id and isinstance(self.state, type(stream.initial)):
            return self.state
        known = self._load(stream, stream_id)
        if known.version:
            self._relied[stream_id] = FactRelied(stream.name, stream_id, known.version)
        return known.state

    @property
    def facts(self) -> tuple[FactRelied, ...]:
        return tuple(self._relied.values())


class Reading(typing.Protocol):
    """Questions that the states of streams do not answer."""

    def entry(self, event_id: UUID, /) -> Recorded | None:
        """An event of this stream by its id."""

    def episodes_of(self, patient_id: UUID, /) -> list[UUID]:
        """A patient's episodes in this network."""


def network(ask: Ask) -> Network:
    found: Network = ask.rely_on(NETWORK, ask.network_id)
    return found


def protocol(ask: Ask) -> Protocol:
    found = network(ask).protocol
    if isinstance(ask.state, Episode):
        found = protocol_of(ask.state, network(ask), found)
    ask.protocol_version = found.key
    return found


def clinicians(ask: Ask) -> Mapping[UUID, Clinician]:
    """The acting person, everybody on the team, the plan's prescriber, who is on call, and whom the order names."""
    wanted = {ask.by.actor_id}
    wanted |= {member.clinician_id for member in getattr(ask.state, "team", ()) if member.is_on_team_at(ask.now)}
    if (plan := getattr(ask.state, "plan", None)) is not None:
        wanted.add(plan.prescriber_id)
    if (on_call := network(ask).on_call(ask.now)) is not None:
        wanted.add(on_call.prescriber_id)
    wanted |= {named for name in NAMES_A_CLINICIAN if (named := getattr(ask.order, name, None)) is not None}
    found = {clinician_id: ask.rely_on(CLINICIAN, clinician_id) for clinician_id in sorted(wanted)}
    return {clinician_id: state for clinician_id, state in found.items() if state.clinician_id is not None}


def patient(ask: Ask) -> Patient:
    patient_id = getattr(ask.state, "patient_id", None) or getattr(ask.order, "patient_id", None)
    found: Patient = ask.rely_on(PATIENT, patient_id) if patient_id else PATIENT.initial
    return found


def elsewhere(ask: Ask) -> Elsewhere:
    patient_id = getattr(ask.state, "patient_id", None) or getattr(ask.order, "patient_id", None)
    others = [other for other in ask.read.episodes_of(patient_id) if other != ask.stream_id] if patient_id else []
    return Elsewhere(tuple(ask.rely_on(EPISODE, other) for other in others))


def entry(ask: Ask) -> Recorded | None:
    event_id = getattr(ask.order, "event_id", None) or getattr(ask.order, "entry_id", None)
    return ask.read.entry(event_id) if event_id else None


def publication(ask: Ask) -> Publication:
    """The protocol that the order's document belongs to, as this network keeps it."""
    protocol_id = getattr(ask.order, "document", {}).get("protocol_id")
    if not isinstance(protocol_id, str):
        return PROTOCOL.initial
    found: Publication = ask.rely_on(PROTOCOL, stream_id_of(ask.network_id, protocol_id))
    return found


def addresses(ask: Ask) -> tuple[str, ...]:
    """What the name in the order's address leads to now; refused where it is no address for a webhook."""
    address = public_address(getattr(ask.order, "url", ""))
    return resolve_soon(address.host, address.port)


GROUNDS: Mapping[str, Callable[[Ask], Any]] = {
    "by": lambda ask: ask.by,
    "now": lambda ask: ask.now,
    "network": network,
    "protocol": protocol,
    "clinicians": clinicians,
    "patient": patient,
    "elsewhere": elsewhere,
    "has_open_episode": lambda ask: elsewhere(ask).one_is_open,
    "entry": entry,
    "publication": publication,
    "addresses": addresses,
}
