"""Group sessions: each patient keeps a session of their own, and those of one group share its id and its time."""

from datetime import datetime
from uuid import UUID

from domain.derived import derived_id
from domain.episode.intake.intake import Way
from domain.episode.session.session import SessionKind


def group_of(way: Way, kind: SessionKind, therapist_id: UUID | None, starts_at: datetime) -> UUID | None:
    """The group that this therapist leads at that time; None where the session is nobody's group.

    The id follows from who leads and when, so that booking another patient for the same time makes them a group, and
    nobody can put a patient into a group at another time.
    """
    if way is not Way.GROUP or therapist_id is None:
        return None
    return derived_id("group", therapist_id, kind, int(starts_at.timestamp()))
