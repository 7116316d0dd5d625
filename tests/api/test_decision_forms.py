"""The form of every decision: who is shown it, and that what is typed becomes the order."""

from api.forms import ELSEWHERE, FORMS
from api.forms.form import slug_of
from domain.actor import Role
from domain.episode import DECISIONS
from tests.api.clinic import Browser, Clinic
from tests.api.course import ready_to_dose, referred

ON_PAGES = [decision for decision in DECISIONS if decision.name not in ELSEWHERE]


def somebody_who_may(clinic: Clinic, by: frozenset[Role]) -> Browser:
    order = (
        (Role.PRESCRIBER, clinic.prescriber),
        (Role.THERAPIST, clinic.therapist),
        (Role.COORDINATOR, clinic.coordinator),
    )
    return next(browser for role, browser in order if role in by)


def test_every_decision_has_a_form() -> None:
    assert {decision.name for decision in ON_PAGES} == set(FORMS)
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
