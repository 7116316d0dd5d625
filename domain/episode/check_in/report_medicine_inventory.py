"""How many tablets the patient has left, took and destroyed, by strength, as they counted them."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Role
from domain.decision import decides
from domain.episode.check_in.reports import InventoryReport, TabletCount
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class StrengthIsCountedTwice(Refused):
    """Tablets of {strength_mg} mg are counted twice. Write one line per strength."""

    rule = "27"


class MedicineInventoryReported(EpisodeEvent, stored_as="MedicineInventoryReported", happened_in="counted_at"):
    """The patient counted the tablets at home: on hand, taken, destroyed."""

    report_id: UUID
    counted_at: datetime
    tablets: tuple[TabletCount, ...]
    note: Sealed[str] | None = None


class ReportMedicineInventory(Order):
    report_id: NewId
    counted_at: AwareDatetime | None = None
    tablets: tuple[TabletCount, ...] = Field(min_length=1, max_length=12)
    note: FreeText | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def report_medicine_inventory(episode: Episode, order: ReportMedicineInventory, *, now: datetime) -> list[Event]:
    """Record a count as it was given; whether it adds up is asked elsewhere, never here."""
    if order.report_id in episode.inventory_reports:
        return []
    strengths = [one.strength_mg for one in order.tablets]
    if twice := next((mg for mg in strengths if strengths.count(mg) > 1), None):
        raise StrengthIsCountedTwice(field="tablets", strength_mg=f"{twice.normalize():f}")
    counted_at = order.counted_at or order.happened_at(now)
    return [
        MedicineInventoryReported(
            report_id=order.report_id, counted_at=counted_at, tablets=order.tablets, note=order.note
        )
    ]


@evolve.register
def _(event: MedicineInventoryReported, episode: Episode, envelope: Envelope) -> Episode:
    report = InventoryReport(envelope.event_id, event.report_id, event.counted_at, event.tablets)
    return change(episode, inventory_reports=put(episode.inventory_reports, event.report_id, report))
