"""Comparing a rebuilt read model with the live one, cell by cell, in the database."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from psycopg import Connection, sql

from projections.engine.items import SCHEMA, items_of
from projections.engine.read_model import ReadModel
from projections.engine.table import Table
from projections.engine.tables_in_database import shadow_of


def compare(connection: Connection[Any], model: ReadModel) -> tuple[int, int]:
    """Cells compared and how many differ; of a row that one side lacks, every cell differs.

    Of an entry that is kept one by one there are two cells: by which id it is kept, and the entry itself.
    """
    cells = differences = 0
    for table in model.tables:
        for what in _compared(table, model.table_name(table)):
            found = connection.execute(_comparison(what)).fetchone()
            rows, differing = found or (0, 0)
            cells += rows * len(what.differs)
            differences += differing
    return cells, differences


class _Compared(NamedTuple):
    """A table and its shadow: what names a row of them, and what of it differs, as a number each."""

    live: str
    shadow: str
    key: tuple[str, ...]
    differs: list[sql.Composed]


def _compared(table: Table[Any], name: str) -> Iterable[_Compared]:
    own = [_differs(column.name, column.sql_type) for column in table.columns if not column.is_apart]
    yield _Compared(name, shadow_of(name), table.key, own)
    if table.has_items:
        item = [_differs("item_id", "uuid"), _differs("item", "json")]
        yield _Compared(items_of(name), items_of(shadow_of(name)), (*table.key, "kept_as", "place"), item)


def _comparison(what: _Compared) -> sql.Composed:
    one_side = sql.SQL(" OR ").join(
        sql.SQL("{}.{} IS NULL").format(sql.Identifier(side), sql.Identifier(what.key[0])) for side in ("old", "new")
    )
    return sql.SQL(
        """
        SELECT count(*), coalesce(sum(CASE WHEN {} THEN {} ELSE {} END), 0)::bigint
          FROM {} AS old
          FULL JOIN {} AS new ON ({})
        """
    ).format(
        one_side,
        sql.Literal(len(what.differs)),
        sql.SQL(" + ").join(what.differs),
        sql.Identifier(SCHEMA, what.live),
        sql.Identifier(SCHEMA, what.shadow),
        sql.SQL(" AND ").join(sql.SQL("old.{0} = new.{0}").format(sql.Identifier(key)) for key in what.key),
    )


def _differs(name: str, sql_type: str) -> sql.Composed:
    as_text = sql.SQL("::text" if sql_type == "json" else "")
    return sql.SQL("(old.{0}{1} IS DISTINCT FROM new.{0}{1})::int").format(sql.Identifier(name), as_text)
