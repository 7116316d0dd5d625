"""Made-up orders for every decision: recorded or refused in words, never a failure; and pages go on showing them."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from domain.decision import Decision
from domain.episode import DECISIONS
from tests.api.clinic import Browser, Clinic, opened_clinic
from tests.api.course import Course
from tests.postgres import Database, Servers
from tests.security.course import in_the_middle
from tests.security.strategies import orders_of
from tests.thoroughness import THOROUGH

pytestmark = pytest.mark.faults

EXAMPLES = 8 if THOROUGH else 2
ANSWERS = {200, 403, 409, 422}


class Copies:
    """A course in the middle of a dosing session, copied in the log whenever the copy in use has changed."""

    def __init__(self, clinic: Clinic, database: Database) -> None:
        self.clinic, self.database = clinic, database
        self.original = in_the_middle(clinic)
        self.ids = [str(one) for one in ids_in(self.original.state)]
        self.fresh()

    def fresh(self) -> None:
        self.course = Course(self.clinic, uuid4())
        with psycopg.connect(self.database.superuser_url) as connection:
            for statement in COPY:
                connection.execute(statement, {"old": self.original.episode_id, "new": self.course.episode_id})
        self.clinic.catch_up()

    def ask(self, decision: Decision, body: dict[str, Any]) -> None:
        """By somebody on the team whose decision it is."""
        browser = self.browser_of(decision)
        path = f"/api{self.course.href}/{decision.name.replace('_', '-')}"
        answer = browser.post(path, json=body, headers={"idempotency-key": uuid4().hex})
        assert answer.status_code in ANSWERS, answer.text
        if answer.status_code != 200:
            assert answer.headers["content-type"] == "application/problem+json"
            assert len(answer.json()["detail"]) > 5
            return
        self.clinic.catch_up()
        try:
            self.look()
        finally:
            self.fresh()

    def look(self) -> None:
        """Every page that shows the course still does."""
        for path in ("", "/timeline"):  # not found by whoever has just been removed
            assert self.clinic.therapist.get(self.course.href + path).status_code in (200, 404)
        assert self.clinic.coordinator.get(self.course.href).status_code == 200
        for browser, path in ((self.clinic.therapist, "/caseload"), (self.clinic.coordinator, "/coordination")):
            assert browser.get(path).status_code == 200
        assert self.clinic.prescriber.get("/worklist").status_code == 200

    def browser_of(self, decision: Decision) -> Browser:
        clinic = self.clinic
        browsers = (clinic.therapist, clinic.prescriber, clinic.coordinator)
        return next((one for one in browsers if one.actor.has(*decision.by)), clinic.therapist)


COPY = (
    """
    INSERT INTO events (
        stream_type, stream_id, version, network_id, event_id, topic, schema_version, payload, occurred_at,
        occurred_zone, recorded_at, actor_id, actor_role, command_id, ordinal, correlation_id, causation_id,
        protocol_version, sensitivity, facts)
    SELECT stream_type, %(new)s, version, network_id, gen_random_uuid(), topic, schema_version, payload, occurred_at,
           occurred_zone, recorded_at, actor_id, actor_role, gen_random_uuid(), 0, correlation_id, causation_id,
           protocol_version, sensitivity, facts
      FROM events WHERE stream_id = %(old)s ORDER BY version
    """,
    """
    INSERT INTO care_team_member (network_id, episode_id, clinician_id, role, from_at, until_at)
    SELECT network_id, %(new)s, clinician_id, role, from_at, until_at
      FROM care_team_member WHERE episode_id = %(old)s
    """,
)


@pytest.fixture(scope="module")
def copies(servers: Servers) -> Iterator[Copies]:
    with servers.get("embedded").fresh_database() as database, opened_clinic(database) as clinic:
        yield Copies(clinic, database)


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.name)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_order_is_a_failure(copies: Copies, decision: Decision, data: st.DataObject) -> None:
    copies.ask(decision, data.draw(orders_of(decision.order.model_json_schema(), copies.ids)))


def ids_in(state: Any) -> set[UUID]:
    """Every id that the state of an episode knows."""
    found: set[UUID] = set()
    todo = [state]
    while todo:
        value = todo.pop()
        if isinstance(value, UUID):
            found.add(value)
        elif isinstance(value, dict):
            todo += [*value.keys(), *value.values()]
        elif isinstance(value, tuple | list | set | frozenset):
            todo += value
        elif is_dataclass(value) or isinstance(value, BaseModel):
            todo += vars(value).values()
    return found
