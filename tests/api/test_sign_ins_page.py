"""Compliance sees who signed in, was refused, confirmed and left, in its own network alone."""

from html import unescape

import pytest
from fastapi.testclient import TestClient

from api.session_cookie import SESSION_COOKIE
from api.unsafe_requests import TOKEN_HEADER, token_for
from domain.clinician.clinician import CLINICIAN
from domain.clinician.suspend_clinician import SuspendClinician, suspend_clinician
from store.sign_in_records import Device, Happened, note, sign_ins
from tests.api.clinic import Browser, Clinic
from tests.api.pages_read import Read

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"


def happened(clinic: Clinic, of: Browser) -> list[tuple[Happened, Device]]:
    """Of one person, the first first."""
    found = sign_ins(clinic.datastore, clinic.network_id)
    return [(one.what, one.device) for one in reversed(found) if one.actor_id == of.actor.actor_id]


def test_coming_in_confirming_and_leaving_are_written_down_and_listed(clinic: Clinic) -> None:
    visitor = TestClient(clinic.app, follow_redirects=False)
    visitor.headers.update({"user-agent": IPHONE, "origin": "http://testserver"})
    visitor.post("/sign-in", data={"person": str(clinic.rivera.actor_id)})
    token = token_for(str(visitor.cookies[SESSION_COOKIE]), clinic.edge.secret)
    for path in ("/reauthenticate", "/sign-out"):
        assert visitor.post(path, headers={TOKEN_HEADER: token}).status_code == 303
    expected = [Happened.SIGNED_IN, Happened.CONFIRMED, Happened.SIGNED_OUT]
    assert happened(clinic, clinic.prescriber) == [(one, Device.TELEPHONE) for one in expected]
    page = clinic.compliance.get("/sign-ins").text
    assert "Dr. Alma Rivera" in page
    assert "confirmed for signing" in page
    assert "iPhone" not in page
    only = {"person": str(clinic.rivera.actor_id), "what": "signed_out"}
    filtered = clinic.compliance.get("/sign-ins", params=only).text
    assert filtered.count('<th scope="row"') == 1


def test_whoever_is_suspended_is_refused_and_that_is_written_down(clinic: Clinic) -> None:
    clinic.decide(CLINICIAN, clinic.lindqvist.actor_id, suspend_clinician, SuspendClinician(), clinic.okafor)
    clinic.catch_up()
    clinic.therapist.http.post("/sign-in", data={"person": str(clinic.lindqvist.actor_id)})
    assert happened(clinic, clinic.therapist) == [(Happened.SUSPENDED, Device.OTHER)]


def test_odd_filters_are_said_and_count_for_nothing(clinic: Clinic) -> None:
    answer = clinic.compliance.get("/sign-ins", params={"since": "yesterday", "person": "x", "what": "y"})
    assert answer.status_code == 200
    assert "Write the day as year-month-day" in answer.text
    assert "June Park" in answer.text


def test_nobody_else_sees_the_list(clinic: Clinic) -> None:
    for browser in (clinic.therapist, clinic.prescriber, clinic.coordinator):
        assert browser.get("/sign-ins").status_code == 404


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (IPHONE, Device.TELEPHONE),
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Mobile Safari/537.36",
            Device.TELEPHONE,
        ),
        ("Mozilla/5.0 (Linux; Android 15; SM-X910) AppleWebKit/537.36 Chrome/140 Safari/537.36", Device.TABLET),
        ("Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605 Mobile/15E148", Device.TABLET),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Device.COMPUTER),
        ("curl/8.5.0", Device.OTHER),
        ("", Device.OTHER),
    ],
)
def test_a_device_is_known_by_its_kind_alone(user_agent: str, device: Device) -> None:
    assert Device.named_by(user_agent) is device


def test_every_heading_sorts_and_turns_round(clinic: Clinic) -> None:
    for browser in (clinic.therapist, clinic.prescriber, clinic.coordinator):
        note(clinic.datastore, clinic.network_id, browser.actor.actor_id, Happened.SIGNED_OUT, Device.TABLET)
    note(clinic.datastore, clinic.network_id, clinic.rivera.actor_id, Happened.CONFIRMED, Device.COMPUTER)

    def order(query: str) -> list[str]:
        return Read(clinic.compliance.get(f"/sign-ins{query}").text).rows

    latest, earliest = order(""), order("?turned=true")
    assert latest == earliest[::-1]
    for sort, place in (("who", "Dr. Alma Rivera"), ("what", "confirmed"), ("device", "computer")):
        rows, turned = order(f"?sort={sort}"), order(f"?sort={sort}&turned=true")
        assert place in rows[0]
        assert sorted(rows) == sorted(turned) == sorted(latest)
        assert rows != turned
    page = clinic.compliance.get("/sign-ins?sort=who&what=signed_out").text
    assert 'aria-sort="ascending"' in page
    assert "sort=who&amp;turned=true" in page
    assert "what=signed_out" in page


def test_the_next_pages_hold_each_entry_once_however_sorted(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.sign_ins.SHOWN", 2)
    for device in (Device.TABLET, Device.COMPUTER, Device.TELEPHONE, Device.OTHER):
        note(clinic.datastore, clinic.network_id, clinic.rivera.actor_id, Happened.SIGNED_IN, device)
    rivera = f"person={clinic.rivera.actor_id}"
    for query in ("", "&turned=true", "&sort=device", "&sort=who&turned=true"):
        seen, address = [], f"/sign-ins?{rivera}{query}"
        while address:
            read = Read(clinic.compliance.get(address).text)
            seen += [row.split()[-1] for row in read.rows]
            address = next((unescape(href) for href, words in read.links if words == "Show the next ones"), "")
        assert sorted(seen) == ["another", "computer", "tablet", "telephone"], query
