"""A dose that is written down late is judged by what held when it was taken: the plan, the findings, the protocol."""

from dataclasses import replace
from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.consent.withdraw_consent import withdraw_consent
from domain.episode.course.pause_episode import pause_episode
from domain.episode.course.resume_episode import resume_episode
from domain.episode.dosing.clear_to_dose import clear_to_dose
from domain.episode.dosing.correct_dose import correct_dose
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.dosing.record_vitals import record_vitals
from domain.episode.eligibility.determine_eligibility import determine_eligibility
from domain.episode.eligibility.find_contraindication import find_contraindication
from domain.episode.eligibility.request_clearance import request_clearance
from domain.episode.gates import GatesAreClosed
from domain.episode.intake.report_medicine_change import report_medicine_change
from domain.episode.intake.review_medicines import review_medicines
from domain.episode.intake.update_intake import update_intake
from domain.episode.plan.amend_plan import amend_plan
from domain.episode.plan.issue_plan import issue_plan
from domain.episode.plan.resume_plan import resume_plan
from domain.episode.plan.suspend_plan import suspend_plan
from domain.episode.prescription.track_prescription import track_prescription
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.safety import HoldReason
from domain.network.network import Adoption, Network
from domain.protocol.shipped import CURRENT, document
from tests.domain.given import Scenario, at, given
from tests.domain.people import RIVERA, TEST_NETWORK
from tests.dosing_day import BOOKED, CLEARED, DAY, FIRST_DOSE, READY, SESSION, dose, on, vitals_id
from tests.situations import PLAN, PRESCRIPTION, terms

SMALL = terms(next_dose_mg=150, maximum_mg=150, booster=None)


def taken(scenario: Scenario, amount_mg: int = 200, now: str = f"{DAY} 18:00", **grounds: Any) -> Scenario:
    """At 14:05, and written down in the evening."""
    order = {"session_id": SESSION, "dose_id": FIRST_DOSE, "amount_mg": amount_mg, "taken_at": on("14:05")}
    return scenario.when(record_dose, now=now, tablets_not_counted=True, **order, **grounds)


LATER: dict[str, tuple[Any, dict[str, Any]]] = {
    "an absolute contraindication": (find_contraindication, {"code": "uncontrolled_hypertension"}),
    "a relative one": (find_contraindication, {"code": "cystitis"}),
    "not eligible": (determine_eligibility, {"outcome": "not_eligible", "rationale": "x"}),
    "a clearance": (request_clearance, {"clearance_id": derived_id("ecg"), "specialty": "cardiology"}),
    "another medicine": (report_medicine_change, {"name": "x"}),
    "pregnancy": (update_intake, {"pregnancy": "positive"}),
    "a suspension": (suspend_plan, {"plan_id": PLAN, "reason": "laboratory"}),
    "a smaller maximum": (amend_plan, {"plan_id": PLAN, "plan_version": 1, "terms": SMALL, "reason": "x"}),
    "another plan": (issue_plan, {"plan_id": derived_id("plan", 2), "terms": SMALL}),
    "consent withdrawn": (withdraw_consent, {"consent_type": "ketamine"}),
}


@pytest.mark.parametrize("what", LATER)
def test_e2_what_came_after_the_dose_is_no_deviation_of_it(what: str) -> None:
    decide, order = LATER[what]
    by = RIVERA if decide is not withdraw_consent else None
    known = taken(given(CLEARED).when(decide, by=by, now=f"{DAY} 16:00", **order))
    known.includes(DoseTaken, cleared=True).excludes(DeviationNoted, HoldPlaced)


def test_d5_a_maximum_that_was_raised_after_the_dose_hides_nothing() -> None:
    raised = given(CLEARED).when(
        amend_plan, by=RIVERA, now=f"{DAY} 16:00", plan_id=PLAN, plan_version=1, terms=terms(maximum_mg=490), reason="x"
    )
    over = taken(raised, 450).includes(DeviationNoted, rule="15", code="over_maximum")
    over.includes(HoldPlaced, reason=HoldReason.DOSE_OVER_PLAN)
    corrected = taken(raised).when(
        correct_dose, now=f"{DAY} 18:10", session_id=SESSION, dose_id=FIRST_DOSE, amount_mg=450, reason="miscounted"
    )
    corrected.includes(DeviationNoted, rule="15", code="over_maximum").includes(HoldPlaced)


def test_rule_22_what_was_resolved_since_stood_in_the_way_then() -> None:
    found = given(CLEARED).when(find_contraindication, now=f"{DAY} 13:58", code="cystitis")
    weighed = found.when(
        determine_eligibility, now=f"{DAY} 16:00", outcome="eligible", relative=["cystitis"], rationale="x"
    )
    taken(weighed).includes(DeviationNoted, rule="22.relative").includes(DoseTaken, cleared=False)


ENDED_SINCE: dict[str, tuple[tuple[Any, dict[str, Any]], tuple[Any, dict[str, Any]], dict[str, str]]] = {
    "a suspension that was resumed": (
        (suspend_plan, {"plan_id": PLAN, "reason": "laboratory"}),
        (resume_plan, {"plan_id": PLAN, "reason": "sound"}),
        {"rule": "3", "code": "plan"},
    ),
    "a change of medicines that was looked at": (
        (report_medicine_change, {"name": "x"}),
        (review_medicines, {}),
        {"rule": "+medicines_changed", "code": "medicines_reviewed"},
    ),
}


