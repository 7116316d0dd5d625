"""Who gets what: every route times everybody, held against the table in `who_may`.

A route that is not in the table fails. What is not yours is the same bytes as what does not exist, and whatever is
refused leaves every table as it was.
"""

from uuid import uuid4

import pytest

from domain.episode import DECISIONS
from tests.api.course import Course, referred
from tests.security.asking import ids, path_of, same, send, strangers
from tests.security.routes import Address, addresses
from tests.security.who_may import (
    ACCESS,
    ANYBODY,
    BECAUSE,
    CLINICAL,
    IN_THE_POOL,
    LINK,
    OPENINGS,
    OWN_NOTES,
    PAGES,
    POOL_READERS,
    PURPOSE,
    READERS,
    ROLES,
    SENDS,
    SIGNED_IN,
    WHO_DECIDES,
    decisions,
    forms,
)
from tests.security.world import World


def test_every_route_is_in_the_table(shared_world: World) -> None:
    found = {(one.method, one.path) for one in addresses(shared_world.clinic.app)}
    sent = (*SENDS, *forms(), *decisions(), PURPOSE, ACCESS, OWN_NOTES, LINK, f"/api{LINK}")
    known = {("GET", "/ready"), *PAGES, *(("POST", path) for path in sent)}
    known |= {("GET", path) for path in forms() if "/sessions/" not in path}
    assert found - known == set(), "say in who_may.py (PAGES, SENDS) who may use these routes"
    assert known - found == set(), "who_may.py names what is not there"


def test_every_decision_is_in_the_table() -> None:
    decisions = {decision.name.replace("_", "-") for decision in DECISIONS}
    assert decisions - WHO_DECIDES.keys() == set(), "say in who_may.py (WHO_DECIDES) which roles take these decisions"
    assert WHO_DECIDES.keys() - decisions == set(), "who_may.py names decisions that are not there"


def test_anybody_may_ask_whether_all_is_well(shared_world: World) -> None:
    for ask in (strangers(shared_world)["nobody"], shared_world.visitors["compliance"].http.request):
        answer = ask("GET", "/ready")
        assert answer.status_code in (200, 503), "which depends on what is well"
        assert "ready" in answer.json()


@pytest.mark.parametrize(("method", "path"), sorted(PAGES))
def test_a_page_is_shown_to_those_in_the_table(shared_world: World, method: str, path: str) -> None:
    rule, address = PAGES[method, path], Address(method, path)
    because = BECAUSE if path != "/events" else {}  # the feed refuses parameters that it does not know
    for name, ask in strangers(shared_world).items():
        asked = ask(method, address.of(**ids(shared_world.ours)))
        if rule.readers == ANYBODY:
            assert asked.status_code == rule.status, name
        elif address.speaks_json:
            assert asked.status_code == 401, name
        else:
            assert asked.status_code == 303, name
            assert asked.headers["location"].startswith("/sign-in?"), name
    for name, visitor in shared_world.visitors.items():
        if name == "suspended":
            continue
        pool = rule.readers if rule.pool is None else rule.pool
        for course, readers in ((shared_world.ours, rule.readers), (shared_world.pool, pool)):
            asked = visitor.get(address.of(**ids(course)), params=because)
            may = readers == ANYBODY or name in readers
            assert asked.status_code == (rule.status if may else 404), (name, asked.text[:300])
            if not may and rule.is_about_an_episode:
                assert same(asked, visitor.get(address.of(**ids(None)), params=because)), name


