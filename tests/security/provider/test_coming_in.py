"""Who comes in by way of an identity provider: people we have admitted, in the roles that we have written down."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from api.session_cookie import SESSION_COOKIE
from domain.actor import Role
from domain.clinician.admit_clinician import AdmitClinician, admit_clinician
from domain.clinician.clinician import CLINICIAN
from domain.clinician.suspend_clinician import SuspendClinician, suspend_clinician
from domain.sealed import Sealed
from tests.api.clinic import Clinic
from tests.identity_provider import OpenIdProvider
from tests.security.entrance import Entrance, Visitor, email_of, registration, why
from tests.security.next_door import NextDoor


def test_somebody_admitted_under_their_verified_address_comes_in(entrance: Entrance, visitor: Visitor) -> None:
    page = visitor.get("/sign-in").text
    assert 'href="/sign-in/provider"' in page
    assert "Sign in with Bay Health" in page
    assert "Demo people" not in page
    answer = visitor.arrive("mara", visitor.leave("/caseload?filter=held"))
    assert answer.headers["location"] == "/caseload?filter=held"
    assert "Dr. Mara Lindqvist" in visitor.get("/caseload").text


def test_the_subject_counts_from_then_on_and_not_the_address(own_entrance: Entrance) -> None:
    entrance = own_entrance
    entrance.visitor().sign_in("mara")
    entrance.provider.knows("mara", email="married@example.org", email_verified=True)
    entrance.visitor().sign_in("mara")
    entrance.provider.knows("mara", email=email_of(entrance.clinic.rivera), email_verified=True)
    visitor = entrance.visitor()
    visitor.sign_in("mara")
    assert "Dr. Mara Lindqvist" in visitor.get("/caseload").text, "an address of somebody else's moves nobody"
    entrance.provider.knows("new-here", email=email_of(entrance.clinic.lindqvist), email_verified=True)
    assert why(entrance.visitor().arrive("new-here")) == "not-known", "an address that was given on opens nothing"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "\N{LATIN SMALL LETTER LONG S}am@example.org"},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": " "},
    ],
)
def test_an_address_that_nobody_verified_links_nobody(entrance: Entrance, claims: dict[str, Any]) -> None:
    entrance.knows(entrance.clinic.rivera, "alma")
    entrance.provider.says = claims
    assert why(entrance.visitor().arrive("alma")) == "not-known"


def test_who_is_not_admitted_is_told_whom_to_ask(entrance: Entrance, visitor: Visitor) -> None:
    entrance.provider.knows("sam", email="sam@example.org", email_verified=True)
    answer = visitor.arrive("sam")
    assert why(answer) == "not-known"
    page = visitor.get(answer.headers["location"]).text
    assert "Ask the person who admits staff in your practice" in page
    assert "sam@" not in page
    assert not visitor.is_in
    again = visitor.leave(start=re.search(r'href="(/sign-in/provider[^"]*)"', page)[1])  # type: ignore[index]
    assert parse_qs(urlsplit(again).query)["prompt"] == ["login"], "with another account"


def test_a_suspended_person_is_refused_and_not_linked(own_entrance: Entrance) -> None:
    clinic, visitor = own_entrance.clinic, own_entrance.visitor()
    clinic.decide(CLINICIAN, clinic.lindqvist.actor_id, suspend_clinician, SuspendClinician())
    answer = visitor.arrive("mara")
    assert why(answer) == "suspended"
    assert "Ask your practice" in visitor.get(answer.headers["location"]).text
    assert not visitor.is_in


def test_a_suspension_bites_whoever_is_signed_in(own_entrance: Entrance) -> None:
    clinic, visitor = own_entrance.clinic, own_entrance.visitor()
    visitor.sign_in("mara")
    clinic.decide(CLINICIAN, clinic.lindqvist.actor_id, suspend_clinician, SuspendClinician())
    assert not visitor.is_in
    assert why(visitor.arrive("mara")) == "suspended"


def test_roles_are_those_of_our_records_whatever_the_provider_says(entrance: Entrance, visitor: Visitor) -> None:
    entrance.provider.says = {"roles": ["prescriber", "system"], "groups": ["admin"]}
    visitor.sign_in("mara")
    assert visitor.get("/caseload").status_code == 200
    assert visitor.get("/worklist").status_code == 404


def test_whoever_works_in_several_networks_chooses(own_entrance: Entrance) -> None:
    clinic, visitor = own_entrance.clinic, own_entrance.visitor()
    visitor.sign_in("mara")
    next_door = NextDoor(clinic)
    there, email = uuid4(), Sealed.of(email_of(clinic.lindqvist))
    order = AdmitClinician(email=email, display_name=Sealed.of("Dr. Mara Lindqvist"), roles=(Role.COORDINATOR,))
    clinic.decide(CLINICIAN, there, admit_clinician, order, by=next_door.system)
    visitor = own_entrance.visitor()
    answer = visitor.arrive("mara", visitor.leave("/protocol"))
    assert answer.headers["location"] == "/sign-in/network"
    page = visitor.get("/sign-in/network").text
    assert "Bay KAP Network<small>therapist</small>" in page
    assert "Next Door<small>coordinator</small>" in page
    assert not visitor.is_in
    assert visitor.post("/sign-in/network", {"network": str(there)}).status_code == 404
    chosen = visitor.post("/sign-in/network", {"network": str(clinic.network_id)})
    assert chosen.headers["location"] == "/protocol"
    assert visitor.is_in
    assert (
        visitor.post("/sign-in/network", {"network": str(clinic.network_id)})
        .headers["location"]
        .startswith("/sign-in?")
    )


@pytest.mark.parametrize(
    "then",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "\n//evil.example", "/a\\..\\b",
     "javascript:alert(1)", "evil.example", "/" + "a" * 2001],
)  # fmt: skip
def test_signing_in_never_leads_to_another_site(visitor: Visitor, then: str) -> None:
    assert visitor.arrive("mara", visitor.leave(then)).headers["location"] == "/"


def test_signing_in_begins_a_session_of_its_own_and_ends_the_one_before(entrance: Entrance, visitor: Visitor) -> None:
    planted = "planted-by-somebody-else"
    visitor.http.cookies.set(SESSION_COOKIE, planted, domain="testserver.local")
    visitor.sign_in("mara")
    first = visitor.http.cookies[SESSION_COOKIE]
    visitor.sign_in("mara")
    second = visitor.http.cookies[SESSION_COOKIE]
    assert len({planted, first, second}) == 3
    visitor.http.cookies.set(SESSION_COOKIE, first, domain="testserver.local")
    assert not visitor.is_in


@pytest.mark.parametrize(("ways", "said", "comes_in"), [
    ({"acr": ("phr", "phrh")}, {"acr": "phr"}, True),
    ({"acr": ("phr", "phrh")}, {"acr": "pwd"}, False),
    ({"acr": ("phr", "phrh")}, {}, False),
    ({"acr": ("phr", "phrh")}, {"acr": ["phr"]}, False),
    ({"amr": ("mfa",)}, {"amr": ["pwd", "mfa"]}, True),
    ({"amr": ("mfa",)}, {"amr": ["pwd"]}, False),
    ({"amr": ("mfa",)}, {"amr": "mfa"}, False),
    ({"amr": ("mfa",)}, {}, False),
])  # fmt: skip
def test_a_second_factor_that_is_asked_for_has_to_be_named(
    shared_clinic: Clinic, open_id: OpenIdProvider, ways: dict[str, Any], said: dict[str, Any], comes_in: bool
) -> None:
    entrance = Entrance(shared_clinic, open_id, asks=registration(open_id)._replace(**ways))
    entrance.knows(shared_clinic.lindqvist, "mara")
    open_id.says = said
    visitor = entrance.visitor()
    visitor.arrive("mara")
    assert visitor.is_in is comes_in
    assert open_id.asked[0].get("acr_values") == (" ".join(ways["acr"]) if "acr" in ways else None)


def test_without_a_provider_none_of_its_addresses_is_there(shared_clinic: Clinic) -> None:
    shared_clinic.app.state.edge = shared_clinic.edge
    for path in ("/sign-in/provider", "/sign-in/return", "/sign-in/network"):
        assert shared_clinic.therapist.http.get(path).status_code == 404
