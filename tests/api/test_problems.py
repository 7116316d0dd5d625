"""Problem documents say what was not done and what to do, in words for whoever sent the request."""

from uuid import uuid4

from tests.api.clinic import Clinic
from tests.api.course import referred


def test_a_refused_reading_is_not_shown_and_says_nothing_of_recording(clinic: Clinic) -> None:
    course = referred(clinic)
    answer = clinic.therapist.get(f"/api/episodes/{course.episode_id}/timeline?limit=many")
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["title"] == "Not shown"
    assert "recorded" not in problem["detail"]
    assert problem["mistakes"] == [{"field": "query.limit", "says": "Write a whole number."}]


def test_what_is_no_json_is_answered_with_where_to_mend_it(clinic: Clinic) -> None:
    course = referred(clinic)
    for path in (f"/api/episodes/{course.episode_id}/place-hold", "/api/referrals"):
        headers = {"content-type": "application/json", "idempotency-key": uuid4().hex}
        answer = clinic.therapist.post(path, content='{"reason": other}', headers=headers)
        assert answer.status_code == 422, path
        (mistake,) = answer.json()["mistakes"]
        assert mistake == {
            "field": "",
            "says": "This is no JSON: mend it at character 12. "
            "Check commas, brackets, and text in double quotation marks.",
        }


def test_what_is_json_but_no_object_or_comes_as_something_else_is_told_what_to_send(clinic: Clinic) -> None:
    course = referred(clinic)
    path, key = f"/api/episodes/{course.episode_id}/place-hold", uuid4().hex
    for content, kind in (("[1]", "application/json"), ("reason=other", "text/plain"), ('"x"', "application/json")):
        answer = clinic.therapist.post(path, content=content, headers={"content-type": kind, "idempotency-key": key})
        assert answer.status_code == 422
        (mistake,) = answer.json()["mistakes"]
        assert "object" in mistake["says"]
        assert "Input should" not in mistake["says"]
    nothing = clinic.therapist.post(path, headers={"idempotency-key": key})
    assert nothing.json()["mistakes"][0]["says"] == "This is needed."
