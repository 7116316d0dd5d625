"""A licence ended and its pack was taken out of the folder: what was recorded with it stays readable and says so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.instrument.catalogue import put_beside
from tests.api.check_in.patient import CALM, sent
from tests.api.clinic import Clinic
from tests.api.course import Course, referred
from tests.domain.instrument.packs import pack

MISSING = "mood-3 (its pack is missing)"


@pytest.fixture
def course(clinic: Clinic) -> Iterator[Course]:
    """Ana, asked twice with a questionnaire that was licensed then."""
    put_beside([pack(id="mood-3", title="Mood 3")])
    try:
        course = referred(clinic).assign()
        for days, answers in ((3, [3, 2, 2]), (0, [1, 1, 0])):
            taken_at = (clinic.now - timedelta(days=days)).isoformat()
            clinic.therapist.recorded(
                course.episode_id, "record_outcome", instrument="mood-3", answers=answers, taken_at=taken_at
            )
        put_beside([])
        yield course
    finally:
        put_beside([])


def test_pages_that_show_its_outcomes_stay_up_and_say_that_the_pack_is_missing(clinic: Clinic, course: Course) -> None:
    page = clinic.therapist.get(f"{course.href}?measure=mood-3").text
    assert MISSING in page
    assert "bands, change and chart come back with the pack" in page
    assert ">7<" in page
    assert MISSING in clinic.therapist.get(f"{course.href}/replay").text
    (first, last) = course.state.outcomes.values()
    entry = clinic.therapist.get(f"{course.href}/entries/{last.entry_id}", follow_redirects=True)
    assert entry.status_code == 200
    for path in ("/caseload", f"/api{course.href}", f"/api{course.href}/timeline", f"/api{course.href}/outcomes"):
        assert clinic.therapist.get(path).status_code == 200, path
    corrected = clinic.therapist.get(f"{course.href}/correct-outcome?outcome_id={first.outcome_id}")
    assert "it cannot be scored anew. Put the pack back first." in corrected.text


def test_nothing_new_is_recorded_with_it(clinic: Clinic, course: Course) -> None:
    body = {"instrument": "mood-3", "answers": [1, 1, 1], "taken_at": clinic.now.isoformat()}
    refused = clinic.therapist.decide(course.episode_id, "record_outcome", body)
    assert refused.status_code == 409
    assert "There is no instrument mood-3" in refused.text
    assert len(course.state.outcomes) == 2


def test_a_patient_is_not_shown_what_is_no_longer_here_and_the_rest_can_be_sent(clinic: Clinic) -> None:
    worded = [{"number": number, "text": f"Sentence {number}"} for number in (1, 2, 3)]
    put_beside([pack(id="mood-3", title="Mood 3", items=worded)])
    try:
        course = referred(clinic).assign()
        ana = sent(course, instruments=["phq-9", "mood-3"])
        put_beside([])
        ana.open()
        assert "PHQ-9" in ana.page
        assert "It cannot be shown here any more." in ana.page
        ana.answer(CALM)
    finally:
        put_beside([])
    assert [one.instrument for one in course.state.outcomes.values()] == ["phq-9"]


def test_a_link_of_which_nothing_is_left_says_so_to_the_patient_and_to_the_team(clinic: Clinic) -> None:
    worded = [{"number": number, "text": f"Sentence {number}"} for number in (1, 2, 3)]
    put_beside([pack(id="mood-3", title="Mood 3", items=worded)])
    try:
        course = referred(clinic).assign()
        ana = sent(course, instruments=["mood-3"])
        ana.open()
        assert ">Send</button>" in ana.page
        put_beside([])
        for answer in (ana.answer({"mood-3.1": "1"}), ana.open()):
            assert answer.status_code in (200, 409)
            assert "Your care team will ask you in another way." in ana.page
            assert ">Send</button>" not in ana.page
        assert "its questionnaires were taken away, ask in another way" in clinic.therapist.get(course.href).text
    finally:
        put_beside([])
    assert not course.state.outcomes
