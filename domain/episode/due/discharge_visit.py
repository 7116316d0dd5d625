"""The follow-up consult that never took place: it is due as a discharge visit when the patient stops (S:JC-FREQ)."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.due.obligation import Obligation
from domain.episode.due.owner import owner_of_alert
from domain.episode.episode import Episode
from domain.episode.gates.gate import Question


def discharge_visit(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Owed after discharge until a prescriber has held it."""
    if not is_owed(episode):
        return
    yield Obligation(
        key="discharge_visit",
        what="Discharge visit",
        why="Doses were taken, and no follow-up consult took place.",
        with_role=Role.PRESCRIBER,
        with_id=owner_of_alert(episode, asked.now, asked.network).clinician_id,
        due_on=episode.discharge_visit_due_on,
        rule="10",
        decision="complete_follow_up",
        entries=(episode.close_entry_id,) if episode.close_entry_id else (),
    )


def is_owed(episode: Episode) -> bool:
    """Whether the visit is still to come; after a death nobody is called."""
    return (
        episode.closed_at is not None
        and episode.discharge_visit_due_on is not None
        and not (episode.follow_ups or episode.has_died)
    )
