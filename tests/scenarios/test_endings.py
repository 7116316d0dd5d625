"""Courses that pause, stop, begin again, or go on with fewer consents."""

from datetime import datetime

from deploy.demo import chapters, measures
from deploy.demo.incidents.endings import back_after_a_long_pause, stopped, withdrew_telehealth
from deploy.demo.ordinary_course import ordinary
from deploy.demo.story import Story
from tests.scenarios.house import House


def referred_again(story: Story, now: datetime) -> None:
    """A second course of somebody who stopped: the referral, the team and the intake."""
    chapters.referral(story)
    measures.symptoms(story, story.at(4, "18:40"), 18)
    chapters.intake(story)
    chapters.eligible(story)


def test_a_withdrawal_of_consent_mid_course(house: House) -> None:
    """Telehealth withdrawn: no remote session, while one in person stays open; ketamine withdrawn closes both."""
    ana = house.tells(withdrew_telehealth, "Ana Withdraws").given("session 2: called the next day")

    ana.when("withdrawn")
    booked = {"kind": "dosing", "starts_at": ana.story.at(44, "14:00"), "companion_is_adult": True}
    remote = house.therapist.does(ana, "book_session", way="remote", companion_name="Sam", **booked)
    assert remote.is_recorded, "a plan for the future may be made"
    assert "telehealth" in ana.gates()["consent"]["missing"]

    house.therapist.does(ana, "withdraw_consent", consent_type="ketamine")
    assert "ketamine" in ana.gates()["consent"]["missing"].lower()
    assert ana.says("withdr")
    house.travel(days=1)
    for consent_type, version in (("ketamine", 4), ("telehealth", 2)):
        house.therapist.does(ana, "sign_consent", consent_type=consent_type, text_version=version, method="electronic")
    assert "consent" not in ana.closed(), "signed anew on a day without medicine"


def test_a_plan_amended_after_a_follow_up(house: House) -> None:
    """S2: two doses, then the visit; what opens the third is the visit, its decision and the amended plan together."""
    ana = house.tells(ordinary(18, 12), "Ana Amends").given("session 2: called the next day")
    assert ana.gates()["follow_up"]["missing"]

    ana.when("followed up")
    assert "follow_up" in ana.closed()
    ana.when("amended")
    assert "follow_up" not in ana.closed()
    assert ana.on_caseload()["doses_authorised"] == 8
    assert ana.says("amended")
    ana.given("session 3: asked")
    ana.given("session 3: measured")
    assert "dose_as_ordered" in house.therapist.clears(ana, 3, dose_mg=200).closed, "the plan says 150"
    ana.when("session 3: dosed")


def test_a_patient_who_stops(house: House) -> None:
    """Discharged by the patient's own choice: nothing is open any more, and what comes later can be recorded."""
    ana = house.tells(stopped, "Ana Stops").given("session 2: called the next day")

    ana.when("discharged")
    assert ana.state.closed_at is not None
    visit = ana.owed(house.prescriber)["discharge_visit"]
    assert visit["why"] == "Doses were taken, and no follow-up consult took place."
    assert house.therapist.does(
        ana, "book_session", kind="dosing", starts_at=ana.story.at(60, "14:00"), way="in_person"
    ).why
    house.travel(days=9)
    late = house.therapist.does(ana, "report_adverse_event", term="headache", grade=1, serious=False)
    assert late.is_recorded, "what happens after the discharge can still be told"


def test_a_pause_of_more_than_90_days(house: House) -> None:
    """R1: nothing is overdue while away; afterwards the intake is updated and eligibility determined first."""
    ana = house.tells(back_after_a_long_pause, "Ana Abroad").given("amended")

    ana.when("paused")
    ana.at(100, "09:00")
    assert not [one for one in ana.coordinated() if one["is_overdue"]]
    ana.when("resumed")
    assert {"eligibility", "intake"} <= ana.closed()
    ana.when("the intake is updated")
    assert "intake" not in ana.closed()
    assert "eligibility" in ana.closed()
    ana.when("eligible anew")
    assert not {"eligibility", "intake"} & ana.closed()
    ana.given("session 3: asked")
    ana.when("session 3: released")


def test_a_re_referral(house: House) -> None:
    """R1: a second course of the same person knows what was found, and the last dose, of the first."""
    first = house.tells(stopped, "Ana Returns").given("session 2: called the next day")
    house.therapist.does(first, "find_contraindication", code="uncontrolled_hypertension")
    first.given("discharged")

    again = house.tells(referred_again, "Ana Returns", begins_on=first.story.day(60), course=2)
    again.patient_id = first.patient_id
    again.when("referred")
    assert again.episode_id != first.episode_id
    assert again.state.patient_id == first.state.patient_id
    assert again.state.earlier.last_dose_at is not None
    again.given("taken in")
    assert "contraindications" in again.closed(), "what was found in the first course stands in the second"
    found = {"outcome": "eligible", "rationale": "Feels well."}
    refused = house.prescriber.does(again, "determine_eligibility", **found)
    assert refused.why.startswith("The patient cannot be eligible while this stands: uncontrolled hypertension.")
    settled = {"code": "uncontrolled_hypertension", "evidence": "Treated for half a year; 128/80 at three visits."}
    assert house.prescriber.does(again, "resolve_contraindication", **settled).is_recorded
    again.given()
    assert not {"contraindications", "eligibility"} & again.closed()
