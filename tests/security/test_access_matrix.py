"""Who gets what: every route times everybody, held against the table below, which is the oracle.

A route that is not in the table fails. What is not yours is the same bytes as what does not exist, and whatever is
refused leaves every table as it was.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi.testclient import TestClient

from domain.episode import DECISIONS
from domain.episode.episode import EPISODE
from tests.api.clinic import Browser
from tests.api.course import Course, referred
from tests.security.routes import Address, addresses
from tests.security.world import SUBSCRIBER_ID, World

ANYBODY = "anybody"
READERS = {"therapist", "prescriber", "on call", "coordinator", "compliance"}
"""Of the episode with a care team."""
CLINICAL = READERS - {"coordinator"}
POOL_READERS = READERS | {"other prescriber"}
"""Of the episode that waits for a prescriber."""
POOL_CLINICAL = POOL_READERS - {"coordinator"}
SIGNED_IN = READERS | {"other therapist", "other prescriber", "removed", "next door"}

ROLES = {
    "T": {"therapist", "other therapist", "removed", "next door"},
    "P": {"prescriber", "on call", "other prescriber", "next door"},
    "C": {"coordinator", "next door"},
    "X": {"compliance", "next door"},
}

WHO_DECIDES = {
    # care team: whoever is on it, or coordinates
    **dict.fromkeys(["refer", "assign-care-team-member", "remove-care-team-member"], "TPC"),
    "take-patient-from-pool": "P",
    # what only a prescriber says: eligibility, plan, prescription, safety (rule 17)
    **dict.fromkeys(
        ["complete-intake", "update-intake", "review-medicines", "determine-eligibility", "request-clearance"], "P"
    ),
    **dict.fromkeys(["resolve-contraindication", "issue-plan", "amend-plan", "set-next-dose", "suspend-plan"], "P"),
    **dict.fromkeys(["check-pdmp", "explain-tablets"], "P"),
    **dict.fromkeys(["resume-plan", "accept-hand-over", "record-prescription", "release-hold", "grant-override"], "P"),
    **dict.fromkeys(["review-safety", "review-adverse-event", "review-deviation", "complete-follow-up"], "P"),
    # what only a therapist does: the sessions are theirs
    **dict.fromkeys(["complete-preparation", "complete-integration", "open-dosing-session", "clear-to-dose"], "T"),
    # clinical facts: either clinician writes down what they see
    **dict.fromkeys(["find-contraindication", "narrow-touch", "record-checklist", "confirm-place"], "TP"),
    **dict.fromkeys(["record-companion-arrival", "record-companion-departure", "record-vitals"], "TP"),
    **dict.fromkeys(["correct-vitals", "record-dose", "record-swallowing", "record-vomiting", "correct-dose"], "TP"),
    **dict.fromkeys(
        ["record-adverse-event-outcome", "record-check", "end-dosing-session", "record-outcome", "correct-outcome"],
        "TP",
    ),
    **dict.fromkeys(["sign-document", "add-addendum", "ask-co-signature", "co-sign-document"], "TP"),
    **dict.fromkeys(["ask-question", "answer-question", "close-question"], "TP"),
    "discharge-patient": "TP",
    # what the front desk hears or arranges
    **dict.fromkeys(["book-intake", "book-session", "move-session", "cancel-session", "miss-session"], "TPC"),
    **dict.fromkeys(["report-medicine-change", "report-ketamine-elsewhere", "sign-consent"], "TPC"),
    **dict.fromkeys(["withdraw-consent", "declare-emergency", "record-next-day-check-in", "attempt-check-in"], "TPC"),
    **dict.fromkeys(["place-hold", "report-adverse-event", "book-follow-up", "pause-episode", "resume-episode"], "TPC"),
    **dict.fromkeys(["nominate-chaperone", "report-symptoms", "report-medicine-inventory"], "TPC"),
    **dict.fromkeys(["send-check-in-link", "revoke-check-in-link"], "TPC"),
    "record-monitoring-form-sent": "TPC",
    "review-symptoms": "TP",
    # the patient's own answer comes through a link, and a link locks itself
    **dict.fromkeys(["answer-check-in-link", "lock-check-in-link"], ""),
    "mark-in-error": "TPC",
    "mark-done": "TPC",
    "ask-for-document": "TPC",
    "acknowledge-alert": "TPC",
    "record-safety-plan": "TP",
    "arrange-cover": "TPC",
    **dict.fromkeys(["confirm-override", "take-access"], "P"),
    "receive-clearance": "PC",
    "track-prescription": "PC",
    **dict.fromkeys(["attempt-contact", "raise-care-gap", "close-care-gap", "flag-for-discussion"], "TPC"),
    **dict.fromkeys(["record-caseload-review", "verify-chaperone", "confirm-transport", "record-disclosure"], "TPC"),
    # policies look again, or carry over
    "recheck-credentials": "",
    "carry-over-adverse-event": "",
    "carry-over-earlier-course": "",
    "recheck-plan": "",
    "recheck-age": "",
    # files are imported from the command line
    "import-history": "",
    "import-outcome": "C",
}
IN_THE_POOL = {
    *("take-patient-from-pool", "assign-care-team-member", "report-adverse-event", "place-hold", "take-access"),
}
"""What a prescriber may do for a patient whom no prescriber has taken yet."""
LINK = "/episodes/{episode_id}/check-in-links/{link_id}/address"
PURPOSE = "/episodes/{episode_id}/purpose"
ACCESS = "/episodes/{episode_id}/take-access"
"""Asked of whoever is on call before their first look; here they have said why."""
OWN_NOTES = "/episodes/{episode_id}/psychotherapy-notes"
BECAUSE = {"purpose": "incident"}
"""Why compliance reads: JSON says it in the query, a browser has said it before."""
WITHOUT_FORM = {
    *("take-access", "import-outcome", "answer-check-in-link", "lock-check-in-link"),
    *("recheck-credentials", "carry-over-adverse-event", "carry-over-earlier-course", "recheck-plan", "recheck-age"),
}
OF_NO_EPISODE: dict[str, Any] = {
    "secret": "x" * 43,
    "link_id": UUID(int=0),
    "version": 1,
    "which": "1",
    "protocol_id": "kap-core",
    "subscriber_id": SUBSCRIBER_ID,
    "file_name": "thin.v1.json",
    "stream": "episode",
    "stored_as": "DoseTaken",
}
"""Names in addresses that are the same for every episode: version 1 of an event, or of the protocol shipped."""
OPENINGS = {"refer", "import-history"}
"""Decisions that begin an episode: the one they name must not be there."""


class Rule(NamedTuple):
    """Who gets an answer of this kind: `readers` of our episode, `pool` of the one that waits for a prescriber."""

    readers: set[str] | str
    status: int = 200
    pool: set[str] | None = None
    is_about_an_episode: bool = False
    query: str = ""


def of_episode(readers: set[str], pool: set[str], status: int = 200) -> Rule:
    return Rule(readers, status, pool, True)


PAGES: dict[tuple[str, str], Rule] = {
    ("GET", "/"): Rule(ANYBODY, 303),
    ("GET", "/sign-in"): Rule(ANYBODY),
    # of installations with an identity provider: see tests/security/provider
    ("GET", "/sign-in/provider"): Rule(ANYBODY, 404),
    ("GET", "/sign-in/return"): Rule(ANYBODY, 404),
    ("GET", "/sign-in/network"): Rule(ANYBODY, 404),
    ("GET", "/reauthenticate/provider"): Rule(set()),
    ("GET", "/metrics"): Rule(ANYBODY),
    ("GET", "/live"): Rule(ANYBODY),
    ("GET", "/docs"): Rule(ANYBODY),
    ("GET", "/openapi.json"): Rule(ANYBODY),
    ("GET", "/asyncapi.json"): Rule(ANYBODY),
    ("GET", "/integrate"): Rule(ANYBODY),
    ("GET", "/integrate/{file_name}"): Rule(ANYBODY, 404),
    ("GET", "/schemas"): Rule(ANYBODY),
    ("GET", "/schemas/{file_name}"): Rule(ANYBODY),
    ("GET", "/events/catalogue"): Rule(ANYBODY),
    ("GET", "/events/catalogue/{stream}/{stored_as}"): Rule(ANYBODY),
    ("GET", "/static"): Rule(ANYBODY, 307),
    ("GET", "/check-in/{secret}"): Rule(ANYBODY, 410),
    ("GET", "/stay"): Rule(SIGNED_IN, 204),
    ("GET", "/reauthenticate"): Rule(SIGNED_IN),
    ("GET", "/caseload"): Rule(ROLES["T"]),
    ("GET", "/worklist"): Rule(ROLES["P"]),
    ("GET", "/coordination"): Rule(ROLES["C"]),
    ("GET", "/replay"): Rule(ROLES["T"] | ROLES["P"] | ROLES["X"]),
    ("GET", "/refer"): Rule(ROLES["T"] | ROLES["P"] | ROLES["C"]),
    ("GET", "/protocol"): Rule(SIGNED_IN),
    ("GET", "/instruments"): Rule(SIGNED_IN),
    ("GET", "/protocols"): Rule(SIGNED_IN),
    ("GET", "/protocols/draft"): Rule(ROLES["T"] | ROLES["P"] | ROLES["C"]),
    ("GET", "/protocols/{protocol_id}/{version}"): Rule(SIGNED_IN),
    ("GET", "/protocols/{protocol_id}/{version}/document"): Rule(SIGNED_IN),
    ("GET", "/api/protocols"): Rule(SIGNED_IN),
    ("GET", "/api/protocols/{protocol_id}/{version}"): Rule(SIGNED_IN),
    ("GET", "/on-call"): Rule(SIGNED_IN),
    ("GET", "/overrides"): Rule(ROLES["X"]),
    ("GET", "/events"): Rule(ROLES["C"] | ROLES["X"]),
    # of a subscriber that is not there, or of whoever holds a key: see tests/api/test_webhooks.py
    ("GET", "/subscribers/{subscriber_id}/webhook"): Rule(set()),
    ("GET", "/integrator/webhook"): Rule(ANYBODY, 303),
    ("GET", "/api/subscribers/{subscriber_id}/webhook"): Rule(set()),
    ("GET", "/api/subscribers/{subscriber_id}/webhook/deliveries"): Rule(set()),
    ("GET", "/api/subscriber/webhook"): Rule(set()),
    ("GET", "/api/subscriber/webhook/deliveries"): Rule(set()),
    **{("GET", f"{start}/subscribers"): Rule(ROLES["C"] | ROLES["X"]) for start in ("", "/api")},
    **{
        ("GET", f"{start}/subscribers/{{subscriber_id}}"): Rule({"coordinator", "compliance"}) for start in ("", "/api")
    },
    ("GET", "/disclosures"): Rule(ROLES["X"]),
    ("GET", "/integrator"): Rule(ANYBODY),
    ("GET", "/late-entries"): Rule(ROLES["C"] | ROLES["X"]),
    ("GET", "/api/late-entries"): Rule(ROLES["C"] | ROLES["X"]),
    ("GET", "/api/caseload"): Rule(ROLES["T"]),
    ("GET", "/api/worklist"): Rule(ROLES["P"]),
    ("GET", "/api/coordination"): Rule(ROLES["C"]),
    ("GET", "/api/episodes/{episode_id}"): of_episode(READERS, POOL_READERS),
    ("GET", "/episodes/{episode_id}"): of_episode(READERS, POOL_READERS),
    ("GET", "/episodes/{episode_id}/entries/{entry_id}"): of_episode(READERS, POOL_READERS, 303),
    ("GET", "/episodes/{episode_id}/refer"): of_episode(READERS, POOL_READERS, 303),
    ("GET", "/episodes/{episode_id}/purpose"): of_episode({"compliance"}, {"compliance"}),
    ("GET", "/episodes/{episode_id}/take-access"): of_episode(set(), set()),
    **{
        ("GET", f"{start}/episodes/{{episode_id}}/{page}"): of_episode(CLINICAL, POOL_CLINICAL)
        for start, page in (
            ("", "timeline"),
            ("", "events/{version}"),
            ("", "replay"),
            ("", "emergency-card"),
            ("", "instruction-sheet"),
            ("/api", "timeline"),
            ("/api", "outcomes"),
            ("/api", "documents"),
            ("/api", "replay"),
        )
    },
    ("GET", OWN_NOTES): of_episode({"therapist"}, {"therapist"}),
    ("GET", "/episodes/{episode_id}/documents/{entry_id}"): of_episode(set(), set()),  # that entry is no document
    ("GET", "/episodes/{episode_id}/sessions/{which}"): of_episode(CLINICAL, set()),
    ("GET", "/episodes/{episode_id}/sessions/{which}/now"): of_episode(CLINICAL, set()),
    ("GET", "/episodes/{episode_id}/sessions/{which}/group"): of_episode(set(), set()),
    ("GET", "/episodes/{episode_id}/sessions/{which}/monitoring-form"): of_episode(CLINICAL, set()),
}
"""What is looked at. Forms of decisions come from WHO_DECIDES."""

SENDS: dict[str, set[str] | str] = {
    "/check-in/{secret}": ANYBODY,
    "/sign-in": ANYBODY,
    "/sign-in/network": ANYBODY,
    "/sign-in/provider/signed-out": ANYBODY,
    "/sign-out": SIGNED_IN,
    "/sign-out/everywhere": SIGNED_IN,
    "/reauthenticate": SIGNED_IN,
    "/find": SIGNED_IN,
    "/refer": ROLES["T"] | ROLES["P"] | ROLES["C"],
    "/api/referrals": ROLES["T"] | ROLES["P"] | ROLES["C"],
    "/protocols/draft": ROLES["T"] | ROLES["P"] | ROLES["C"],
    "/api/protocols/check": SIGNED_IN,
    "/api/protocols/{protocol_id}/draft-protocol": ROLES["T"] | ROLES["P"] | ROLES["C"],
    **{
        f"{start}/{slug}": ROLES["P"]
        for start, slugs in (
            ("/protocols/{protocol_id}/{version}", ("review", "publish", "adopt", "retire")),
            (
                "/api/protocols/{protocol_id}",
                ("review-protocol", "publish-protocol", "adopt-protocol", "retire-protocol"),
            ),
        )
        for slug in slugs
    },
    **{
        f"{whose}/webhook/{slug}": set()
        for whose, slugs in (
            (
                "/api/subscribers/{subscriber_id}",
                ("set-webhook", "rotate-secret", "disable-webhook", "try-now", "resend", "send-test"),
            ),
            (
                "/subscribers/{subscriber_id}",
                ("set-webhook", "rotate-secret", "disable-webhook", "try-now", "resend", "send-test"),
            ),
            ("/api/subscriber", ("try-now", "resend", "send-test")),
        )
        for slug in slugs
    },
    **dict.fromkeys(
        ["/on-call/name-on-call", "/on-call/name-medical-director", "/on-call/take-back"], ROLES["P"] | ROLES["C"]
    ),
    **dict.fromkeys(["/subscribers/register", "/api/subscribers/register-subscriber"], ROLES["C"] | ROLES["X"]),
    **{
        f"{start}/subscribers/{{subscriber_id}}/{slug}": ROLES["C"] | ROLES["X"]
        for start in ("", "/api")
        for slug in ("issue-key", "revoke-key", "pause-subscriber", "resume-subscriber", "end-subscriber")
    },
    **{
        f"{start}/subscribers/{{subscriber_id}}/{slug}": ROLES["X"]
        for start in ("", "/api")
        for slug in ("grant-disclosure", "withdraw-grant")
    },
    "/integrator/sign-in": ANYBODY,
    **dict.fromkeys([f"/integrator/webhook/{slug}" for slug in ("try-now", "resend", "send-test")], ANYBODY),
    "/integrator/sign-out": ANYBODY,
    "/on-call/note-absence": ROLES["T"] | ROLES["P"] | ROLES["C"],
}
"""What is sent and is about no episode; each may say 403 or 404 to everybody else."""
IN_A_SESSION = {
    *("open-dosing-session", "record-checklist", "confirm-place", "record-companion-arrival", "record-vitals"),
    *("clear-to-dose", "record-dose", "record-check", "end-dosing-session", "declare-emergency"),
    "record-next-day-check-in",
}
"""Decisions whose form also stands on the page of a dosing session."""


def forms() -> dict[str, str]:
    """The addresses at which forms are sent, and their decisions."""
    own = {f"/episodes/{{episode_id}}/{slug}": slug for slug in WHO_DECIDES.keys() - OPENINGS - WITHOUT_FORM}
    in_session = {f"/episodes/{{episode_id}}/sessions/{{which}}/{slug}": slug for slug in IN_A_SESSION}
    return own | in_session


def test_every_route_is_in_the_table(shared_world: World) -> None:
    found = {(one.method, one.path) for one in addresses(shared_world.clinic.app)}
    sent = (*SENDS, *forms(), *decisions(), PURPOSE, ACCESS, OWN_NOTES, LINK, f"/api{LINK}")
    known = {("GET", "/ready"), *PAGES, *(("POST", path) for path in sent)}
    known |= {("GET", path) for path in forms() if "/sessions/" not in path}
    assert found - known == set(), "a route nobody has said who may use"
    assert known - found == set(), "the table names what is not there"
    assert {d.name.replace("_", "-") for d in DECISIONS} == WHO_DECIDES.keys()


def decisions() -> dict[str, str]:
    """The JSON routes, and their decisions."""
    return {f"/api/episodes/{{episode_id}}/{slug}": slug for slug in WHO_DECIDES}


def test_anybody_may_ask_whether_all_is_well(shared_world: World) -> None:
    for ask in (strangers(shared_world)["nobody"], shared_world.visitors["compliance"].http.request):
        answer = ask("GET", "/ready")
        assert answer.status_code in (200, 503), "which depends on what is well"
        assert "ready" in answer.json()


def strangers(world: World) -> dict[str, Callable[..., httpx.Response]]:
    """Those who are not signed in, or not any more."""
    nobody = TestClient(world.clinic.app, follow_redirects=False)
    return {"nobody": nobody.request, "suspended": world.visitors["suspended"].http.request}


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


def send(world: World, visitor: Browser, decision: str, course: Course | None) -> httpx.Response:
    """A readable order, under a key of its own."""
    order = world.order(decision.replace("-", "_"))
    return visitor.post(path_of(course, decision), json=order, headers={"idempotency-key": uuid4().hex})


def path_of(course: Course | None, decision: str) -> str:
    return f"/api/episodes/{course.episode_id if course else uuid4()}/{decision}"


def ids(course: Course | None) -> dict[str, Any]:
    """The ids of an address: of something in this course, or of nothing."""
    if course is None:
        return OF_NO_EPISODE | {"episode_id": uuid4(), "entry_id": uuid4()}
    return OF_NO_EPISODE | {"episode_id": course.episode_id, "entry_id": entry_of(course)}


def entry_of(course: Course) -> UUID:
    """The first entry of an episode."""
    (entry, *_) = course.clinic.edge.care.history(EPISODE, course.episode_id, network_id=course.clinic.network_id)
    return entry.envelope.event_id


def same(one: httpx.Response, other: httpx.Response) -> bool:
    """Whether nobody could tell the two answers apart."""
    return (one.status_code, one.content, sorted(one.headers.multi_items())) == (
        other.status_code,
        other.content,
        sorted(other.headers.multi_items()),
    )


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