@pytest.mark.parametrize("decision", sorted(WHO_DECIDES))
def test_a_decision_is_taken_by_those_in_the_table(shared_world: World, decision: str) -> None:
    before = shared_world.kept()
    for name, ask in strangers(shared_world).items():
        asked = ask("POST", path_of(shared_world.ours, decision), json={}, headers={"idempotency-key": "a" * 8})
        assert asked.status_code in (401, 403), name  # whoever has a cookie and no token is not even asked who they are
    for name, visitor in shared_world.visitors.items():
        for course in (shared_world.ours, shared_world.pool):
            expected = answer_to(shared_world, name, decision, course)
            if expected is None:
                continue
            answer = send(shared_world, visitor, decision, course)
            if decision not in OPENINGS or name != "next door":  # to the next network it is an id like any other
                assert answer.status_code == expected, (name, course is shared_world.pool, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            if name == "next door" or (expected == 404 and decision not in OPENINGS):
                assert same(answer, send(shared_world, visitor, decision, None)), name
    assert shared_world.kept() == before, "something was kept of what was refused"


@pytest.mark.parametrize("decision", sorted(WHO_DECIDES))
def test_those_in_the_table_may_decide(shared_world: World, decision: str) -> None:
    ours = referred(shared_world.clinic).assign()
    shared_world.say_why(ours)
    for name, visitor in shared_world.visitors.items():
        if answer_to(shared_world, name, decision, shared_world.ours) is None:
            answer = send(shared_world, visitor, decision, ours)
            assert answer.status_code in (200, 409), (name, answer.text)
        if answer_to(shared_world, name, decision, shared_world.pool) is None:
            waiting = referred(shared_world.clinic)
            if name == "on call":
                shared_world.say_why(waiting)
            answer = send(shared_world, visitor, decision, waiting)
            assert answer.status_code in (200, 409), (name, answer.text)


@pytest.mark.parametrize("path", sorted(forms()))
def test_a_form_is_taken_from_those_in_the_table(shared_world: World, path: str) -> None:
    before, decision = shared_world.kept(), forms()[path]
    for name, visitor in shared_world.visitors.items():
        expected = answer_to(shared_world, name, decision, shared_world.ours)
        if name == "suspended" or expected is None:
            continue
        sent = {"_key": uuid4().hex, "reason": "words", "note": "words"}
        answer = visitor.post(path.format(**ids(shared_world.ours)), sent)
        may_read = name in (CLINICAL if "/sessions/" in path else READERS)
        assert answer.status_code == (403 if may_read else 404), (name, answer.text)
        if not may_read:
            assert same(answer, visitor.post(path.format(**ids(None)), sent)), name
        assert visitor.get(path.format(**ids(shared_world.ours))).status_code in (403, 404, 405), name
    assert shared_world.kept() == before, "something was kept of what was refused"


@pytest.mark.parametrize("path", sorted(SENDS))
def test_what_is_about_no_episode_is_taken_from_those_in_the_table(shared_world: World, path: str) -> None:
    if SENDS[path] in (ANYBODY, SIGNED_IN):
        assert path in (
            "/sign-in",
            "/sign-in/network",
            "/sign-in/provider/signed-out",
            "/sign-out",
            "/sign-out/everywhere",
            "/reauthenticate",
            "/find",
            "/api/protocols/check",
            "/check-in/{secret}",
            "/integrator/sign-in",
            "/integrator/sign-out",
            "/integrator/webhook/try-now",
            "/integrator/webhook/resend",
            "/integrator/webhook/send-test",
        )
        return
    before = shared_world.kept()
    person = {"name": "Ana Whitfield", "birth_date": "1984-03-11", "reason": "words"}
    address = path.format(**ids(None))
    for name in shared_world.visitors.keys() - set(SENDS[path]) - {"suspended"}:
        visitor, key = shared_world.visitors[name], uuid4().hex
        if path.startswith("/api/"):
            answer = visitor.post(address, json=person, headers={"idempotency-key": key})
        else:
            answer = visitor.post(address, person | {"_key": key})
        assert answer.status_code in (403, 404), (name, answer.text)
        assert "KAP-" not in answer.text, "nobody learns who is known here"
    assert shared_world.kept() == before


def test_psychotherapy_notes_are_written_by_a_therapist_of_the_team_alone(shared_world: World) -> None:
    path, sent = OWN_NOTES.format(**ids(shared_world.ours)), {"_key": uuid4().hex, "text": "BP 148/82"}
    before = shared_world.kept()
    for name, visitor in shared_world.visitors.items():
        if name == "suspended":
            continue
        answer = visitor.post(path, sent)
        assert answer.status_code == (409 if name == "therapist" else 404), name
        if name != "therapist":
            assert same(answer, visitor.post(OWN_NOTES.format(**ids(None)), sent)), name
    assert shared_world.kept() == before


def test_a_link_is_handed_over_by_those_who_may_send_it(shared_world: World) -> None:
    ours, senders = shared_world.ours, {"therapist", "prescriber", "on call", "coordinator"}
    sent = shared_world.visitors["therapist"].decide(ours.episode_id, "send_check_in_link", {"purpose": "chaperone"})
    assert sent.status_code == 200
    link = {"episode_id": ours.episode_id, "link_id": next(iter(ours.state.check_in_links))}
    nothing = {"episode_id": uuid4(), "link_id": uuid4()}
    for name, visitor in shared_world.visitors.items():
        answer = visitor.post(LINK.format(**link))
        expected = 200 if name in senders else 303 if name == "suspended" else 404
        assert answer.status_code == expected, name
        if expected == 404:
            assert same(answer, visitor.post(LINK.format(**nothing))), name


def test_a_purpose_is_given_by_compliance_alone(shared_world: World) -> None:
    for name, visitor in shared_world.visitors.items():
        if name == "suspended":
            continue
        answer = visitor.post(PURPOSE.format(**ids(shared_world.ours)), {"purpose": "incident"})
        assert answer.status_code == (303 if name == "compliance" else 404), name
        if name not in READERS:
            assert same(answer, visitor.post(PURPOSE.format(**ids(None)), {"purpose": "incident"})), name


def test_a_reason_is_asked_of_whoever_is_called_and_of_nobody_else(shared_world: World) -> None:
    for name, visitor in shared_world.visitors.items():
        if name == "suspended":
            continue
        answer = visitor.post(ACCESS.format(**ids(shared_world.ours)), {"because": "alert", "reason": "words"})
        assert answer.status_code == 404, name
        assert same(answer, visitor.post(ACCESS.format(**ids(None)), {"because": "alert", "reason": "words"})), name


def answer_to(world: World, name: str, decision: str, course: Course) -> int | None:
    """The status of a refusal by the table; None where the person may decide, as far as their role and place go."""
    readers = READERS if course is world.ours else POOL_READERS
    if name == "suspended":
        return 401
    if name not in readers - {"compliance"}:
        return 404
    is_in_pool = course is world.pool and name in ("prescriber", "other prescriber")
    if is_in_pool and decision not in IN_THE_POOL:
        return 404
    may = any(name in ROLES[role] for role in WHO_DECIDES[decision])
    return None if may else 403


def test_the_id_of_something_else_is_no_episode(shared_world: World) -> None:
    clinic, patient_id = shared_world.clinic, shared_world.ours.state.patient_id
    before = shared_world.kept()
    for visitor in (clinic.therapist, clinic.prescriber, clinic.coordinator):
        nothing = visitor.get(f"/episodes/{uuid4()}")
        for other in (clinic.network_id, clinic.lindqvist.actor_id, patient_id):
            for _ in range(2):  # as read from the log, and as remembered
                assert same(visitor.get(f"/episodes/{other}"), nothing)
                answer = visitor.post(
                    f"/api/episodes/{other}/place-hold", json={"reason": "other"}, headers={"idempotency-key": "k" * 9}
                )
                assert answer.status_code == 404
    assert shared_world.kept() == before


def test_the_id_of_an_episode_is_no_person(shared_world: World) -> None:
    clinic, before = shared_world.clinic, shared_world.kept()
    for other in (shared_world.ours.episode_id, shared_world.ours.state.patient_id, clinic.network_id):
        member = {"clinician_id": str(other), "role": "therapist"}
        answer = clinic.coordinator.decide(shared_world.ours.episode_id, "assign_care_team_member", member)
        assert answer.status_code == 409, answer.text
    assert shared_world.kept() == before
