"""A story: the steps of one invented course of care, each with the moment at which it was recorded."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from deploy.demo.cast import ZONE, Invented, Staff
from domain.derived import derived_id
from domain.event import Event
from store.append import event_id

LOCAL = ZoneInfo(ZONE)
Decide = Callable[..., list[Event]]


class Step(NamedTuple):
    """One decision, taken by one person at one moment."""

    recorded_at: datetime
    by: Staff
    patient: Invented
    decide: Decide
    body: dict[str, Any]
    command_id: UUID


def working_day(on: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return on + timedelta(days=7 - on.weekday()) if on.weekday() > 4 else on


def day_after(begins_on: date, offset: int) -> date:
    """The working day so many days after a course began; courses begin on working days themselves."""
    return working_day(working_day(begins_on) + timedelta(days=offset))


class Story:
    """Collects the steps of one patient's course; days count from the referral and skip weekends."""

    def __init__(self, patient: Invented, therapist: Staff, prescriber: Staff, begins_on: date) -> None:
        self.patient = patient
        self.therapist = therapist
        self.prescriber = prescriber
        self.begins_on = working_day(begins_on)
        self.steps: list[Step] = []
        self.beats: dict[str, datetime] = {}
        self.dosing = 0
        self.plan_id = self.id("plan")
        self.plan_version = 0
        self.terms: dict[str, Any] = {}

    def day(self, offset: int) -> date:
        """That many days after the referral; a weekend moves on to Monday."""
        return day_after(self.begins_on, offset)

    def at(self, offset: int, clock: str) -> datetime:
        """A local time on that day, as an instant in UTC."""
        return datetime.combine(self.day(offset), time.fromisoformat(clock), LOCAL).astimezone(UTC)

    def id(self, *parts: object) -> UUID:
        """An id of this story: the same in every run."""
        return derived_id("demo", self.patient.name, *self.patient.course_parts, *parts)

    def step(self, recorded_at: datetime, by: Staff, decide: Decide, **body: Any) -> None:
        """One more step; `body` is the order as the API would get it."""
        command_id = self.id("command", len(self.steps), decide.__name__)
        self.steps.append(Step(recorded_at, by, self.patient, decide, body, command_id))

    def beat(self, words: str) -> None:
        """Name the moment of the latest step, so that a telling can stop there and look."""
        self.beats[words] = self.steps[-1].recorded_at

    def event_id_of_last(self, decide: Decide) -> UUID:
        """The id of the first event that the latest step of this kind records."""
        return event_id(next(s for s in reversed(self.steps) if s.decide is decide).command_id, 0)

    def outcome_id(self, instrument: str, recorded_at: datetime) -> UUID:
        """The id of the outcome that was recorded at that moment."""
        return self.id("outcome", instrument, recorded_at.isoformat())
