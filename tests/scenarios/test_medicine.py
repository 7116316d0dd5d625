"""The tablets at home: another strength than ordered, or fewer than there should be."""

from deploy.demo.incidents.medicine import bladder, tablets_missing, wrong_strength
from tests.scenarios.house import House


def test_a_pharmacy_mix_up_found_by_inventory(house: House) -> None:
    """The patient counts tablets of 50 mg where 100 are ordered: no dose that day, and nobody is blamed."""
    ana = house.tells(wrong_strength, "Ana Pharmacy").given("session 1: booked")

    ana.when("the patient counts")
    facts = ana.gates()["tablets"]["facts"]
    assert "100 mg: 6 dispensed, 0 taken, 0 destroyed, 0 on hand: 6 fewer than that makes." in facts
    assert "50 mg: 6 on hand; nobody recorded how many were dispensed." in facts
    assert "tablets" in ana.flags()
    ana.when("the label is read")
    refused = house.therapist.clears(ana, 1, dose_mg=100)
    assert refused.missing("label") == "tablets of 100 mg"
    assert "The label says 50 mg, the plan 100 mg." in refused.closed["label"]["facts"]
    ana.when("held without a dose")
    assert "DoseTaken" not in ana.in_feed()


def test_tablets_are_missing(house: House) -> None:
    """Y1: six dispensed, two taken, two on hand. A question to ask; the next prescription waits for the answer."""
    ana = house.tells(tablets_missing, "Ana Missing").given("session 2: called the next day")

    ana.when("the patient counts")
    gate = ana.gates()["tablets"]
    assert "100 mg: 6 dispensed, 2 taken, 0 destroyed, 2 on hand: 2 fewer than that makes." in gate["facts"]
    assert "tablets" not in ana.closed(), "it informs, and keeps nobody from a dose"
    (asked,) = [one for one in ana.on_worklist() if one["decision"] == "explain_tablets"]
    assert asked["fact"] == "Ask about the tablets"

    more = {"reference": "RX-9001", "strength_mg": 100, "quantity": 6, "issued_on": ana.story.day(34)}
    house.travel(days=1)
    assert "does not add up" in house.prescriber.does(ana, "record_prescription", **more).why
    answer = {"because": "lost", "note": "Two fell into the sink; the partner was there."}
    report_id = next(iter(ana.state.inventory_reports))
    assert house.prescriber.does(ana, "explain_tablets", report_id=report_id, **answer).is_recorded
    assert house.prescriber.does(ana, "record_prescription", **more).is_recorded
    assert ana.gates()["tablets"]["is_open"]


def test_urinary_symptoms_worse_than_at_the_start(house: House) -> None:
    """U1: none at the intake, three times a night now: no dose until a prescriber has looked; then it is a note."""
    ana = house.tells(bladder, "Ana Nights").given("session 2: called the next day")

    ana.when("the nights are worse")
    assert ana.gates()["urinary"]["missing"] == "a prescriber's look at the urinary symptoms"
    report_id = ana.story.id("symptoms")
    house.therapist.does(ana, "review_symptoms", report_id=report_id, note="Sounds harmless.")
    assert "urinary" in ana.closed(), "a therapist's look is not enough"
    ana.when("the prescriber has looked")
    assert "urinary" not in ana.closed()
