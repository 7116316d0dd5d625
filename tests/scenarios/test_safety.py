"""Suicidal thoughts and serious events: who is told, what closes, and what opens the way again."""

from uuid import UUID

from deploy.demo.incidents.safety import flag_at_night, high_risk_and_back, serious_event_reviewed, standing_review
from tests.scenarios.house import House
from tests.scenarios.told import Told


def test_a_suicide_flag_at_night(house: House) -> None:
    """Item 9 is answered with 2 at 21:40: dosing is held at once, both clinicians see it, the next day opens it."""
    ana = house.tells(flag_at_night, "Ana Night").given("session 1: integrated")

    ana.when("item 9 is answered with 2 at night")
    assert "safety_review" in ana.closed()
    assert "safety" in ana.flags(), "the therapist sees it on the caseload"
    assert ana.on_worklist()[0]["group"] == "see_first", "the prescriber first of all"
    assert ana.owed()["risk_screen:c-ssrs"]["due_on"] == "2026-03-26", "the C-SSRS is due the same day"
    released = house.therapist.does(ana, "release_hold", hold_id=_open_hold(ana), reason="She sounds well.")
    assert released.why.startswith("Only a prescriber"), "P6: no release by the therapist"

    ana.when("the prescriber has reviewed it")
    assert "safety_review" not in ana.closed()
    assert ana.says("recorded a safety review: dosing may go on")


def test_a_correction_of_the_answer_releases_nothing(house: House) -> None:
    """P6: the answer was mistyped and is corrected to 0; the hold stays until a prescriber confirms."""
    ana = house.tells(flag_at_night, "Ana Corrected").given("item 9 is answered with 2 at night")

    outcome_id = list(ana.state.outcomes)[-1]
    corrected = house.therapist.does(
        ana, "correct_outcome", outcome_id=outcome_id, answers=[2] * 7 + [1, 0], reason="Typed into the wrong row."
    )
    assert "OutcomeCorrected" in corrected.events
    assert "safety_review" in ana.closed()

    house.prescriber.does(ana, "release_hold", hold_id=_open_hold(ana), reason="Mistyped; I spoke with the patient.")
    assert "safety_review" not in ana.closed()


def test_a_serious_adverse_event(house: House) -> None:
    """A fall with a broken wrist suspends the plan; a review alone is not enough, the plan is resumed by name."""
    ana = house.tells(serious_event_reviewed, "Ana Fell").given("session 2: released")

    ana.when("a serious event is reported")
    assert {"adverse_events", "plan"} <= ana.closed()
    assert "adverse_event" in ana.flags()
    assert house.prescriber.does(ana, "resume_plan", plan_id=ana.state.plan_id, reason="Too early.").why

    ana.when("the prescriber has reviewed it")
    assert "adverse_events" not in ana.closed()
    assert ana.gates()["plan"]["missing"] == "the plan resumed", "reviewed, and still suspended"
    assert house.prescriber.does(ana, "resume_plan", plan_id=ana.state.plan_id, reason="The way is lit.").is_recorded
    assert ana.gates()["plan"]["missing"] == "a plan amended with more sessions", "no longer: the plan resumed"


def test_a_standing_review(house: House) -> None:
    """P3: chronic thoughts, reviewed until a date: answers up to 1 are flagged and close nothing, 2 closes."""
    ana = house.tells(standing_review, "Ana Standing").given("amended")

    ana.when("item 9 is answered with 1")
    assert "safety_review" in ana.closed()
    ana.when("reviewed until a date")
    assert "safety_review" not in ana.closed()
    ana.given("session 3: asked")
    gate = ana.gates()["safety_review"]
    assert gate["is_open"], "answered with 1 the day before, under the standing review"
    assert "until" in " ".join(gate["facts"])

    ana.given("session 3: integrated")
    house.therapist.scores(ana, [2, 2, 2, 1, 1, 1, 1, 1, 2])
    assert "safety_review" in ana.closed(), "2 is more than the review covers"
    house.prescriber.does(
        ana, "review_safety", hold_id=_open_hold(ana), done="Spoke at length; no plan.", dosing_may_go_on=True
    )
    assert "safety_review" not in ana.closed()


def _open_hold(ana: Told) -> UUID:
    return next(hold.hold_id for hold in ana.state.holds.values() if hold.is_open)


def test_high_suicide_risk_and_the_way_back(house: House) -> None:
    """P5: high on the C-SSRS at night; any four of the five conditions do not open the next dose, the fifth does."""
    ana = house.tells(high_risk_and_back, "Ana Highrisk").given("session 1: integrated")

    ana.when("high on the C-SSRS")
    assert {"high_risk", "plan"} <= ana.closed()
    assert ana.gates()["high_risk"]["opens"]["call"] == "555-0142", "the prescriber on call"
    (first, *_) = ana.on_worklist()
    assert first["group"] == "see_first"
    ana.when("taken on")
    assert ana.says("Dr. Rivera"), "by name, for everybody to see"
    for beat in ("reassessed", "a safety plan is made", "no longer high", "eligible anew"):
        ana.when(beat)
        assert "high_risk" in ana.closed(), beat
    assert ana.closed() & {"high_risk", "plan", "safety_review"} == {"high_risk", "plan"}, "four of five do not do"
    ana.when("the plan is resumed")
    assert "high_risk" not in ana.closed()
    assert "All five conditions of the way back are met." in ana.gates()["high_risk"]["facts"]
