"""Importing an outcome from a file of old results: history that raises no alarm and closes no gate."""

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode
from domain.episode.outcome.outcomes import ImportedFrom
from domain.episode.outcome.record_outcome import RecordOutcome, outcome_of
from domain.event import Event


class ImportOutcome(RecordOutcome):
    imported: ImportedFrom


@decides(Role.SYSTEM, Role.COORDINATOR)
def import_outcome(episode: Episode, order: ImportOutcome) -> list[Event]:
    """Record an outcome as a file has it, with where in the file it stands."""
    if order.outcome_id in episode.outcomes:
        return []
    return [outcome_of(order, order.imported)]
