"""A course that was told to the end, everything that was logged meanwhile, and where either is looked for."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import httpx
import psycopg
from psycopg import sql

from api.forms import FORMS
from api.forms.form import slug_of
from domain.sealed import PREFIX
from tests.api.clinic import Browser, PunctualClinic, opened_clinic
from tests.postgres import Database, Servers
from tests.security.canaries import Canaries
from tests.security.private import leave_a_note_unfinished, own_pages, write_privately
from tests.security.routes import AnyIds, addresses
from tests.security.whole_course import WholeCourse

COLUMNS = """
    SELECT table_schema, table_name, column_name, data_type
      FROM information_schema.columns
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
"""


class Told(NamedTuple):
    """A course that was told to the end, and everything that was logged meanwhile."""

    whole: WholeCourse
    database: Database
    log: list[str]
    private: Canaries
    """What the therapist wrote for themselves alone: psychotherapy notes, kept and not yet kept, and a draft."""
    waits_at: str
    """Where a note that came too late waits for them."""

    @property
    def canaries(self) -> Canaries:
        return self.whole.canaries

    def any_in(self, text: str | bytes) -> list[str]:
        """Canaries of either kind."""
        return self.canaries.found_in(text) + self.private.found_in(text)


class Lines(logging.Handler):
    """Keeps every line that anything logs, as its author would have written it."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._kept = kept
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(self.format(record))


@contextmanager
def told_to_the_end(servers: Servers) -> Iterator[Told]:
    """A course driven from referral to discharge in a clinic of its own, with notes kept, and kept open."""
    lines: list[str] = []
    handler, root = Lines(lines), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with (
            servers.get("embedded").fresh_database() as database,
            opened_clinic(database, kind=PunctualClinic) as clinic,
        ):
            whole = WholeCourse(clinic, Canaries())
            whole.drive()
            private = write_privately(clinic, whole.course)
            yield Told(whole, database, lines, private, leave_a_note_unfinished(clinic, whole.course, private))
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def private_words_stay_private(told: Told, browser: Browser, path: str, answer: httpx.Response) -> None:
    """On whosever screen this is."""
    is_own = browser is told.whole.clinic.therapist and path.partition("?")[0] in own_pages(told.whole.course)
    assert is_own or told.private.found_in(everything_in(answer)) == [], path


def paths_of(told: Told) -> list[str]:
    """Every address that can be looked at, each form included."""
    course = told.whole.course
    version = {"version": 3, "entry_id": str(course.state.plan and course.state.plan.entry_id), "which": "1"}
    ids = {"episode_id": course.episode_id, **version}
    found = [one.path.format_map(AnyIds(ids)) for one in addresses(course.clinic.app) if not one.is_unsafe]
    found += [f"{course.href}/events/{number}" for number in range(1, 90, 7)]
    found += [f"{course.href}/replay?event={number}" for number in (5, 40, 80)]
    found += [f"{course.href}?all=true", f"{course.href}?all=true&by=recorded", "/caseload?show=discharged"]
    about = f"session_id={told.whole.session_id}"
    found += [f"{course.href}/documents/{one.entry_id}" for one in course.state.documents.values()]
    monitored = told.whole.monitored.course.href
    found += [f"{monitored}{page}" for page in ("", "/timeline", "/sessions/1", "/sessions/1/monitoring-form")]
    return [*found, told.waits_at, *(f"{course.href}/{slug_of(form.decision)}?{about}" for form in FORMS.values())]


def readings(told: Told, browser: Browser) -> int:
    """How often the access log says that this person read about a patient."""
    query = "SELECT count(*) FROM access_log WHERE actor_id = %s AND patient_id IS NOT NULL"
    row = _onlooker(told.database.superuser_url).execute(query, [browser.actor.actor_id]).fetchone()
    return int(row[0]) if row else 0


@cache
def _onlooker(url: str) -> psycopg.Connection[Any]:
    """Kept open: a page is asked about twice, and the server ends it when it drops the database."""
    return psycopg.connect(url, autocommit=True)


def everything_in(answer: httpx.Response) -> bytes:
    """Address, headers and body of an answer."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{answer.request.url}\n{headers}\n".encode() + answer.content


def headers_tell_nothing(told: Told, answer: httpx.Response) -> None:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    assert told.canaries.found_in(f"{answer.request.url}\n{headers}") == []


def rows_of(database: Database) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every row of every table of ours, whatever schema it is in: bytes as they are, everything else as text."""
    with psycopg.connect(database.superuser_url) as connection:
        tables: dict[tuple[str, str], list[sql.Composable]] = {}
        for schema, table, column, kind in connection.execute(COLUMNS):
            wanted = sql.Identifier(column) if kind == "bytea" else sql.SQL("{}::text").format(sql.Identifier(column))
            tables.setdefault((schema, table), []).append(wanted)
        assert {"public", "read_models"} <= {schema for schema, _ in tables}
        for (schema, table), columns in tables.items():
            query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(columns), sql.Identifier(schema, table))
            for row in connection.execute(query):
                yield f"{schema}.{table}", row


def tokens_in(payload: bytes) -> list[str]:
    """The sealed values in the payload of an event."""
    return [PREFIX + part.partition('"')[0] for part in payload.decode().split(PREFIX)[1:]]
