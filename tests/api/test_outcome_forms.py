"""The form of outcome measures works for every instrument: branching, placeholders, long ranges and levels."""

import re
from html import unescape

from deploy.outcomes.outcome_verification import STORED_AS, verify
from deploy.read_models import read_log
from domain.instrument import ids, load
from tests.api.clinic import Clinic
from tests.api.course import Course, referred
from tests.api.forms_driven import fill
from tests.postgres import Database


def form_of(course: Course, instrument: str) -> str:
    """The words of a form, without its markup."""
    page = course.clinic.therapist.get(f"{course.href}/record-outcome?instrument={instrument}").text
    form = page[page.index('<form class="panel form"') : page.rindex("</form>")]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", form)))


def test_each_of_the_twenty_is_filled_in_as_it_stands(clinic: Clinic, database: Database) -> None:
    course = referred(clinic)
    for instrument in map(load, ids()):
        lowest = {f"answers__{item.number}": str(instrument.values_of(item)[0]) for item in instrument.items}
        answer = fill(clinic.therapist, f"{course.href}/record-outcome?instrument={instrument.id}", **lowest)
        assert answer.status_code == 303, instrument.id
        clinic.travel(minutes=1)
    verified = verify(read_log(database.work_url, STORED_AS))
    assert (verified.from_answers, verified.differing) == (20, ())
    found = {one.instrument: one for one in course.state.outcomes.values()}
    assert sorted(found) == list(ids())
    assert found["dast-10"].total == 1
    assert (found["c-ssrs"].level, found["c-ssrs"].total) == ("none", None)
    page = clinic.therapist.get(f"{course.href}?measure=c-ssrs").text
    assert re.search(r"<td[^>]*>\s*(<a[^>]*>)?none", page)


def test_p4_the_c_ssrs_says_when_a_question_stays_empty_and_has_no_total(clinic: Clinic) -> None:
    course = referred(clinic)
    shown = form_of(course, "c-ssrs")
    assert shown.count("Left empty after “No” to 2") == 3
    assert "Left empty after “No” to 6" in shown
    assert "Level moderate or worse holds dosing" in shown
    assert "Research Foundation for Mental Hygiene" in shown
    assert "Asked and rated by a clinician" in shown
    assert "total alone" not in shown
    path = f"{course.href}/record-outcome?instrument=c-ssrs"
    nothing = fill(clinic.therapist, path)
    assert nothing.status_code == 422
    assert "Give the answers." in nothing.text
    high = {"answers__1": "1", "answers__2": "1", "answers__3": "0", "answers__4": "1", "answers__5": "0"}
    assert fill(clinic.therapist, path, **high, answers__6="0").status_code == 303
    (outcome,) = course.state.outcomes.values()
    assert (outcome.level, outcome.answers) == ("high", (1, 1, 0, 1, 0, 0, None))
    page = unescape(clinic.therapist.get(course.href).text)
    assert "C-SSRS high" in page
    correcting = fill(
        clinic.therapist,
        f"{course.href}/correct-outcome?outcome_id={outcome.outcome_id}",
        answers__4="0",
        reason="Misread.",
    )
    assert correcting.status_code == 303
    (outcome,) = course.state.outcomes.values()
    assert outcome.level == "low"


def test_placeholders_show_their_number_and_their_answers(clinic: Clinic) -> None:
    course = referred(clinic)
    assert "Item 6 0 1 2 3 4 5 6 Item 7" in form_of(course, "madrs")
    assert "Item 4 0 1 2 Item 5" in form_of(course, "hamd-17")
    assert "Item 2 0 to 100 Item 3" in form_of(course, "ebi")
    assert "Answer either 6 or 7." in form_of(course, "qids-sr16")
    assert "Left empty where 2 and 3 both count 0" in form_of(course, "audit")
    wrong = {f"answers__{number}": "50" for number in range(1, 7)} | {"answers__3": "101"}
    answer = fill(clinic.therapist, f"{course.href}/record-outcome?instrument=ebi", **wrong)
    assert answer.status_code == 409
    assert "Item 3 must be a whole number from 0 to 100" in answer.text


def test_a_standing_review_is_offered_for_the_measure_whose_answer_holds(clinic: Clinic) -> None:
    """One for the PHQ-9 would cover nothing that the BDI-II finds, and look as if it did."""
    course = Course(clinic, referred(clinic).episode_id).assign().take_in()
    answers = {f"answers__{item.number}": "0" for item in load("bdi-ii").items} | {"answers__9": "1"}
    path = f"{course.href}/record-outcome?instrument=bdi-ii"
    assert fill(clinic.therapist, path, **answers).status_code == 303
    form = clinic.prescriber.get(f"{course.href}/review-safety").text
    assert re.search(r'<option[^>]*value="bdi-ii"[^>]*selected', form)
