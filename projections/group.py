"""Who else is in a group session: open courses of one's own with a session of that group, from the caseload's rows."""

from json import dumps
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.episode.session.session import SessionStatus
from projections.caseload import CASELOAD, OPEN
from projections.cases import read_glances
from projections.glance import Moment

NOT_ANY_MORE = (SessionStatus.CANCELLED, SessionStatus.MISSED)


def episodes_in_group(
    connection: Connection[Any], group_id: UUID, *, network_id: UUID, clinician_id: UUID, moment: Moment
) -> list[tuple[UUID, UUID]]:
    """Episode and session of each member on whose care team this person is, by reference."""
    me = dumps([str(clinician_id)])
    parameters = {"network_id": network_id, "clinician_id": clinician_id, "me": me, "now": moment.now}
    glances = read_glances(connection, CASELOAD, OPEN, parameters, moment)
    found = [
        (glance.case.reference, glance.case.episode_id, session.session_id)
        for glance in glances
        for session in glance.course.sessions.values()
        if session.group_id == group_id and session.status not in NOT_ANY_MORE
    ]
    return [(episode_id, session_id) for _, episode_id, session_id in sorted(found)]
