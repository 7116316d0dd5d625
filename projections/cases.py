"""Reading cases with their patients' names as last corrected: what the queries of all lists share."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection, sql

from domain.sealed import Sealed
from projections.engine.query import statements_of, table_in
from projections.engine.read_model import ReadModel
from projections.glance import Glance, Moment


class Tables(NamedTuple):
    """Where one read model keeps its cases and its patients."""

    cases: sql.Identifier
    patients: sql.Identifier


def tables(model: ReadModel) -> Tables:
    """The live tables of a read model made of cases and patients, in this order."""
    cases, patients, *_ = model.tables
    return Tables(table_in(model, cases), table_in(model, patients))


def read_glances(
    connection: Connection[Any], model: ReadModel, where: str, parameters: Mapping[str, Any], moment: Moment
) -> list[Glance]:
    """The cases that fulfil a condition (SQL of our own), each at this moment."""
    found = tables(model)
    statements = statements_of(model, model.tables[0])
    query = sql.SQL(
        """
        SELECT {columns}, coalesce(patient.name, "case".name), coalesce(patient.birth_date, "case".birth_date)
          FROM {cases} AS "case"
          LEFT JOIN {patients} AS patient ON patient.patient_id = "case".patient_id
         WHERE {where}
        """
    ).format(
        columns=statements.selected("case"),
        cases=found.cases,
        patients=found.patients,
        where=sql.SQL(where),
    )
    with connection.cursor(binary=True) as cursor:
        cursor.execute(query, parameters)
        return [
            Glance(statements.cells.row(values), _sealed(name), _sealed(birth_date), moment)
            for *values, name, birth_date in cursor.fetchall()
        ]


def versions_of(
    connection: Connection[Any], model: ReadModel, where: str, parameters: Mapping[str, Any]
) -> dict[UUID, int]:
    """The cases that fulfil a condition, each with its version, without looking into them."""
    query = sql.SQL('SELECT "case".episode_id, "case".version FROM {} AS "case" WHERE {}')
    found = connection.execute(query.format(tables(model).cases, sql.SQL(where)), parameters).fetchall()
    return dict(found)


def count_cases(connection: Connection[Any], model: ReadModel, where: str, parameters: Mapping[str, Any]) -> int:
    """How many cases fulfil a condition, without looking into them."""
    query = sql.SQL('SELECT count(*) FROM {} AS "case" WHERE {}').format(tables(model).cases, sql.SQL(where))
    found = connection.execute(query, parameters).fetchone()
    return int(found[0]) if found else 0


def _sealed(token: str | None) -> Sealed[str] | None:
    return Sealed(token=token) if token else None
