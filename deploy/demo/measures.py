"""Questionnaires as they were answered: scores that add up, and those that are the same for everybody."""

from datetime import datetime, timedelta

from deploy.demo.story import Story
from domain.episode.outcome.record_outcome import record_outcome

ANSWERS: dict[str, list[int]] = {
    "audit": [1, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    "dast-10": [0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
    "wai-sr": [4, 4, 5, 4, 3, 4, 5, 4, 4, 5, 4, 4],
    "ebi": [70, 55, 60, 40, 65, 50],
    "meq-30": [3, 4, 3, 2, 3, 4, 3, 3, 2, 4, 3, 3, 4, 3, 2, 3, 3, 4, 3, 2, 3, 4, 3, 3, 2, 3, 4, 3, 3, 2],
}
"""An ordinary answer to each; what the demonstration is about are the symptoms."""


def symptoms(story: Story, recorded_at: datetime, phq_9: int, gad_7: int | None = None) -> None:
    """Both symptom measures, one after the other."""
    measure(story, recorded_at, "phq-9", phq_9)
    measure(story, recorded_at + timedelta(minutes=4), "gad-7", max(0, phq_9 - 3) if gad_7 is None else gad_7)


def fixed(story: Story, recorded_at: datetime, instrument: str) -> None:
    """One that everybody answers alike."""
    _record(story, recorded_at, instrument, ANSWERS[instrument])


def measure(story: Story, recorded_at: datetime, instrument: str, total: int, *, item_9: int = 0) -> None:
    """A questionnaire answered item by item so that it adds up to `total`."""
    items = 9 if instrument == "phq-9" else 7
    _record(story, recorded_at, instrument, answers(items, total, last=item_9 if instrument == "phq-9" else None))


def _record(story: Story, recorded_at: datetime, instrument: str, answers: list[int]) -> None:
    story.step(
        recorded_at,
        story.therapist,
        record_outcome,
        outcome_id=story.outcome_id(instrument, recorded_at),
        instrument=instrument,
        taken_at=recorded_at - timedelta(minutes=2),
        answers=answers,
    )


def answers(items: int, total: int, *, last: int | None) -> list[int]:
    """Answers from 0 to 3 that add up to the total, spread evenly; `last` fixes the last item."""
    spread = items if last is None else items - 1
    rest = total - (last or 0)
    found = [rest // spread + (1 if number < rest % spread else 0) for number in range(spread)]
    return found if last is None else [*found, last]
