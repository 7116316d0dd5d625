"""Who is signed in, and what nobody may do without it."""

from tests.api.clinic import Clinic


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
