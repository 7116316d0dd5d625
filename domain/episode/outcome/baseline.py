"""First, baseline and last score of an instrument in an episode."""

from typing import NamedTuple

from domain.episode.episode import Episode
from domain.episode.gates.doses import first_dose_at
from domain.episode.outcome.outcomes import Outcome


class Course(NamedTuple):
    """Two totals to compare, and the entries they came from."""

    first: Outcome
    last: Outcome


def scores(episode: Episode, instrument: str) -> list[Outcome]:
    """The outcomes of an instrument that have a total, in the order they were taken."""
    scored = (o for o in episode.outcomes.values() if o.instrument == instrument and o.total is not None)
    return sorted(scored, key=lambda outcome: (outcome.taken_at, str(outcome.outcome_id)))


def baseline(episode: Episode, instrument: str) -> Outcome | None:
    """The last score before the first dose; where there is none, the first score."""
    taken = scores(episode, instrument)
    began_at = first_dose_at(episode)
    before = [outcome for outcome in taken if began_at is not None and outcome.taken_at <= began_at]
    return next(iter([*reversed(before), *taken]), None)


def last_score(episode: Episode, instrument: str) -> Outcome | None:
    """The newest score."""
    return next(reversed(scores(episode, instrument)), None)


def course(episode: Episode, instrument: str) -> Course | None:
    """Baseline and last score, where there are two."""
    first, last = baseline(episode, instrument), last_score(episode, instrument)
    return Course(first, last) if first and last and first.outcome_id != last.outcome_id else None
