"""The tablets at home: another strength than ordered, or fewer than there should be."""

from deploy.demo.incidents.medicine import tablets_missing, wrong_strength
from tests.scenarios.house import House


def test_a_pharmacy_mix_up_found_by_inventory(house: House) -> None:
    """The patient counts tablets of 50 mg where 100 are ordered: no dose that day, and nobody is blamed."""
    ana = house.tells(wrong_strength, "Ana Pharmacy").given("session 1: booked")

    ana.when("the patient counts")
    assert ana.says("50 mg")
    ana.when("the label is read")
    refused = house.therapist.clears(ana, 1, dose_mg=100)
    assert refused.missing("label") == "tablets of 100 mg"
    assert "The label says 50 mg, the plan 100 mg." in refused.closed["label"]["facts"]
    ana.when("held without a dose")
    assert "DoseTaken" not in ana.in_feed()


def test_tablets_are_missing(house: House) -> None:
    """Y1: six dispensed, two taken, two on hand; the difference is shown."""
    ana = house.tells(tablets_missing, "Ana Missing").given("session 2: called the next day")

    ana.when("the patient counts")
    assert ana.says("100 mg")
