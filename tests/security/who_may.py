"""Who may see and decide what, said once by hand: the oracle that every route is held against."""

from typing import NamedTuple

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
    "carry-over-stopping-review": "",
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
ABOUT_AN_ERASURE = ("propose-erasure", "call-off-erasure", "confirm-erasure", "place-legal-hold", "lift-legal-hold")
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
    "carry-over-stopping-review",
}
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
    **{
        ("GET", f"/on-call/{slug}"): Rule(SIGNED_IN)
        for slug in ("name-on-call", "name-medical-director", "note-absence")
    },
    ("GET", "/overrides"): Rule(ROLES["X"]),
    ("GET", "/sign-ins"): Rule(ROLES["X"]),
    ("GET", "/erasures"): Rule(ROLES["X"]),
    ("GET", "/erasures/{patient_id}"): Rule({"compliance"}),
    **{("GET", f"/erasures/{{patient_id}}/{slug}"): Rule({"compliance"}) for slug in ABOUT_AN_ERASURE},
    ("GET", "/events"): Rule(ROLES["C"] | ROLES["X"]),
    # of a subscriber that is not there, or of whoever holds a key: see tests/api/test_webhooks.py
    ("GET", "/subscribers/{subscriber_id}/webhook"): Rule(set()),
    **{
        ("GET", f"/subscribers/{{subscriber_id}}/webhook/{slug}"): Rule(set())
        for slug in ("set-webhook", "rotate-secret", "disable-webhook")
    },
    ("GET", "/integrator/webhook"): Rule(ANYBODY, 303),
    ("GET", "/api/subscribers/{subscriber_id}/webhook"): Rule(set()),
    ("GET", "/api/subscribers/{subscriber_id}/webhook/deliveries"): Rule(set()),
    ("GET", "/api/subscriber/webhook"): Rule(set()),
    ("GET", "/api/subscriber/webhook/deliveries"): Rule(set()),
    **{("GET", f"{start}/subscribers"): Rule(ROLES["C"] | ROLES["X"]) for start in ("", "/api")},
    ("GET", "/subscribers/register"): Rule(ROLES["C"] | ROLES["X"]),
    **{
        ("GET", f"/subscribers/{{subscriber_id}}/{slug}"): Rule({"coordinator", "compliance"})
        for slug in ("grant-disclosure", "issue-key")
    },
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
    "/erasures/find": ROLES["X"],
    **{
        f"{start}/{slug}": ROLES["X"]
        for start in ("/erasures/{patient_id}", "/api/patients/{patient_id}")
        for slug in ABOUT_AN_ERASURE
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


def decisions() -> dict[str, str]:
    """The JSON routes, and their decisions."""
    return {f"/api/episodes/{{episode_id}}/{slug}": slug for slug in WHO_DECIDES}
