"""HEAD is answered as GET is, without the body."""

import pytest

from tests.api.clinic import Clinic


@pytest.mark.parametrize("path", ["/caseload", "/sign-ins", "/nowhere", "/events/catalogue", "/openapi.json", "/ready"])
def test_head_says_what_get_would(clinic: Clinic, path: str) -> None:
    got = clinic.therapist.get(path)
    clinic.therapist.http.cookies.delete("notice")
    asked = clinic.therapist.http.head(path)
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    for name in ("content-type", "content-security-policy", "cache-control"):
        assert asked.headers.get(name) == got.headers.get(name)


def test_head_brings_whoever_is_signed_out_to_the_sign_in(clinic: Clinic) -> None:
    clinic.therapist.http.cookies.clear()
    assert clinic.therapist.http.head("/caseload").headers["location"].startswith("/sign-in?")


def test_head_of_a_decision_is_no_decision(clinic: Clinic) -> None:
    clinic.therapist.get("/caseload")
    assert clinic.therapist.http.head("/sign-out").status_code == 405
