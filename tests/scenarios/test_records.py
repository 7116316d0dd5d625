"""Entries that were wrong, late, or made while nothing worked: nothing is lost, nothing doubled, both times shown."""

from datetime import timedelta

from deploy.demo.incidents.groups import in_a_group, typed_under_another
from deploy.demo.incidents.records import consent_signed_after, emergency_on_paper, wrong_patient
from tests.scenarios.house import House


def test_an_emergency_with_the_server_down(house: House) -> None:
    """E2: dose, checks, vitals and transfer are entered from paper in the evening; no gate refuses, none is doubled."""
    ana = house.tells(emergency_on_paper, "Ana Paper").given("cleared, and the server goes down")

    ana.when("entered from paper")
    assert ana.on_worklist()[0]["group"] == "see_first"
    ana.when("the alert is taken on")
    dose = ana.line("DoseTaken")
    taken_at, recorded_at = dose["occurred_at"], dose["recorded_at"]
    assert taken_at < recorded_at
    assert any(text["text"].startswith("The server was down") for line in ana.timeline() for text in line["texts"])
    session = ana.state.sessions[ana.dosing(1)]
    assert session.ended_as == "emergency_transfer"
    assert session.total_mg == 100
    assert {"hold", "adverse_events", "plan"} <= ana.closed(), "suspended until a prescriber has looked"

    assert "recorded Wed 18 Mar 19:05" in house.therapist.page(f"{ana.href}/sessions/1").replace("today", "Wed 18 Mar")
    taken = ana.story.at(16, "14:00")
    assert "100 mg taken" in ana.known(as_of=taken), "it had happened"
    assert "mg taken" not in ana.known(known_at=taken + timedelta(hours=1)), "and nobody could read it yet"

    before = len(ana.in_feed())
    assert ana.sends_again("record_dose"), "the browser sends once more what it had kept"
    assert len(ana.in_feed()) == before
    assert len(ana.state.sessions[ana.dosing(1)].doses) == 1


def test_a_consent_signed_after_the_dose(house: House) -> None:
    """C1: a signature at 14:20 covers no dose of 14:00, and none before the patient may drive again."""
    ana = house.tells(consent_signed_after, "Ana Forgot").given("session 1: booked")

    ana.at(16, "13:30")
    refused = house.therapist.opens(ana, 1)
    assert "not signed" in " ".join(refused.closed["consent"]["facts"])
    ana.when("dosed without consent")
    deviations = [line["sentence"] for line in ana.timeline() if line["stored_as"] == "DeviationNoted"]
    assert any("onsent" in said for said in deviations), deviations

    ana.when("signed after the dose")
    assert "after a dose" in " ".join(ana.gates()["consent"]["facts"])
    ana.given("session 1: called the next day")
    assert "consent" in ana.closed(), "it does not begin to count by waiting"


def test_an_entry_made_for_the_wrong_patient(house: House) -> None:
    """W1: a questionnaire of somebody else, marked in error: it stays to be read, and counts no longer."""
    ana = house.tells(wrong_patient, "Ana Wrong").given("session 2: called the next day")
    before = ana.on_caseload()["measure"]["last"]

    ana.when("another patient's questionnaire is entered")
    assert ana.on_caseload()["measure"]["last"] == 3
    ana.given("marked in error")
    assert ana.on_caseload()["measure"]["last"] == before
    assert any(line["stored_as"] == "OutcomeRecorded" and line["corrected_in"] for line in ana.timeline())


def test_a_dose_typed_under_the_wrong_patient(house: House) -> None:
    """W1: in a group Ada's dose is typed under Ben; marked in error there, entered here with the time it was taken."""
    ada = house.tells(in_a_group, "Ada Group").given("session 1: measured")
    ben = house.tells(typed_under_another, "Ben Group").given("session 1: measured")
    together = house.therapist.page(f"{ada.href}/sessions/1/group")
    assert all(one.name in together for one in (ada, ben)), "both on one page, each under their own name"

    taken_at = house.now = ada.story.at(16, "09:59")
    assert house.therapist.clears(ada, 1, dose_mg=100).is_recorded
    ben.when("another patient's dose is typed here")
    assert ben.state.sessions[ben.dosing(1)].total_mg == 100
    ben.when("marked in error")
    why = "First typed under another patient."
    assert house.therapist.doses(ada, 1, dose_mg=100, taken_at=taken_at, late_reason=why).is_recorded

    assert ben.state.sessions[ben.dosing(1)].total_mg == 0, "count and interval are Ben's own again"
    assert ada.state.sessions[ada.dosing(1)].last_dose_at == taken_at
    assert [line for line in ben.timeline() if line["stored_as"] == "DoseTaken" and line["corrected_in"]]
    assert ben.says("in error")
    assert ada.says("100 mg")
    ben.when("session 1: dosed")
    assert ben.state.sessions[ben.dosing(1)].total_mg == 100
