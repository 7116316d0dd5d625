"""What is kept of a link and of those who looked at it."""

from typing import Any

import psycopg

from tests.postgres import Database


def rows(database: Database, query: str) -> Any:
    with psycopg.connect(database.superuser_url) as connection:
        return connection.execute(query.encode()).fetchall()


def all_rows(database: Database) -> list[Any]:
    link = rows(database, "SELECT * FROM check_in_link")
    counted = rows(database, "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM access_log)")
    return [link, counted, rows(database, "SELECT * FROM check_in_try")]
