"""The JSON route of a decision: once per key, only on the version that was shown, and mistakes named by their place."""

from uuid import uuid4

from domain.actor import Role
from tests.api.clinic import Browser, Clinic
from tests.api.course import TERMS, ready_to_dose, referred
from tests.api.dosing_day import Day

HOLD = {"reason": "medicines"}


def test_the_same_key_and_body_answer_the_same_and_record_once(clinic: Clinic) -> None:
    course = referred(clinic)
    first = clinic.therapist.decide(course.episode_id, "place_hold", HOLD, idempotency_key="one-press")
    again = clinic.therapist.decide(course.episode_id, "place_hold", HOLD, idempotency_key="one-press")
    assert first.json()["event_ids"] == again.json()["event_ids"]
    assert (first.json()["repeated"], again.json()["repeated"]) == (False, True)
    assert len(course.state.holds) == 1


def test_the_same_key_with_another_body_is_refused(clinic: Clinic) -> None:
    course = referred(clinic)
    clinic.therapist.decide(course.episode_id, "place_hold", HOLD, idempotency_key="one-press")
    other = clinic.therapist.decide(course.episode_id, "place_hold", {"reason": "other"}, idempotency_key="one-press")
    assert other.status_code == 422
    assert len(course.state.holds) == 1


def test_keys_of_two_people_never_meet(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    for browser in (clinic.therapist, clinic.prescriber):
        answer = browser.decide(course.episode_id, "place_hold", HOLD, idempotency_key="one-press")
        assert answer.status_code == 200
        assert not answer.json()["repeated"]


def test_an_order_for_another_version_of_the_plan_is_not_recorded(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    assert course.state.plan is not None
    change = {"plan_id": str(course.state.plan.plan_id), "terms": TERMS | {"hold_minutes": 15}, "reason": "Nausea."}
    stale = clinic.prescriber.decide(course.episode_id, "amend_plan", change, if_match='"1.7"')
    assert stale.status_code == 412
    fresh = clinic.prescriber.decide(course.episode_id, "amend_plan", change, if_match='"1.1"')
    assert fresh.status_code == 200, fresh.text


def test_mistakes_are_named_by_their_place_and_never_repeat_what_was_typed(clinic: Clinic) -> None:
    course = referred(clinic)
    body = {"term": "nausea", "grade": 9, "serious": "Ana Whitfield", "colour": "red"}
    answer = clinic.therapist.decide(course.episode_id, "report_adverse_event", body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {mistake["field"]: mistake["says"] for mistake in answer.json()["mistakes"]} == {
        "grade": "Write 5 or less.",
        "serious": "Answer true or false, without quotation marks.",
        "colour": "There is no such field. Check its spelling against the API description.",
    }
    assert "Ana" not in answer.text


def test_closed_gates_come_with_the_way_to_open_them(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    clinic.therapist.recorded(course.episode_id, "place_hold", **HOLD)
    session_id = str(course.book())
    answer = clinic.therapist.decide(course.episode_id, "open_dosing_session", {"session_id": session_id})
    assert answer.status_code == 409
    (gate,) = answer.json()["gates"]
    assert (gate["rule"], gate["is_open"]) == ("+hold", False)
    assert gate["opens"]["decision"] == "release_hold"


def test_an_episode_of_nobody_and_one_of_others_look_the_same(clinic: Clinic) -> None:
    course = referred(clinic)
    stranger = Browser(clinic, clinic.admit("Dr. Ira Solis", Role.THERAPIST))
    order = {"instrument": "phq-9", "total": 12, "taken_at": clinic.now.isoformat()}
    theirs = stranger.decide(course.episode_id, "record_outcome", order)
    nowhere = stranger.decide(uuid4(), "record_outcome", order)
    assert theirs.status_code == 404
    assert theirs.content == nowhere.content


def test_another_answer_under_the_id_of_an_entry_does_not_pass_for_recorded(clinic: Clinic) -> None:
    course = referred(clinic)
    told = {
        "outcome_id": str(uuid4()),
        "instrument": "phq-9",
        "answers": [1] * 8 + [0],
        "taken_at": clinic.now.isoformat(),
    }
    clinic.therapist.recorded(course.episode_id, "record_outcome", **told)
    assert clinic.therapist.recorded(course.episode_id, "record_outcome", **told)["events"] == []
    at_risk = told | {"answers": [1] * 8 + [3]}
    for _ in range(2):
        answer = clinic.therapist.decide(course.episode_id, "record_outcome", at_risk, idempotency_key="pressed-again")
        assert (answer.status_code, answer.json()["mistakes"][0]["field"]) == (409, "answers")
    clinic.therapist.recorded(course.episode_id, "record_outcome", **(at_risk | {"outcome_id": str(uuid4())}))
    assert [hold.is_open for hold in course.state.holds.values()] == [True]


def test_a_corrected_dose_may_be_sent_again_as_it_was_recorded_and_never_as_another(clinic: Clinic) -> None:
    day = Day(clinic).dosed()
    (dose,) = day.course.state.sessions[day.session_id].doses.values()
    sent = {"session_id": str(day.session_id), "dose_id": str(dose.dose_id), "amount_mg": "100"}
    corrected = sent | {"amount_mg": "50", "reason": "Half a tablet."}
    clinic.therapist.recorded(day.course.episode_id, "correct_dose", **corrected)
    tablets = [{"strength_mg": "100", "count": "1"}]
    again = clinic.therapist.decide(day.course.episode_id, "record_dose", sent | {"tablets": tablets})
    assert again.status_code == 200, again.text
    assert again.json()["events"] == []
    more = [{"strength_mg": "100", "count": "2"}]
    other = clinic.therapist.decide(day.course.episode_id, "record_dose", sent | {"amount_mg": "200", "tablets": more})
    assert (other.status_code, other.json()["mistakes"][0]["field"]) == (409, "amount_mg")
