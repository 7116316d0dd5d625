"""Plans of open episodes, counted by the protocol they were issued under: what an adoption changes, and what not."""

from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection, sql

from projections.caseload import CASELOAD
from projections.cases import tables


class OpenPlans(NamedTuple):
    """So many plans that have not ended, of episodes that are open."""

    protocol_id: str
    protocol_version: str
    plans: int


def open_plans(connection: Connection[Any], network_id: UUID) -> list[OpenPlans]:
    """By protocol and version, those with the most plans first."""
    query = sql.SQL(
        """
        SELECT plan.value ->> 'protocol_id', plan.value ->> 'protocol_version', count(*)
          FROM {cases} AS "case"
         CROSS JOIN LATERAL json_each("case".course_plans) AS plan
         WHERE "case".network_id = %(network_id)s
           AND "case".is_open
           AND plan.key = "case".course_plan_id::text
           AND plan.value ->> 'status' <> 'ended'
         GROUP BY 1, 2
         ORDER BY 3 DESC, 1, 2
        """
    ).format(cases=tables(CASELOAD).cases)
    return [OpenPlans(*row) for row in connection.execute(query, {"network_id": network_id})]
