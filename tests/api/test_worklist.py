"""The worklist: groups in a fixed order, one filled button, the referral pool taken with one press."""

import re
from uuid import uuid4

from tests.api.clinic import Clinic
from tests.api.course import Course, ready_to_dose, referred
from tests.api.pages_read import Read, readings

FLAGGED = [2, 2, 2, 2, 1, 1, 1, 1, 1]


def worklist(clinic: Clinic, query: str = "") -> Read:
    answer = clinic.prescriber.get(f"/worklist{query}")
    assert answer.status_code == 200
    return Read(answer.text)


def flagged(clinic: Clinic, course: Course) -> Course:
    outcome = {"instrument": "phq-9", "answers": FLAGGED, "taken_at": clinic.now.isoformat()}
    clinic.therapist.recorded(course.episode_id, "record_outcome", **outcome)
    return course


def test_with_nothing_to_decide_it_says_so_and_what_comes_next(clinic: Clinic) -> None:
    ready_to_dose(clinic)
    read = worklist(clinic)
    assert "Nothing is waiting for you. Next due: " in read.words
    assert re.search(r"Next due: .* of KAP-\w+ on ", read.words)


def test_safety_stands_first_with_the_only_filled_button(clinic: Clinic) -> None:
    referred(clinic, "Noor Haddad")
    ana = flagged(clinic, ready_to_dose(clinic))
    clinic.travel(minutes=51)
    answer = clinic.prescriber.get("/worklist")
    read = Read(answer.text)
    assert read.rows[0].startswith("Ana Whitfield")
    assert "Item 9 above 0 (answer 1) PHQ-9 13" in read.rows[0]
    assert "51 min since today 09:42" in read.rows[0]
    assert answer.text.count("small filled") == 1
    assert read.href("Review safety").startswith(f"{ana.href}/review-safety?")
    assert read.words.index("See first 1") < read.words.index("Referral pool: not yet yours 1")


def test_every_count_opens_the_list_it_counts(clinic: Clinic) -> None:
    referred(clinic, "Noor Haddad")
    flagged(clinic, ready_to_dose(clinic))
    filters = [(href, said) for href, said in worklist(clinic).links if href.startswith("/worklist?group=")]
    total = 0
    for href, said in filters:
        count = int(re.findall(r"\d+$", said)[0])
        assert len(worklist(clinic, href.removeprefix("/worklist")).rows) == count, said
        total += count
    assert f"All {total}" in worklist(clinic).words


def test_a_prescriber_takes_a_patient_of_the_pool_with_one_press(clinic: Clinic) -> None:
    course = referred(clinic)
    html = clinic.prescriber.get("/worklist").text
    assert "Take this patient" in html
    found = re.search(r'action="([^"]*take-patient-from-pool)".*?name="_key" value="([^"]*)"', html, re.DOTALL)
    assert found is not None
    answer = clinic.prescriber.post(found[1], {"_key": found[2], "_back": "/worklist"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/worklist")
    assert course.state.prescriber_at(clinic.now) == clinic.rivera.actor_id
    clinic.catch_up()
    assert "Take this patient" not in worklist(clinic).words


def test_todays_doses_and_what_was_ordered_are_shown(clinic: Clinic) -> None:
    ready_to_dose(clinic).book()
    read = worklist(clinic)
    assert "Dosing today under your plans 1" in read.words
    assert any("Dosing session 1 booked 10:12" in row and "not yet" in row for row in read.rows)
    assert any(row.endswith("100 mg not yet") for row in read.rows)


def test_one_reading_per_patient_is_written_down(clinic: Clinic) -> None:
    course = flagged(clinic, ready_to_dose(clinic))
    worklist(clinic)
    assert readings(clinic, "worklist") == [course.episode_id]


def test_there_is_no_worklist_for_other_roles(clinic: Clinic) -> None:
    for browser in (clinic.therapist, clinic.coordinator, clinic.compliance):
        assert browser.get("/worklist").status_code == 404


def test_an_unknown_group_shows_everything(clinic: Clinic) -> None:
    referred(clinic)
    assert worklist(clinic, f"?group={uuid4().hex[:6]}").rows == worklist(clinic).rows


def test_a_long_list_goes_on_with_what_is_most_urgent_first(clinic: Clinic) -> None:
    referred(clinic, "Noor Haddad")
    clinic.travel(days=1)
    referred(clinic, "Leo Castellanos")
    flagged(clinic, ready_to_dose(clinic))
    read = worklist(clinic, "?rows=1")
    assert read.rows[0].startswith("Ana Whitfield")
    assert "See first 1" in read.words
    assert "Noor Haddad" not in read.words
    pool = worklist(clinic, "?group=pool&rows=1")
    assert "Referral pool: not yet yours 2" in pool.words
    assert pool.rows[0].startswith("Noor Haddad"), "who waits longest comes first"
    whole = worklist(clinic, pool.href("Show the next 1").removeprefix("/worklist"))
    assert "Leo Castellanos" in whole.words
