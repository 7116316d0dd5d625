"""The day of a dose, when it does not go as planned."""

from deploy.demo.incidents.medicine import dose_mistyped, swallowed
from deploy.demo.incidents.people import chaperone_leaves, in_another_state
from deploy.demo.incidents.readings import held_by_vitals, pressure_settles
from tests.scenarios.house import House


def test_a_hypertensive_hold_with_recheck(house: House) -> None:
    """172/98 before the first dose closes the gate; a set within the limits, twelve minutes later, opens it."""
    ana = house.tells(pressure_settles, "Ana Pressure").given("session 1: asked")

    ana.when("the pressure is above the limit")
    held = house.therapist.clears(ana, 1, dose_mg=100)
    assert "systolic 172" in held.missing("vitals")
    assert "Recheck from" in held.closed["vitals"]["opens"]["act"]
    assert house.therapist.measures(ana, 1, 138, 84).is_recorded, "kept, though it is too early"
    assert "vitals" in house.therapist.clears(ana, 1, dose_mg=100).closed

    ana.when("the recheck is within the limits")
    ana.when("session 1: dosed")
    assert ana.says("172/98")
    assert ana.says("130/82")
    assert "DeviationNoted" not in ana.in_feed()


def test_a_pressure_that_stays_high_ends_the_day_without_a_dose(house: House) -> None:
    """Three sets above the limit use up the rechecks; only the prescriber could go on, and the session is held."""
    ana = house.tells(held_by_vitals, "Ana Highpressure").given("session 3: asked")

    ana.when("session 3: measured")
    held = house.therapist.clears(ana, 3, dose_mg=150)
    assert held.missing("rechecks") == "a prescriber's release after the last recheck"
    assert any("recheck" in one["fact"].lower() for one in ana.on_worklist()), "the prescriber is told"

    ana.when()
    assert ana.says("held, no dose")
    assert ana.state.sessions[ana.dosing(3)].total_mg == 0
    assert "DoseTaken" not in ana.in_feed()[-10:]


def test_a_remote_session_whose_chaperone_leaves(house: House) -> None:
    """The partner goes 42 minutes after the dose: no booster, no release, until another adult is there."""
    ana = house.tells(chaperone_leaves, "Ana Alone").given("session 1: dosed")

    ana.when("the chaperone has left")
    house.travel(minutes=1)
    house.therapist.measures(ana, 1, 128, 80, phase="during")
    booster = house.therapist.clears(ana, 1, dose_mg=50, part="booster")
    assert "companion_present" in booster.closed, booster
    assert house.therapist.releases(ana, 1).missing("companion_present")
    assert ana.says("chaperone")
    assert ana.on_worklist(), "the prescriber is told"

    ana.when("another adult has come")
    ana.when("two hours have passed")
    ana.when("released")
    assert ana.line("SessionEnded")["sentence"]


def test_a_swallowed_dose(house: House) -> None:
    """The plan says spit and the patient swallows: a deviation, no booster, and an hour longer under observation."""
    ana = house.tells(swallowed, "Ana Swallows").given("session 3: dosed")

    ana.when("swallowed")
    house.travel(minutes=5)
    assert "not_swallowed" in house.therapist.clears(ana, 3, dose_mg=50, part="booster").closed
    house.travel(minutes=110)
    house.therapist.measures(ana, 3, 124, 80, phase="after")
    observed = house.therapist.releases(ana, 3).closed["observation"]
    assert observed["opens"]["act"] == "Wait until 16:56.", "180 minutes after 13:56, not 120"
    assert any(one["reason"].startswith("Swallowed") for one in ana.on_worklist()), "the prescriber is told"

    ana.when()
    assert ana.state.sessions[ana.dosing(3)].ended_as == "released"


def test_a_patient_in_another_state_that_day(house: House) -> None:
    """Nobody here is licensed in Nevada, where the patient is today: the day ends without a dose."""
    ana = house.tells(in_another_state, "Ana Nevada").given("session 1: booked")

    ana.when("ready, but in Nevada")
    refused = house.therapist.clears(ana, 1, dose_mg=100)
    assert refused.missing("licence") == "a prescriber licensed where the patient is"
    assert "NV" in " ".join(refused.closed["therapist"]["facts"])

    ana.when("held without a dose")
    house.travel(days=1)
    assert "licence" not in ana.closed(), "at home everybody is licensed again"


def test_a_wrongly_typed_dose_is_corrected_the_next_day(house: House) -> None:
    """150 mg written for 100: held as over the plan, corrected the next day; both stay to be read."""
    ana = house.tells(dose_mistyped, "Ana Mistyped").given("session 1: asked")
    ana.given("session 1: measured")

    ana.when("150 mg are written down")
    dosed_at = house.now
    assert [one["reason"] for one in ana.on_worklist()] == ["Above cleared, 18 Mar 2026 14:01."], (
        "the prescriber is told"
    )
    ana.given("session 1: called the next day")

    ana.when("the dose is corrected")
    assert ana.state.sessions[ana.dosing(1)].total_mg == 100, "totals follow the new value"
    corrected = ana.line("DoseCorrected")
    assert "150 mg" in corrected["sentence"]
    assert "100 mg" in corrected["sentence"]
    assert ana.line("DoseTaken")["corrected_in"] == [corrected["version"]]
    assert ana.on_worklist()[0]["decision"] == "review_deviation", "a correction answers for nothing by itself"
    assert "150 mg taken" in ana.known(known_at=dosed_at), "what was known that evening can be read again"
