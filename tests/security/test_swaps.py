"""Ids of one episode in orders on another: they name nothing there, and nothing is kept."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel

from api.forms import FORMS
from api.forms.form import slug_of
from domain.episode import DECISIONS
from domain.order import AssignedByTheEdge
from tests.api.clinic import Clinic, opened_clinic
from tests.api.course import Course, ready_to_dose
from tests.postgres import Database, Servers
from tests.security.course import in_the_middle
from tests.security.orders import orders
from tests.security.world import kept_in

STANDS_FOR = {
    "session_id": "sessions",
    "plan_id": "plans",
    "hold_id": "holds",
    "outcome_id": "outcomes",
    "adverse_event_id": "adverse_events",
    "deviation_id": "deviations",
    "clearance_id": "clearances",
}


class Two:
    """Ana in the middle of a session, and Ben, both with the same team."""

    def __init__(self, clinic: Clinic, database: Database) -> None:
        self.clinic, self.database = clinic, database
        self.ana = in_the_middle(clinic)
        self.ben = ready_to_dose(clinic)

    def ids_of(self, course: Course) -> dict[str, str]:
        """One id of each kind of thing in a course."""
        state = course.state
        session = next(s for s in state.sessions.values() if s.doses or s.is_running)
        found = {
            "session_id": session.session_id,
            "vitals_id": next(iter(session.vitals)),
            "dose_id": next(iter(session.doses)),
            "plan_id": state.plan.plan_id if state.plan else None,
            "hold_id": next(iter(state.holds)),
            "outcome_id": next(iter(state.outcomes)),
            "adverse_event_id": next(iter(state.adverse_events)),
            "deviation_id": next(iter(state.deviations)),
            "clearance_id": next(iter(state.clearances)),
            "event_id": session.entry_id,
        }
        return {name: str(one) for name, one in found.items()}


@pytest.fixture(scope="module")
def two(servers: Servers) -> Iterator[Two]:
    with servers.get("embedded").fresh_database() as database, opened_clinic(database) as clinic:
        yield Two(clinic, database)


def names_something(order: type[BaseModel]) -> list[str]:
    """The fields of an order that say which thing it is about; ids of new things aside."""
    return [
        name
        for name, field in order.model_fields.items()
        if name in {*STANDS_FOR, "vitals_id", "dose_id", "event_id"}
        and not any(isinstance(mark, AssignedByTheEdge) for mark in field.metadata)
    ]


ABOUT_A_THING = [d for d in DECISIONS if names_something(d.order)]


@pytest.mark.parametrize("decision", ABOUT_A_THING, ids=lambda decision: decision.name)
def test_a_thing_of_another_episode_is_not_there(two: Two, decision: Any) -> None:
    of_ana, before = two.ids_of(two.ana), kept_in(two.database)
    clinic = two.clinic
    body = orders(clinic.now, clinic.rivera.actor_id, uuid4())[decision.name]
    body |= {name: of_ana[name] for name in names_something(decision.order)}
    for browser in (clinic.therapist, clinic.prescriber, clinic.coordinator):
        answer = browser.decide(two.ben.episode_id, decision.name, body)
        if decision.name == "declare_emergency":  # never refused: it takes the session that is open, if one is
            before = kept_in(two.database)
            assert all(one.session_id is None for one in two.ben.state.holds.values())
            continue
        assert answer.status_code in (403, 409), answer.text
        if slug_of(decision.name) in {slug_of(form.decision) for form in FORMS.values()}:
            sent = {name: str(value) for name, value in body.items()} | {"_key": uuid4().hex, "reason": "words"}
            form = browser.post(f"{two.ben.href}/{slug_of(decision.name)}", sent)
            assert form.status_code in (403, 404, 409, 422), form.text[:500]
    assert kept_in(two.database) == before


def test_a_page_about_a_thing_of_another_episode_is_not_there(two: Two) -> None:
    of_ana = two.ids_of(two.ana)
    therapist = two.clinic.therapist
    nothing = therapist.get(f"{two.ben.href}/sessions/{uuid4()}")
    for path in ("", "/now"):
        answer = therapist.get(f"{two.ben.href}/sessions/{of_ana['session_id']}{path}")
        assert (answer.status_code, answer.content) == (404, nothing.content)
    assert therapist.get(f"{two.ben.href}/entries/{of_ana['event_id']}").status_code == 404
    for slug in (slug_of(form.decision) for form in FORMS.values()):
        answer = therapist.get(f"{two.ben.href}/{slug}", params=of_ana)
        assert answer.status_code in (200, 403)
        assert not [one for one in of_ana.values() if one in posted_by(answer.text)], slug


def posted_by(html: str) -> set[str]:
    """What the hidden fields of a form would send."""
    return set(re.findall(r'<input type="hidden" name="\w+" value="([^"]*)"', html))


def test_an_id_that_stands_in_another_episode_is_not_taken_again(two: Two) -> None:
    """New things may be named by the caller: the name of one in another episode changes nothing there."""
    clinic, of_ana, was = two.clinic, two.ids_of(two.ana), two.ana.state
    body = {"reason": "other", "hold_id": of_ana["hold_id"]}
    assert clinic.therapist.decide(two.ben.episode_id, "place_hold", body).status_code == 200
    assert two.ana.state == was
    assert UUID(of_ana["hold_id"]) in two.ben.state.holds
