"""Record what became of a prescription: sent, dispensed, shipped, delivered or cancelled. Nothing is transmitted."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import on
from domain.episode.intake.intake import told
from domain.episode.prescription.prescription import Prescription, PrescriptionStatus, Step
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId, Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put

LotNumber = Annotated[str, Field(pattern=r"^[A-Za-z0-9./-]{1,40}$")]


class PrescriptionIsUnknown(Refused):
    """There is no such prescription in this episode. Record its reference first."""

    rule = "19"


class NewsOfAnotherTime(Refused):
    """{day} is {why}. Write the day on which it happened."""

    rule = "19"


class PrescriptionTracked(EpisodeEvent, stored_as="PrescriptionTracked"):
    """There is news of a prescription: sent, dispensed, shipped, delivered or cancelled."""

    tracking_id: UUID
    prescription_id: UUID
    status: PrescriptionStatus
    on: date
    quantity: int | None = None
    """Tablets dispensed."""
    lot_number: str | None = None
    """As the package shows it, to find everybody who has tablets of a lot that is recalled."""
    note: Sealed[str] | None = None
    """Carrier, number of the parcel, why it was cancelled."""


class TrackPrescription(Order):
    tracking_id: NewId
    prescription_id: UUID
    status: PrescriptionStatus
    on: date | None = None
    """Today, where left out."""
    quantity: int | None = Field(default=None, ge=1, le=500)
    """Tablets dispensed; None: as many as were prescribed."""
    lot_number: LotNumber | None = None
    note: FreeText | None = None


@decides(Role.PRESCRIBER, Role.COORDINATOR)
def track_prescription(episode: Episode, order: TrackPrescription, *, network: Network, now: datetime) -> list[Event]:
    """Record news of a prescription. What the law does not allow can happen all the same: it is noted beside it."""
    known = episode.prescriptions.get(order.prescription_id)
    if known is None:
        raise PrescriptionIsUnknown(field="prescription_id")
    happened_on = order.on or day_of(order.happened_at(now), network.zone)
    _require_possible(happened_on, known, day_of(now, network.zone))
    is_dispensing = order.status is PrescriptionStatus.DISPENSED
    quantity = (order.quantity or known.quantity) if is_dispensing else None
    if any(s.tracking_id == order.tracking_id or _says(s, order.status, happened_on, quantity) for s in known.steps):
        return []
    tracked = PrescriptionTracked(
        tracking_id=order.tracking_id,
        prescription_id=order.prescription_id,
        status=order.status,
        on=happened_on,
        quantity=quantity,
        lot_number=order.lot_number,
        note=order.note,
    )
    return [tracked, *(_deviations(order.tracking_id, known, happened_on) if is_dispensing else [])]


def _says(step: Step, status: PrescriptionStatus, happened_on: date, quantity: int | None) -> bool:
    """The same news, told by a second person."""
    return (step.status, step.on, step.quantity) == (status, happened_on, quantity or 0)


def _require_possible(happened_on: date, known: Prescription, today: date) -> None:
    if happened_on > today:
        raise NewsOfAnotherTime(field="on", day=on(happened_on), why="in the future")
    if happened_on < known.issued_on:
        raise NewsOfAnotherTime(field="on", day=on(happened_on), why=f"before its issue on {on(known.issued_on)}")


def _deviations(tracking_id: UUID, known: Prescription, happened_on: date) -> list[DeviationNoted]:
    """Filled after its end, after it was cancelled, or more often than its refills allow (S:CFR-1306-22)."""
    found = []
    if happened_on > known.expires_on:
        found.append(note_deviation("19", "dispensed_after_expiry", tracking_id))
    if known.is_cancelled:
        found.append(note_deviation("19", "dispensed_after_cancelling", tracking_id))
    if known.fills > known.refills:
        found.append(note_deviation("19", "dispensed_too_often", tracking_id, fills=known.fills + 1))
    return found


@evolve.register
def _(event: PrescriptionTracked, episode: Episode, envelope: Envelope) -> Episode:
    known = episode.prescriptions.get(event.prescription_id)
    if known is None:
        return episode
    quantity = event.quantity or 0
    step = Step(envelope.event_id, event.tracking_id, event.status, event.on, quantity, told(envelope))
    tracked = change(known, steps=(*known.steps, step))
    return change(episode, prescriptions=put(episode.prescriptions, event.prescription_id, tracked))
