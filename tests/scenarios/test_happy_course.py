"""The course that goes well: eight dosing sessions, from the referral to the discharge."""

from collections import Counter

import pytest

from deploy.demo.ordinary_course import ordinary
from tests.scenarios.house import House


@pytest.mark.parametrize("way", ["remote", "in_person"])
def test_eight_dosing_sessions_from_referral_to_discharge(house: House, way: str) -> None:
    """Ana is referred with a PHQ-9 of 18 and discharged with 4, eight doses later."""
    ana = house.tells(ordinary(18, 4, way=way), f"Ana {way.replace('_', '').capitalize()}")

    ana.when("referred")
    assert ana.on_caseload()["phase"] == "Referred"
    assert "eligibility" in ana.closed()
    assert "plan" in ana.closed()
    ana.given("planned")
    assert ana.closed() == {"preparation", "companion"}, "what is left is the preparation, and who will be there"

    ana.given("session 1: asked")
    assert house.therapist.clears(ana, 1, dose_mg=100).missing("vitals") == "vitals before the dose"
    ana.when("session 1: called the next day")
    assert ana.says("100 mg")
    assert "integration" in ana.closed(), "no second dose before the first is integrated"
    ana.given("session 2: called the next day")
    assert "follow_up" in ana.closed(), "after two doses the prescriber sees the patient"

    ana.when("followed up")
    assert ana.closed() >= {"follow_up"}, "a visit alone is not enough"
    ana.when("amended")
    assert "follow_up" not in ana.closed(), "the plan now says how many more"

    ana.given("session 8: asked")
    ana.when("session 8: released")
    ana.when()
    assert ana.says("discharged the patient: course completed")
    assert not ana.on_caseload(), "a closed course is on nobody's caseload"

    told = Counter(ana.in_feed())
    assert told["DoseTaken"] == 8 + 3, "eight first parts and three boosters"
    assert told["SessionEnded"] == 8
    assert told["IntegrationCompleted"] == 8
    assert told["PatientDischarged"] == 1
    assert told["DeviationNoted"] == 0
