"""A go to dose ends with what is told after it and closes a gate: ketamine elsewhere, a blank answer, a new intake."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.check_in.report_symptoms import report_symptoms
from domain.episode.consent.consents import ConsentType
from domain.episode.consent.withdraw_consent import withdraw_consent
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.dosing.clear_to_dose import clear_to_dose
from domain.episode.dosing.confirm_place import confirm_place
from domain.episode.dosing.open_dosing_session import DosingSessionOpened, open_dosing_session
from domain.episode.dosing.record_check import record_check
from domain.episode.dosing.record_checklist import record_checklist
from domain.episode.dosing.record_companion_departure import record_companion_departure
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.dosing.record_vomiting import record_vomiting
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.request_clearance import request_clearance
from domain.episode.gates import GatesAreClosed
from domain.episode.intake.report_ketamine_elsewhere import report_ketamine_elsewhere
from domain.episode.intake.report_medicine_change import report_medicine_change
from domain.episode.intake.review_medicines import review_medicines
from domain.episode.intake.update_intake import update_intake
from domain.episode.outcome.correct_outcome import correct_outcome
from domain.episode.outcome.record_outcome import record_outcome
from domain.episode.plan.issue_plan import issue_plan
from domain.episode.prescription.track_prescription import track_prescription
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import place_hold
from domain.episode.session.session import DosePart, VitalsPhase
from tests.domain.given import Scenario, at, given
from tests.domain.people import RIVERA, TEST_NETWORK
from tests.dosing_day import (
    BOOKED,
    BOOSTER,
    CLEARED,
    DAY,
    DOSED,
    SECOND_SESSION,
    SESSION,
    booked,
    check,
    cleared,
    on,
    recorded_dose,
    vitals,
)
from tests.gate_answers import gate
from tests.situations import ADA_PRESCRIPTION, PRESCRIPTION, signed, terms

ASKED = derived_id("outcome", "asked")
BLANK: tuple[int | None, ...] = (1, 1, 1, 1, 1, 0, 0, 0, None)
NO = (*BLANK[:8], 0)
WORSE = {"frequency_per_day": 6, "nocturia_per_night": 1, "urgency": False, "dysuria": False, "visible_blood": True}
CANCELLED: tuple[Any, dict[str, Any]] = (
    track_prescription,
    {"prescription_id": PRESCRIPTION, "tracking_id": derived_id("tracking"), "status": "cancelled"},
)
ELSEWHERE: tuple[Any, dict[str, Any]] = (report_ketamine_elsewhere, {"on": date(2026, 3, 15)})
LEFT_OUT: tuple[Any, dict[str, Any]] = (
    record_outcome,
    {"outcome_id": ASKED, "instrument": "phq-9", "taken_at": on("13:57"), "answers": BLANK},
)
TOLD: dict[str, tuple[Any, dict[str, Any]]] = {
    "I2 ketamine elsewhere": ELSEWHERE,
    "I2 ketamine elsewhere, by the prescriber": (update_intake, {"ketamine_elsewhere_on": date(2026, 3, 15)}),
    "P2 not screened": LEFT_OUT,
    "X2 pregnancy": (update_intake, {"pregnancy": "positive"}),
    "U1 urinary symptoms": (report_symptoms, {"report_id": derived_id("report"), "urinary": WORSE}),
    "rule 19 prescription cancelled": CANCELLED,
    "rule 1 telehealth withdrawn": (withdraw_consent, {"consent_type": "telehealth"}),
    "medical clearance": (request_clearance, {"clearance_id": derived_id("ecg"), "specialty": "cardiology"}),
}


def told(what: tuple[Any, dict[str, Any]]) -> Scenario:
    decide, order = what
    by = None if decide in (report_ketamine_elsewhere, record_outcome, withdraw_consent) else RIVERA
    return given(CLEARED).when(decide, by=by, now=f"{DAY} 13:58", **order)


def clearing(scenario: Scenario) -> Scenario:
    return scenario.when(clear_to_dose, now=f"{DAY} 13:59", session_id=SESSION, dose_mg=200, plan_version=1)


@pytest.mark.parametrize("what", TOLD)
def test_what_closes_a_gate_after_the_go_ends_it(what: str) -> None:
    clearing(told(TOLD[what])).refused(GatesAreClosed)
    taken = recorded_dose(told(TOLD[what])).includes(DoseTaken, cleared=False)
    taken.includes(DeviationNoted, rule="4", code="clearance_lapsed")
    recorded_dose(told(TOLD[what]), "13:56").includes(DoseTaken, cleared=True)


def test_what_ends_no_other_go() -> None:
    """Consents that this session does not rest on, a report of nothing new, and a prescription beside another."""
    nothing_new = {**WORSE, "visible_blood": False}
    reported = told((report_symptoms, {"report_id": derived_id("report"), "urinary": nothing_new}))
    recorded_dose(reported).includes(DoseTaken, cleared=True).excludes(DeviationNoted)
    before = given(BOOKED, at("2026-03-12 09:00", signed(ConsentType.KETAMINE_IN_PREGNANCY, 1, "2026-03-12 09:00")))
    withdrawn = before.when(withdraw_consent, now="2026-03-13 09:00", consent_type="ketamine_in_pregnancy")
    recorded_dose(withdrawn.after(given(CLEARED).as_history()[-6:])).includes(DoseTaken, cleared=True)
    two = given(
        BOOKED, at("2026-03-12 09:00", ADA_PRESCRIPTION.model_copy(update={"prescription_id": derived_id("other")}))
    ).after(given(CLEARED).as_history()[-6:])
    one_left = two.when(track_prescription, by=RIVERA, now=f"{DAY} 13:58", **CANCELLED[1])
    recorded_dose(one_left).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


def test_i1_a_dose_of_another_session_that_is_entered_after_the_go_ends_it() -> None:
    earlier = given(BOOKED, at("2026-03-16 13:00", booked(SECOND_SESSION, "2026-03-16 14:00", 2)))
    go = earlier.after(given(CLEARED).as_history()[-6:])
    order = {"session_id": SECOND_SESSION, "dose_id": BOOSTER, "amount_mg": 100, "taken_at": on("14:05", "2026-03-16")}
    entered = go.when(record_dose, now=f"{DAY} 13:58", tablets_not_counted=True, **order)
    recorded_dose(go).includes(DoseTaken, cleared=True)
    recorded_dose(entered).includes(DoseTaken, cleared=False).includes(DeviationNoted, rule="11")


def test_it_ended_when_it_was_told() -> None:
    recorded_dose(told(ELSEWHERE)).includes(DeviationNoted, code="clearance_lapsed", at=on("13:58"))
    recorded_dose(told(LEFT_OUT)).includes(DeviationNoted, code="clearance_lapsed", at=on("13:57"))


def test_i2_an_older_day_than_the_one_known_ends_nothing() -> None:
    known = given(CLEARED[0]).when(report_ketamine_elsewhere, now=f"{DAY} 13:50", on="2026-02-10")
    go = clearing(known)
    older = go.when(report_ketamine_elsewhere, now=f"{DAY} 13:59", on="2026-01-10")
    recorded_dose(older).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


def test_p2_asked_again_and_answered_before_the_dose_it_stands() -> None:
    order = {"outcome_id": derived_id("again"), "instrument": "phq-9", "taken_at": on("13:59"), "answers": NO}
    answered = told(LEFT_OUT).when(record_outcome, now=f"{DAY} 13:59", **order)
    recorded_dose(answered).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


def test_p2_an_answer_that_turns_out_to_have_been_left_out_ends_it() -> None:
    order = {"outcome_id": ASKED, "instrument": "phq-9", "taken_at": on("13:00"), "answers": NO}
    go = clearing(given(CLEARED[0]).when(record_outcome, now=f"{DAY} 13:50", **order))
    recorded_dose(go).includes(DoseTaken, cleared=True)
    blank = go.when(correct_outcome, now=f"{DAY} 13:59", outcome_id=ASKED, answers=BLANK, reason="was not asked")
    recorded_dose(blank).includes(DoseTaken, cleared=False).includes(
        DeviationNoted, code="clearance_lapsed", at=on("13:59")
    )


def test_an_intake_gone_through_again_without_a_change_ends_nothing() -> None:
    recorded_dose(told((update_intake, {}))).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


def test_rule_2_eligibility_of_another_patient_ends_the_go_that_rested_on_it() -> None:
    entry = given(CLEARED).entry(EligibilityDetermined)
    taken_back = given(CLEARED).when(
        mark_in_error, by=RIVERA, now=f"{DAY} 13:58", event_id=entry.envelope.event_id, reason="Ben's", entry=entry
    )
    recorded_dose(taken_back).includes(DoseTaken, cleared=False).includes(DeviationNoted, code="clearance_lapsed")


LATE: dict[str, tuple[Any, dict[str, Any]]] = {
    "a checklist": (
        record_checklist,
        {"session_id": SESSION, "checklist_id": derived_id("late"), "intoxicated": True},
    ),
    "a chaperone who left": (record_companion_departure, {"session_id": SESSION}),
    "a hold": (place_hold, {"hold_id": derived_id("hold", "late"), "reason": "other"}),
    "another state": (
        confirm_place,
        {
            "session_id": SESSION,
            "place_id": derived_id("place", "TX"),
            "state": "TX",
            "zone": "America/Chicago",
            "address": "x",
            "call_back": "x",
        },
    ),
}


@pytest.mark.parametrize("what", LATE)
def test_what_happened_before_the_go_and_was_written_down_after_it_ends_it(what: str) -> None:
    decide, order = LATE[what]
    known = given(CLEARED).when(decide, now=f"{DAY} 13:58", occurred_at=on("13:50"), late_reason="x", **order)
    recorded_dose(known).includes(DoseTaken, cleared=False).includes(
        DeviationNoted, code="clearance_lapsed", at=on("13:55")
    )


def test_a_hold_ends_a_go_that_was_given_by_a_clock_ahead_of_its_own() -> None:
    """What was recorded second counts as second, whatever two clocks say."""
    ahead = given(CLEARED[0], at(f"{DAY} 13:59", cleared("14:10"), known=f"{DAY} 13:55"))
    held = ahead.when(place_hold, now=f"{DAY} 13:56", hold_id=derived_id("hold"), reason="other")
    recorded_dose(held).includes(DoseTaken, cleared=False)


def test_a_session_opened_with_an_earlier_time_passes_by_nothing_that_is_known_now() -> None:
    held = given(BOOKED).when(place_hold, now=f"{DAY} 13:10", hold_id=derived_id("hold"), reason="other")
    earlier = {"now": f"{DAY} 13:30", "session_id": SESSION, "occurred_at": on("13:00"), "late_reason": "x"}
    held.when(open_dosing_session, **earlier).refused(GatesAreClosed, rule="+hold")
    nobody = replace(
        TEST_NETWORK, on_calls=tuple(replace(duty, until_at=on("13:20")) for duty in TEST_NETWORK.on_calls)
    )
    given(BOOKED).when(open_dosing_session, network=nobody, **earlier).refused(GatesAreClosed, rule="+on_call")
    given(BOOKED).when(open_dosing_session, **earlier).includes(DosingSessionOpened)
    ahead = {"now": f"{DAY} 12:59", "session_id": SESSION, "occurred_at": on("13:02")}
    from_one = replace(TEST_NETWORK, on_calls=tuple(replace(one, from_at=on("13:00")) for one in TEST_NETWORK.on_calls))
    given(BOOKED).when(open_dosing_session, network=from_one, **ahead).refused(GatesAreClosed, rule="+on_call")


EARLIER: dict[str, tuple[Any, dict[str, Any]]] = {
    "M3 another medicine": (report_medicine_change, {"name": "clarithromycin"}),
    "M2 another list": (
        review_medicines,
        {"medicines": [{"medicine_class": "benzodiazepine", "name": "x", "instruction": "hold", "hold_hours": 24}]},
    ),
    "a medical clearance": (request_clearance, {"clearance_id": derived_id("ecg"), "specialty": "cardiology"}),
    "D7 another plan": (issue_plan, {"plan_id": derived_id("plan", 2), "terms": terms(next_dose_mg=150)}),
}


@pytest.mark.parametrize("what", EARLIER)
def test_the_order_of_recording_counts_and_not_the_clock(what: str) -> None:
    """Told with the time of before the go, after it was given: whoever gave it had not looked at that."""
    decide, order = EARLIER[what]
    late = {"now": f"{DAY} 13:58", "occurred_at": on("13:50"), "late_reason": "x"}
    known = given(CLEARED).when(decide, by=RIVERA, **late, **order)
    recorded_dose(known).includes(DoseTaken, cleared=False).includes(
        DeviationNoted, code="clearance_lapsed", at=on("13:55")
    )


def test_m3_a_look_at_medicines_of_before_the_change_was_told_is_no_look_at_it() -> None:
    told_late = given(BOOKED).when(
        report_medicine_change, now="2026-03-16 09:00", occurred_at=on("09:00", "2026-03-05"), late_reason="x", name="x"
    )
    looked = {"occurred_at": on("09:00", "2026-03-09"), "late_reason": "x"}
    of_before = told_late.when(review_medicines, now="2026-03-16 10:00", **looked)
    assert not gate(of_before, "medicines_reviewed", f"{DAY} 13:20").is_open
    since = told_late.when(review_medicines, now="2026-03-16 10:00")
    assert gate(since, "medicines_reviewed", f"{DAY} 13:20").is_open


SECOND_HALF = {"session_id": SESSION, "dose_id": BOOSTER, "part": "booster", "amount_mg": 100}
AT_THE_BOOSTER = (
    DOSED,
    at(f"{DAY} 14:25", vitals("14:25", phase=VitalsPhase.DURING), check("14:25")),
    at(f"{DAY} 14:28", cleared("14:40", 300, DosePart.BOOSTER, rests_on="14:25")),
)


def boosted(scenario: Scenario) -> Scenario:
    return scenario.when(record_dose, now=f"{DAY} 14:32", taken_at=on("14:31"), tablets_not_counted=True, **SECOND_HALF)


def test_d11_vomiting_before_the_go_for_a_booster_that_is_written_down_after_it_ends_it() -> None:
    boosted(given(AT_THE_BOOSTER)).includes(DoseTaken, cleared=True)
    vomited = given(AT_THE_BOOSTER).when(record_vomiting, now=f"{DAY} 14:30", session_id=SESSION, at=on("14:08"))
    boosted(vomited).includes(DoseTaken, cleared=False)


@pytest.mark.parametrize(("seen_at", "is_cleared"), [("14:27", False), ("14:20", True)])
def test_d8_a_look_that_found_no_response_ends_it_unless_a_later_one_was_known(seen_at: str, is_cleared: bool) -> None:
    order = {"session_id": SESSION, "check_id": derived_id("late"), "responsive": False, "at": on(seen_at)}
    seen = given(AT_THE_BOOSTER).when(record_check, now=f"{DAY} 14:30", **order)
    boosted(seen).includes(DoseTaken, cleared=is_cleared)
