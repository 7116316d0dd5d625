"""Suicidal thoughts from before a dose that were written down after it: the prescriber sees them beside the dose."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from domain.derived import derived_id
from domain.episode.episode import Episode
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.session.session import Dose

CODE = "answer_known_late"


def dosed_before_known(
    episode: Episode, outcome_id: UUID, instrument: str, taken_at: datetime, *, is_high: bool
) -> list[DeviationNoted]:
    """For each session the first dose after the answer, by a name of its own per answer: each is looked at once."""
    noted = []
    for dose in _doses_since(episode, taken_at):
        if not is_high and _was_asked_between(episode, outcome_id, instrument, taken_at, dose.taken_at):
            continue
        deviation_id = derived_id(dose.dose_id, "deviation", "21", CODE, outcome_id)
        if deviation_id not in episode.deviations:
            told = note_deviation("21", CODE, dose.dose_id, at=taken_at)
            noted.append(told.model_copy(update={"deviation_id": deviation_id}))
    return noted


def _doses_since(episode: Episode, moment: datetime) -> Iterator[Dose]:
    for session in episode.sessions.values():
        since = [dose for dose in session.doses.values() if dose.taken_at > moment]
        if since:
            yield min(since, key=lambda dose: dose.taken_at)


def _was_asked_between(
    episode: Episode, outcome_id: UUID, instrument: str, taken_at: datetime, dosed_at: datetime
) -> bool:
    """A newer answer to the same question was what the dose rested on; after high risk none is enough (P5)."""
    return any(
        other.safety_answer is not None and taken_at < other.taken_at <= dosed_at
        for other in episode.outcomes.values()
        if other.instrument == instrument and other.outcome_id != outcome_id and not other.is_imported
    )
