"""Who is signed in, and what nobody may do without it."""

from api.unsafe_requests import TOKEN_HEADER
from tests.api.clinic import Clinic
from tests.api.course import referred


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


def test_a_form_that_comes_too_late_leads_back_to_its_page_and_says_that_it_was_not_recorded(clinic: Clinic) -> None:
    course = referred(clinic)
    page = f"{course.href}/report-adverse-event?back=%2Fcaseload"
    clinic.therapist.get(page)
    clinic.travel(minutes=16)
    sent_from = {"referer": f"{clinic.therapist.http.base_url}{page}"}
    sent = sent_from | {TOKEN_HEADER: clinic.therapist.token}
    late = clinic.therapist.http.post(f"{course.href}/report-adverse-event", data={"term": "nausea"}, headers=sent)
    assert late.status_code == 303
    shown = clinic.therapist.http.get(late.headers["location"]).text
    assert "What you sent just now was not recorded" in shown
    assert f'name="then" value="{page}"' in shown
    assert course.state.adverse_events == {}


def test_an_address_that_cannot_be_read_is_not_found_in_plain_words(clinic: Clinic) -> None:
    for path in ("/episodes/not-an-id", "/caseload?rows=-5"):
        answer = clinic.therapist.get(path)
        assert answer.status_code == 422
        assert "There is nothing at this address" in answer.text
        assert "episode_id" not in answer.text
