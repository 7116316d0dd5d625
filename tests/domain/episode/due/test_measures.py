"""What is due to be measured: baseline, pace, consult, last preparation, mid-course, after a dose."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.derived import derived_id
from domain.episode.check_in.report_symptoms import SymptomsReported
from domain.episode.dosing.record_next_day_check_in import NextDayCheckInRecorded
from domain.episode.due.next_step import next_step
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.follow_up.book_follow_up import FollowUpBooked
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.protocol.shipped import load_shipped
from tests.domain.given import History, at, given
from tests.domain.people import PROTOCOL, TEST_NETWORK, local
from tests.dosing_day import BOOKED, RELEASED, SESSION, integrated
from tests.gate_answers import SESSION_2, dosed_on, phq9
from tests.situations import ELIGIBLE, PREPARED, REFERRED

BASELINE = {"measure:audit", "measure:dast-10"}
SESSIONS = [SESSION_2, *(derived_id("session", number) for number in range(3, 9))]


def due(*history: History, now: str, protocol: Any = PROTOCOL) -> dict[str, Obligation]:
    found = obligations(given(*history).state, now=local(now), protocol=protocol, network=TEST_NETWORK)
    return {one.key: one for one in found if one.key.startswith("measure:")}


def answered(instrument: str, when: str, total: int | None = 30) -> tuple[History, ...]:
    outcome = OutcomeRecorded(
        outcome_id=derived_id("measured", instrument, when), instrument=instrument, instrument_version="1",
        taken_at=local(when), total=total, band=None, has_safety_item=False, safety_answer=None,
    )  # fmt: skip
    return at(when, outcome)


def doses(count: int) -> tuple[History, ...]:
    """So many dosed sessions, a week apart from 17 Mar on."""
    days = ["2026-03-24", "2026-03-31", "2026-04-07", "2026-04-14"]
    later = [dosed_on(day, n, SESSIONS[n - 2]) for n, day in zip(range(2, count + 1), days, strict=False)]
    return (RELEASED, integrated("2026-03-19"), *later)


def test_alcohol_and_drugs_are_asked_between_intake_and_first_dose() -> None:
    assert not BASELINE & due(REFERRED, now="2026-03-02 09:00").keys()
    owed = due(ELIGIBLE, now="2026-03-03 12:00")
    assert owed.keys() >= BASELINE
    assert owed["measure:audit"].due_on is None
    assert due(BOOKED, now="2026-03-16 09:00")["measure:audit"].due_on == date(2026, 3, 17)
    assert "measure:audit" not in due(PREPARED, answered("audit", "2026-03-05 09:00", 3), now="2026-03-16 09:00")
    assert not BASELINE & due(RELEASED, now="2026-03-18 09:00").keys()


def test_alliance_is_asked_at_the_last_preparation_before_the_first_dose() -> None:
    owed = due(PREPARED, now="2026-03-11 09:00")["measure:wai-sr"]
    assert (owed.due_on, owed.why) == (date(2026, 3, 10), "At the last preparation session, 10 Mar 2026.")
    assert "measure:wai-sr" in due(PREPARED, answered("wai-sr", "2026-03-02 23:59"), now="2026-03-11 09:00")
    assert "measure:wai-sr" not in due(PREPARED, answered("wai-sr", "2026-03-03 00:00"), now="2026-03-11 09:00")
    assert "measure:wai-sr" not in due(RELEASED, now="2026-03-18 09:00")


def test_alliance_is_asked_again_mid_course() -> None:
    assert "measure:wai-sr" not in due(doses(3), now="2026-04-01 09:00")
    owed = due(doses(4), now="2026-04-08 09:00")["measure:wai-sr"]
    assert (owed.due_on, owed.why) == (date(2026, 4, 14), "Mid-course, after dosing session 4.")
    assert "measure:wai-sr" in due(doses(5), now="2026-04-28 23:59")
    assert "measure:wai-sr" not in due(doses(5), now="2026-04-29 00:00")
    assert "measure:wai-sr" not in due(doses(4), answered("wai-sr", "2026-04-09 09:00"), now="2026-04-10 09:00")


@pytest.mark.parametrize("instrument", ["ebi", "meq-30"])
def test_the_experience_is_asked_within_a_day_after_each_dose(instrument: str) -> None:
    key = f"measure:{instrument}"
    owed = due(RELEASED, now="2026-03-17 20:00")[key]
    assert (owed.due_on, owed.why) == (date(2026, 3, 18), "After dosing session 1.")
    assert due(RELEASED, now="2026-03-19 00:00")[key].is_overdue(local("2026-03-19 00:00"), TEST_NETWORK.zone)
    assert key in due(RELEASED, now="2026-03-21 23:59")
    assert key not in due(RELEASED, now="2026-03-22 00:00")
    assert key not in due(RELEASED, answered(instrument, "2026-03-18 08:00", 300), now="2026-03-18 09:00")
    again = due(doses(2), answered(instrument, "2026-03-18 08:00", 300), now="2026-03-25 09:00")[key]
    assert again.why == "After dosing session 2."


def test_an_experience_from_before_the_dose_does_not_count() -> None:
    assert "measure:ebi" in due(RELEASED, answered("ebi", "2026-03-17 13:00", 300), now="2026-03-18 09:00")


def test_symptoms_are_asked_at_their_pace_or_before_the_consult_whichever_comes_first() -> None:
    baseline = phq9("2026-03-16 09:00")
    assert due(RELEASED, baseline, now="2026-03-20 09:00")["measure:phq-9"].due_on == date(2026, 3, 30)
    booked = at("2026-03-20 09:00", FollowUpBooked(starts_at=local("2026-03-26 15:00")))
    owed = due(RELEASED, baseline, booked, now="2026-03-21 09:00")["measure:phq-9"]
    assert (owed.due_on, owed.why) == (date(2026, 3, 26), "For the follow-up consult of 26 Mar 2026.")
    fresh = due(RELEASED, booked, phq9("2026-03-19 09:00"), now="2026-03-21 09:00")["measure:phq-9"]
    assert (fresh.due_on, fresh.why) == (date(2026, 4, 2), "Every 14 days.")


def test_a_questionnaire_without_a_score_answers_for_nothing() -> None:
    assert "measure:ebi" in due(RELEASED, answered("ebi", "2026-03-18 08:00", None), now="2026-03-18 09:00")


def test_what_is_beside_is_never_the_next_step() -> None:
    state = given(BOOKED).state
    found = next_step(state, now=local("2026-03-17 09:00"), protocol=PROTOCOL, network=TEST_NETWORK)
    assert found is not None
    assert found.key.startswith("dosing:")


POST_DOSE = f"post_dose:{SESSION}"


def post_dose(*history: History, now: str) -> bool:
    found = obligations(given(*history).state, now=local(now), protocol=PROTOCOL, network=TEST_NETWORK)
    return POST_DOSE in {one.key for one in found}


def test_how_the_patient_is_is_asked_24_to_72_hours_after_the_last_part() -> None:
    assert not post_dose(RELEASED, now="2026-03-18 14:04")
    assert post_dose(RELEASED, now="2026-03-18 14:05")
    found = obligations(given(RELEASED).state, now=local("2026-03-19 09:00"), protocol=PROTOCOL, network=TEST_NETWORK)
    (owed,) = [one for one in found if one.key == POST_DOSE]
    assert (owed.due_at, owed.why) == (local("2026-03-20 14:05"), "24 to 72 h after dosing session 1.")
    assert post_dose(RELEASED, now="2026-03-24 14:05")
    assert not post_dose(RELEASED, now="2026-03-24 14:06")


def test_whatever_was_heard_in_that_time_counts() -> None:
    def heard(when: str) -> tuple[History, ...]:
        return at(when, SymptomsReported(report_id=derived_id("report", when), reported_at=local(when)))

    assert not post_dose(RELEASED, heard("2026-03-18 15:00"), now="2026-03-19 09:00")
    assert post_dose(RELEASED, heard("2026-03-18 13:00"), now="2026-03-19 09:00")
    checked = NextDayCheckInRecorded(session_id=SESSION, at=local("2026-03-18 18:00"), well=True)
    assert not post_dose(RELEASED, at("2026-03-18 18:00", checked), now="2026-03-19 09:00")


def test_a_document_without_a_schedule_asks_at_the_pace_alone() -> None:
    earlier = load_shipped("kap-core", "1")
    assert due(RELEASED, now="2026-03-18 09:00", protocol=earlier).keys() == {"measure:phq-9", "measure:gad-7"}


def test_sessions_are_told_apart() -> None:
    assert len({*SESSIONS}) == len(SESSIONS)
    assert all(isinstance(one, UUID) for one in SESSIONS)
