"""What people read while the database does not answer: what to do, soon, and without asking it a second time."""

import pytest
from psycopg_pool import PoolTimeout

from api.unsafe_requests import TOKEN_HEADER
from store.sign_in import SignInSessions
from tests.api.clinic import Clinic


@pytest.fixture
def down(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every look for who is signed in waits and fails, as all connections do; how often one was made."""
    clinic.therapist.get("/caseload")
    looks: list[str] = []

    def holder(self: SignInSessions, secret: str) -> None:
        looks.append("holder")
        raise PoolTimeout("couldn't get a connection after 10.00 sec")

    monkeypatch.setattr(SignInSessions, "holder", holder)
    return looks


@pytest.mark.parametrize("path", ["/caseload", "/sign-ins", "/stay"])
def test_a_page_says_so_and_waits_for_the_database_once(clinic: Clinic, down: list[str], path: str) -> None:
    answer = clinic.therapist.http.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 503
    assert "The database does not answer. Try again in a moment." in answer.text
    assert f'<a href="{path}">Try again</a>' in answer.text
    assert answer.headers["retry-after"]
    assert down == ["holder"]


def test_a_form_that_was_sent_is_said_to_wait_in_the_page_before(clinic: Clinic, down: list[str]) -> None:
    del down
    token = {TOKEN_HEADER: clinic.therapist.token, "accept": "text/html"}
    answer = clinic.therapist.http.post("/find", data={"q": "Ana"}, headers=token)
    assert answer.status_code == 503
    assert "go back in the browser" in answer.text
    assert "Try again</a>" not in answer.text
