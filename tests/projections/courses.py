"""Whole courses of care as events, in a log in memory: what read models are tried on."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from domain.derived import derived_id
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.referral.refer import PatientReferred
from domain.event import Recorded
from tests import dosing_day as day
from tests.domain.given import Happened, Scenario, given
from tests.situations import PREPARED


def ada(*more: Happened | Iterable[Happened]) -> Scenario:
    """Ada up to her prepared first dose, and what follows."""
    return given(PREPARED, *more)


TWO_SESSIONS: tuple[Recorded, ...] = given(day.second_session()).recorded
"""Ada's whole course up to the vitals before her second dose."""


def copies(history: Sequence[Recorded], episodes: int) -> list[list[Recorded]]:
    """The same course for so many episodes of other patients, every event with an id of its own."""
    return [list(_copied(history, number)) for number in range(1, episodes + 1)]


def _copied(history: Sequence[Recorded], number: int) -> Iterator[Recorded]:
    stream_id = derived_id("course", number)
    ids = {envelope.event_id: uuid5(stream_id, str(envelope.version)) for _, envelope in history}
    for event, envelope in history:
        of_patient = {"patient_id": derived_id("patient", number), "reference": f"KAP-{number:04d}"}
        known: dict[str, Any] = of_patient if isinstance(event, PatientReferred) else {}
        if isinstance(event, EntryMarkedInError):
            known = {"entry_id": ids[event.entry_id]}
        own = envelope._replace(stream_id=stream_id, event_id=ids[envelope.event_id])
        yield Recorded(event.model_copy(update=known), own)


def interleaved(courses: Iterable[Sequence[Recorded]]) -> list[Recorded]:
    """All first events, then all second ones: every page touches every episode."""
    return [one for turn in zip_longest(*courses) for one in turn if one is not None]


def one_by_one(courses: Iterable[Sequence[Recorded]]) -> list[Recorded]:
    """One whole course after another."""
    return [one for course in courses for one in course]


class StoredRow(NamedTuple):
    position: int
    stored_as: str
    stream_id: UUID
    event_id: UUID
    recorded: Recorded


class HistoryLog:
    """A log in memory over histories; positions count from 1."""

    def __init__(self, history: Iterable[Recorded]) -> None:
        self.stored: list[StoredRow] = []
        for recorded in history:
            self.append(recorded)

    def append(self, recorded: Recorded) -> None:
        event, envelope = recorded
        placed = Recorded(event, envelope._replace(position=len(self.stored) + 1))
        self.stored.append(
            StoredRow(len(self.stored) + 1, event.stored_as, envelope.stream_id, envelope.event_id, placed)
        )

    def head(self) -> int:
        return len(self.stored)

    def rows(self, after: int, limit: int) -> Sequence[StoredRow]:
        return self.stored[after : after + limit]

    def rows_of(self, stream_id: UUID, positions: Sequence[int]) -> Sequence[StoredRow]:
        return [row for row in self.stored if row.stream_id == stream_id and row.position in positions]

    def decode(self, row: StoredRow) -> Recorded:
        return row.recorded

    def history(self) -> list[Recorded]:
        return [row.recorded for row in self.stored]
