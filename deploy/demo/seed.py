"""Fills an empty installation with the demonstration: every event comes from a real decision, taken in the past."""

from collections.abc import Callable
from datetime import datetime, timedelta

from deploy.demo.cast import NETWORK_ID
from deploy.demo.courses import stories
from deploy.demo.own_note import of_the_first_therapist, write_own_note
from deploy.demo.teller import Teller
from deploy.operating.networks import next_reference
from deploy.wiring import Wiring
from store.psychotherapy_notes import PsychotherapyNotes

Progress = Callable[[int, int], None]
BEGINS_BEFORE = timedelta(days=220)


def seed(wiring: Wiring, now: datetime, progress: Progress = lambda done, of: None) -> int:
    """Tell all stories up to `now`, in the order in which they were recorded; how many decisions there were."""
    teller = Teller(wiring.care, lambda: next_reference(wiring, NETWORK_ID))
    teller.found(now - BEGINS_BEFORE)
    courses = stories(now)
    told = (step for story in courses for step in story.steps if step.recorded_at <= now)
    steps = sorted(told, key=lambda step: step.recorded_at)
    for done, step in enumerate(steps, start=1):
        teller.tell(step)
        progress(done, len(steps))
    notes = PsychotherapyNotes(wiring.datastore, wiring.keyring, wiring.kek, wiring.clock)
    write_own_note(notes, of_the_first_therapist(courses).patient)
    return len(steps)
