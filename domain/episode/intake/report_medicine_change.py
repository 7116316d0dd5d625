"""Report that a medicine changed; it closes the next dose until a prescriber has looked."""

from datetime import date, datetime

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import on
from domain.episode.intake.findings import DateIsInTheFuture
from domain.episode.intake.intake import MedicineClass, told
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.sealed import FreeText, Sealed
from domain.stream import change


class ReportMedicineChange(Order):
    medicine_class: MedicineClass | None = None
    """None where nobody knows: an unreviewed medicine."""
    name: FreeText
    since: date | None = None


class MedicinesChanged(EpisodeEvent, stored_as="MedicinesChanged"):
    """The patient's medicines changed, as somebody heard; a prescriber has yet to look."""

    medicine_class: MedicineClass | None = None
    name: Sealed[str]
    since: date | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def report_medicine_change(
    episode: Episode, order: ReportMedicineChange, *, network: Network, now: datetime
) -> list[Event]:
    """Report a new, stopped or changed medicine. Each report is its own: sealed names cannot be compared."""
    require_open_episode(episode)
    if order.since is not None and order.since > day_of(now, network.zone):
        raise DateIsInTheFuture(field="since", day=on(order.since))
    return [MedicinesChanged(medicine_class=order.medicine_class, name=order.name, since=order.since)]


@evolve.register
def _(event: MedicinesChanged, episode: Episode, envelope: Envelope) -> Episode:
    return change(episode, medicines_changed=told(envelope))
