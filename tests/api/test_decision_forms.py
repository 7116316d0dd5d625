"""The form of every decision: who is shown it, and that what is typed becomes the order."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.forms import ELSEWHERE, FORMS
from api.forms.form import slug_of
from domain.actor import Role
from domain.episode import DECISIONS
from store.errors import ReadingCouldNotBeLogged
from tests.api.clinic import ZONE, Browser, Clinic
from tests.api.course import Course, ready_to_dose, referred
from tests.api.forms_driven import fields_in, fill

ON_PAGES = [decision for decision in DECISIONS if decision.name not in ELSEWHERE]


def somebody_who_may(clinic: Clinic, by: frozenset[Role]) -> Browser:
    order = (
        (Role.PRESCRIBER, clinic.prescriber),
        (Role.THERAPIST, clinic.therapist),
        (Role.COORDINATOR, clinic.coordinator),
    )
    return next(browser for role, browser in order if role in by)


def test_every_decision_has_a_form() -> None:
    decided = {decision.name for decision in ON_PAGES}
    assert decided - FORMS.keys() == set(), "give these a form in api/forms, or say in ELSEWHERE where they are taken"
    assert FORMS.keys() - decided == set(), "these forms take no decision that people take on a page"
    assert set(ELSEWHERE) <= {decision.name for decision in DECISIONS}


def test_every_form_opens_for_whoever_may_decide(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    course.book()
    for decision in ON_PAGES:
        browser = somebody_who_may(clinic, decision.by)
        page = browser.get(f"{course.href}/{slug_of(decision.name)}")
        assert page.status_code == 200, (decision.name, page.text[:500])
        assert "Ana Whitfield" in page.text, decision.name
        assert "11 Mar 1984 (42" in page.text, decision.name


def test_a_form_is_text_for_whoever_may_not_decide(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in()
    page = clinic.therapist.get(f"{course.href}/issue-plan")
    assert page.status_code == 403
    assert "is with Dr. Rivera." in page.text
    assert '<form class="panel form"' not in page.text


def test_an_episode_one_has_no_relation_to_does_not_exist(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    stranger = Browser(clinic, clinic.admit("Dr. Ira Solis", Role.THERAPIST))
    theirs = stranger.get(f"{course.href}/record-outcome")
    nowhere = stranger.get("/episodes/00000000-0000-4000-8000-000000000000/record-outcome")
    assert theirs.status_code == nowhere.status_code == 404
    assert theirs.text.replace(str(course.episode_id), "") == nowhere.text.replace(
        "00000000-0000-4000-8000-000000000000", ""
    )
    assert stranger.post(f"{course.href}/record-outcome", data={}).status_code == 404


def plan_form(clinic: Clinic, course: Course, **typed: Any) -> httpx.Response:
    """Issue a plan with these terms typed over what the form starts from."""
    return fill(clinic.prescriber, f"{course.href}/issue-plan", **(FIRST_PLAN | typed))


FIRST_PLAN = {
    "terms__next_dose_mg": "100",
    "terms__maximum_mg": "200",
    "terms__booster__dose_mg": "50",
    "terms__ways": ["in_person"],
}


def test_a_form_comes_back_with_every_mistake_and_what_was_typed(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in()
    back = plan_form(clinic, course, terms__next_dose_mg="100,5", terms__review_by="", terms__hold_minutes="13")
    assert back.status_code == 422
    assert "Two things to mend:" in back.text
    assert '<a href="#terms-review_by">Review by</a> is missing.' in back.text
    assert "Say when you will review this plan." in back.text
    assert "Write decimals with a point, such as 100.5" in back.text
    assert 'value="13"' in back.text
    assert course.state.plan is None


def test_what_is_missing_and_what_is_out_of_bounds_is_named_in_one_round(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in()
    back = plan_form(clinic, course, terms__review_by="", terms__vital_limits__systolic_limit_mmhg="1600")
    assert back.status_code == 422
    assert "Two things to mend:" in back.text
    assert "Say when you will review this plan." in back.text
    assert "Write 260 or less." in back.text


def test_terms_that_do_not_fit_are_all_named(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in()
    back = plan_form(
        clinic, course, terms__next_dose_mg="200", terms__maximum_mg="150", terms__minimum_interval_days="1"
    )
    assert back.status_code == 409
    assert "The next dose, 200 mg, is above the maximum of 150 mg." in back.text
    assert "The minimum interval must be at least 3 days." in back.text


def test_figures_beyond_the_order_are_refused_in_words_of_people(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in()
    back = plan_form(clinic, course, terms__vital_limits__systolic_limit_mmhg="1600")
    assert back.status_code == 422
    assert "Write 260 or less." in back.text


def test_an_unusual_value_asks_once_more_and_repeats_dose_and_person(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in().plan()
    typed = {"terms__next_dose_mg": "200", "terms__maximum_mg": "300"}
    asked = plan_form(clinic, course, **typed)
    assert asked.status_code == 409
    assert "Yes, 200 mg for Ana Whitfield, born 11 Mar 1984" in asked.text
    assert course.state.plan is not None
    assert course.state.plan.number == 1
    confirmed = plan_form(clinic, course, **typed, confirm_step="yes")
    assert confirmed.status_code == 303
    assert course.state.plan.number == 2


def test_a_plan_changed_meanwhile_comes_back_with_mine_and_the_new_values(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in().plan()
    path = f"{course.href}/amend-plan"
    mine = fields_in(clinic.prescriber.get(path).text) | {"terms.hold_minutes": "15", "reason": "Nausea."}
    meanwhile = fill(clinic.prescriber, path, terms__minimum_interval_days="10", reason="Blood pressure.")
    assert meanwhile.status_code == 303
    back = clinic.prescriber.post(path, data=mine)
    assert back.status_code == 412
    assert "Dr. Rivera amended plan 1 at" in back.text
    assert "days between doses 7 → 10. Nothing of yours was recorded." in back.text
    assert "Record mine with the new values shown" in back.text
    again = clinic.prescriber.post(path, data=fields_in(back.text))
    assert again.status_code == 303
    terms = course.state.plan.terms if course.state.plan else None
    assert terms is not None
    assert (terms.hold_minutes, terms.minimum_interval_days) == (15, 10)


def test_pressing_twice_records_once(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    path = f"{course.href}/report-adverse-event"
    sent = fields_in(clinic.therapist.get(path).text) | {"term": "nausea", "grade": "1", "serious": "false"}
    assert clinic.therapist.post(path, data=sent).status_code == 303
    assert clinic.therapist.post(path, data=sent).status_code == 303
    assert len(course.state.adverse_events) == 1
    other = clinic.therapist.post(path, data=sent | {"grade": "2"})
    assert other.status_code == 409
    assert "recorded already" in other.text


def test_after_recording_one_is_back_where_one_came_from_with_a_notice_shown_once(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    path = f"{course.href}/report-adverse-event?back=/caseload"
    answer = fill(clinic.therapist, path, term="nausea", grade="1", serious="false")
    assert answer.headers["location"] == "/caseload"
    outside = f"{course.href}/report-adverse-event?back=//evil.example"
    elsewhere = fill(clinic.therapist, outside, term="nausea", grade="1", serious="false")
    assert elsewhere.headers["location"] == course.href
    page = clinic.therapist.get(path)
    assert "Recorded at 09:42: adverse event." in page.text
    assert f"{course.href}/mark-in-error?event_id=" in page.text
    assert "Recorded at" not in clinic.therapist.get(path).text


def test_coordination_sees_no_clinical_grounds(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in()
    theirs = clinic.coordinator.get(f"{course.href}/place-hold").text
    assert "latex" not in theirs
    assert "What you decide on" not in theirs
    assert "Allergy: latex" in clinic.therapist.get(f"{course.href}/place-hold").text


def test_every_form_leaves_one_row_in_the_access_log(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    clinic.therapist.get(f"{course.href}/record-outcome")
    with clinic.datastore.in_network(clinic.network_id) as connection:
        rows = connection.execute("SELECT actor_id, screen, episode_id FROM access_log").fetchall()
    assert rows == [(clinic.lindqvist.actor_id, "form:record_outcome", course.episode_id)]


def test_nothing_is_shown_when_the_reading_cannot_be_logged(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    course = referred(clinic).assign()

    def broken(*args: Any, **more: Any) -> None:
        raise ReadingCouldNotBeLogged(ReadingCouldNotBeLogged.__doc__)

    monkeypatch.setattr("api.reading.write_down", broken)
    page = clinic.therapist.get(f"{course.href}/record-outcome")
    assert page.status_code == 503
    assert "Ana" not in page.text


def test_an_override_is_signed_anew_on_its_form(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in().consent().plan()
    clinic.prescriber.get("/stay")
    clinic.travel(minutes=6)
    course.book(starts_at="2026-03-12T12:00:00-07:00")
    path = f"{course.href}/grant-override"
    page = clinic.prescriber.get(path)
    assert "Sign the override as me" in page.text
    typed = {"rule": "7", "reason": "Prepared elsewhere.", "therapist_agrees": "yes"}
    unsigned = fill(clinic.prescriber, path, **typed)
    assert unsigned.status_code == 409
    signed = fill(clinic.prescriber, path, **typed, _sign="yes")
    assert signed.status_code == 303, signed.text
    assert len(course.state.overrides) == 1


def test_more_rows_are_asked_for_without_recording(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    page = fill(clinic.prescriber, f"{course.href}/complete-intake", _more="medicines", medicines__0__name="Lithium")
    assert page.status_code == 200
    assert 'name="medicines.7.name"' in page.text
    assert 'value="Lithium"' in page.text
    assert course.state.intake is None


def test_a_death_after_a_recovery_is_recorded_on_the_same_form(clinic: Clinic) -> None:
    """What had ended is still offered: else its patient would go on being written to, or their day stay wrong."""
    course, event = referred(clinic), {"adverse_event_id": str(uuid4())}
    fell = {"term": "fall_or_injury", "grade": 3, "serious": True}
    clinic.therapist.recorded(course.episode_id, "report_adverse_event", **event, **fell)
    form = f"{course.href}/record-adverse-event-outcome"
    assert fill(clinic.therapist, form, outcome="recovered").status_code == 303
    assert not course.state.has_died
    assert fill(clinic.therapist, form, outcome="died").status_code == 303
    assert course.state.has_died
    clinic.travel(days=2)
    today = clinic.now.astimezone(ZONE).date()
    (died,) = course.state.adverse_events.values()
    assert died.ended_on == today - timedelta(days=2)
    corrected = str(today - timedelta(days=1))
    assert fill(clinic.therapist, form, outcome="died", ended_on=corrected).status_code == 303
    assert [str(one.ended_on) for one in course.state.adverse_events.values()] == [corrected]