@pytest.mark.parametrize("what", ENDED_SINCE)
def test_what_stood_in_the_way_at_the_dose_does_so_also_where_it_ended_before_the_entry(what: str) -> None:
    (decide, order), (end, ending), told = ENDED_SINCE[what]
    stopped = given(CLEARED).when(decide, by=RIVERA, now=f"{DAY} 13:58", **order)
    gone_on = stopped.when(end, by=RIVERA, now=f"{DAY} 16:00", **ending)
    taken(gone_on).includes(DoseTaken, cleared=False).includes(DeviationNoted, **told)
    before = {"amount_mg": 200, "taken_at": on("13:56"), "tablets_not_counted": True}
    early = gone_on.when(record_dose, now=f"{DAY} 18:00", session_id=SESSION, dose_id=FIRST_DOSE, **before)
    early.includes(DoseTaken, cleared=True).excludes(DeviationNoted)
    after = {**before, "taken_at": on("16:30")}
    late = gone_on.when(record_dose, now=f"{DAY} 18:00", session_id=SESSION, dose_id=FIRST_DOSE, **after)
    assert told not in [{"rule": one.rule, "code": one.code} for one in late.events if isinstance(one, DeviationNoted)]


def test_a_dose_of_a_pause_is_told_also_when_the_course_goes_on_again() -> None:
    paused = given(BOOKED).when(pause_episode, by=RIVERA, now=f"{DAY} 12:00", reason="travel")
    resumed = paused.when(resume_episode, by=RIVERA, now=f"{DAY} 17:00")
    taken(resumed).includes(DeviationNoted, rule="+open", code="course")


def test_a_prescription_cancelled_after_the_dose_held_when_it_was_taken() -> None:
    cancelled = given(CLEARED).when(
        track_prescription,
        by=RIVERA,
        now=f"{DAY} 16:00",
        prescription_id=PRESCRIPTION,
        tracking_id=derived_id("tracking"),
        status="cancelled",
    )
    taken(cancelled).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


def adopting(when: str, **numbers: int) -> Network:
    """The network after it put a version 3 of its protocol in force, at a time of the day, with other numbers."""
    shipped = document(*CURRENT)
    changed = {name: shipped["numbers"][name] | {"value": value} for name, value in numbers.items()}
    ours = shipped | {"protocol_version": "3", "numbers": shipped["numbers"] | changed}
    before = TEST_NETWORK.current
    assert before is not None
    adopted = Adoption(shipped["protocol_id"], "3", "", ours, adopted_at=on(when))
    both = {**TEST_NETWORK.adoptions, (adopted.protocol_id, "3"): adopted}
    return replace(TEST_NETWORK, adoptions=both, current=adopted, put_in_force=(before, adopted))


def test_a_protocol_adopted_after_the_dose_does_not_judge_it() -> None:
    later = adopting("16:00", ceiling_mg_per_session=150, chaperone_before_minutes=60)
    taken(given(CLEARED), network=later).includes(DoseTaken, cleared=True).excludes(DeviationNoted, HoldPlaced)
    given(CLEARED, at(f"{DAY} 14:05", dose("14:05"))).when(
        correct_dose,
        now=f"{DAY} 18:10",
        session_id=SESSION,
        dose_id=FIRST_DOSE,
        amount_mg=250,
        reason="miscounted",
        network=adopting("16:00", ceiling_mg_per_session=150),
    ).excludes(HoldPlaced)


def test_a_go_outlives_a_protocol_adopted_after_it_whose_limits_are_told() -> None:
    """The dose goes on as it was cleared; what nobody may pass is told at once, and closes the next one."""
    between = adopting("13:57", ceiling_mg_per_session=150)
    known = taken(given(CLEARED), network=between, now=f"{DAY} 14:06").includes(DoseTaken, cleared=True)
    known.includes(DeviationNoted, rule="15", code="over_ceiling").includes(HoldPlaced)
    assert "clearance_lapsed" not in {one.code for one in known.events if isinstance(one, DeviationNoted)}


def test_a_go_is_given_by_the_limits_in_force_and_by_the_days_of_the_plan() -> None:
    asked = {"session_id": SESSION, "dose_mg": 200, "plan_version": 1}
    lower = adopting("13:50", ceiling_mg_per_session=150)
    given(READY).when(clear_to_dose, now=f"{DAY} 13:55", network=lower, **asked).refused(GatesAreClosed, rule="15")


def test_a_crisis_is_one_by_the_protocol_in_force_also_under_a_plan_of_before_it() -> None:
    """Safety follows the network: the same pressure holds dosing from the moment of the adoption."""
    pressure = {"session_id": SESSION, "vitals_id": vitals_id("13:58"), "phase": "before", "pulse_per_min": 70}
    high = {**pressure, "systolic_mmhg": 158, "diastolic_mmhg": 85}
    stricter = adopting("13:57", crisis_systolic_mmhg=155)
    given(CLEARED).when(record_vitals, now=f"{DAY} 13:58", **high).excludes(HoldPlaced)
    held = given(CLEARED).when(record_vitals, now=f"{DAY} 13:58", network=stricter, **high)
    held.includes(HoldPlaced, reason=HoldReason.CRISIS)
    taken(held, network=stricter).includes(DoseTaken, cleared=False)
