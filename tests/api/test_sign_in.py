"""Who is signed in, and what nobody may do without it."""

from urllib.parse import parse_qs, urlsplit

from api.unsafe_requests import TOKEN_HEADER
from tests.api.clinic import Browser, Clinic
from tests.api.course import referred
from tests.api.pages_read import Read


def test_a_demo_person_signs_in_and_lands_on_their_page(clinic: Clinic) -> None:
    answer = clinic.therapist.http.post("/sign-in", data={"person": str(clinic.lindqvist.actor_id)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert clinic.therapist.http.get("/").headers["location"] == "/caseload"


def test_an_unsafe_request_without_the_token_of_the_session_is_refused(clinic: Clinic) -> None:
    clinic.therapist.get("/stay")
    answer = clinic.therapist.http.post("/sign-out")
    assert answer.status_code == 403
    assert clinic.therapist.get("/stay").status_code == 204


def test_whoever_rests_too_long_signs_in_again(clinic: Clinic) -> None:
    clinic.therapist.get("/stay")
    clinic.travel(minutes=16)
    answer = clinic.therapist.http.get("/stay")
    assert answer.headers["location"].startswith("/sign-in?why=idle")


def test_a_clock_that_was_set_back_keeps_nobody_signed_in_longer(clinic: Clinic) -> None:
    clinic.therapist.get("/stay")
    clinic.travel(days=-2)
    assert clinic.therapist.http.get("/stay").headers["location"].startswith("/sign-in?why=idle")
    clinic.therapist.get("/stay")
    clinic.travel(minutes=-6)
    assert clinic.therapist.http.get("/stay").status_code == 204


def test_a_form_that_comes_too_late_waits_for_its_author(clinic: Clinic) -> None:
    course = referred(clinic)
    page = f"{course.href}/report-adverse-event?back=%2Fcaseload"
    clinic.therapist.get(page)
    clinic.travel(minutes=16)
    sent_from = {"referer": f"{clinic.therapist.http.base_url}{page}"}
    sent = sent_from | {TOKEN_HEADER: clinic.therapist.token}
    typed = {"term": "nausea", "note": "On the stairs.", "_key": "0123456789abcdef"}
    late = clinic.therapist.http.post(f"{course.href}/report-adverse-event", data=typed, headers=sent)
    assert late.status_code == 303
    shown = Read(clinic.therapist.http.get(late.headers["location"]).text)
    assert "What you typed is not recorded. It is kept for an hour" in shown.words
    waits_at = parse_qs(urlsplit(late.headers["location"]).query)["then"][0]
    assert "On the stairs." not in clinic.prescriber.get(waits_at).text
    back = Browser(clinic, clinic.lindqvist).get(waits_at)
    assert "On the stairs." in back.text
    clinic.travel(minutes=61)
    assert "On the stairs." not in Browser(clinic, clinic.lindqvist).get(waits_at).text
    assert course.state.adverse_events == {}


def test_a_form_without_a_page_of_its_own_leads_back_and_says_that_it_was_not_recorded(clinic: Clinic) -> None:
    clinic.therapist.get("/on-call")
    clinic.travel(minutes=16)
    sent = {"referer": f"{clinic.therapist.http.base_url}/on-call", TOKEN_HEADER: clinic.therapist.token}
    late = clinic.therapist.http.post("/on-call/take-back", data={}, headers=sent)
    assert late.status_code == 303
    shown = clinic.therapist.http.get(late.headers["location"]).text
    assert "What you sent just now was not recorded" in shown
    assert 'name="then" value="/on-call"' in shown


def test_a_form_of_somebody_without_a_sign_in_waits_nowhere(clinic: Clinic) -> None:
    course = referred(clinic)
    stranger = Browser(clinic, clinic.lindqvist).http
    late = stranger.post(f"{course.href}/report-adverse-event", data={"note": "On the stairs."})
    assert late.status_code == 303
    assert "kept" not in late.headers["location"]


def test_an_address_that_cannot_be_read_is_not_found_in_plain_words(clinic: Clinic) -> None:
    for path in ("/episodes/not-an-id", "/caseload?rows=-5"):
        answer = clinic.therapist.get(path)
        assert answer.status_code == 422
        assert "There is nothing at this address" in answer.text
        assert "episode_id" not in answer.text
