"""What rows of lists are searched by follows the course: asked anew whenever anything it is made of has changed.

The fields that each of these questions reads are written down beside it, so that it is not asked at every event. A
question that came to read another field would keep an old answer; here its reading is watched.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import pytest

from domain.episode.alert.may_raise import may_raise
from domain.episode.course.discharge_patient import PatientDischarged
from domain.episode.due.phase import phase
from domain.episode.episode import EPISODE, Episode
from domain.event import Event
from projections import course as lists
from tests.domain.given import given
from tests.domain.people import local
from tests.projections.test_all_read_models import EPISODE_EVENTS, REFERRED

NOW = local("2026-05-02 09:00")
FIELDS = frozenset(field.name for field in fields(Episode))


class Watched(Episode):
    """An episode that notes which of its fields are read, also by its own properties."""

    def __getattribute__(self, name: str) -> Any:
        if name in FIELDS:
            object.__getattribute__(self, "__dict__")["read"].add(name)
        return super().__getattribute__(name)


def read_by(question: Callable[[Episode], Any], course: Episode) -> set[str]:
    """The fields that a question reads of this course."""
    watched = object.__new__(Watched)
    object.__getattribute__(watched, "__dict__").update(vars(course), read=set())
    question(watched)
    found: set[str] = object.__getattribute__(watched, "__dict__")["read"]
    return found


def courses() -> Iterator[Episode]:
    """Every state on the way through one course, and through thirty in which all of it came in another order."""
    for seed in range(31):
        events = [_owing_a_visit(event) for event in EPISODE_EVENTS]
        if seed:
            random.Random(seed).shuffle(events)
        state = EPISODE.initial
        for event, envelope in given(REFERRED, *events, stream="episode").recorded:
            state = EPISODE.evolve(event, state, envelope)
            yield state


def _owing_a_visit(event: Event) -> Event:
    """Discharged before a follow-up took place."""
    is_end = isinstance(event, PatientDischarged)
    return event.model_copy(update={"visit_due_on": NOW.date()}) if is_end else event


COURSES = tuple(courses())
ASKED: dict[str, tuple[Callable[[Episode], Any], Any, set[str]]] = {
    "may_raise": (may_raise, lists.RAISE_ALERTS, set()),
    "_owes_review": (lists._owes_review, lists.OWED_AFTER_DISCHARGE, set()),
    "phase": (lambda course: phase(course, NOW), lists.DECIDE_PHASE, {"sessions"}),  # looked at when a dose is taken
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_question_reads_no_field_but_those_that_make_it_be_asked_again(asked: str) -> None:
    question, written_down, watched_otherwise = ASKED[asked]
    read: set[str] = set().union(*(read_by(question, course) for course in COURSES))
    assert len(read) > 3
    named = set(written_down.__reduce__()[1])
    assert read - named - watched_otherwise == set(), "name these in projections/course.py, beside the question"
    assert named - read == set(), "nothing reads these any more"
