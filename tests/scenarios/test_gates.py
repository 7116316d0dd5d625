"""Each gate closes and opens again, by the acts of the people whose move it is."""

import pytest

from tests.scenarios.gate_acts import Pair, remote
from tests.scenarios.gate_pairs import AFTER_THE_DOSE, ON_THE_DAY, STANDING
from tests.scenarios.house import House


@pytest.mark.parametrize("pair", [*STANDING, *ON_THE_DAY, *AFTER_THE_DOSE], ids=lambda pair: pair.gate)
def test_each_gate_closes_and_opens_again(house: House, pair: Pair) -> None:
    """Closed by what happened, open by what its own words ask for."""
    ana = house.tells(remote, f"Ana Gate {pair.gate}", begins_on=pair.begins_on).given(pair.since)

    pair.closes(house, ana)
    assert pair.gate in pair.asked(house, ana)
    pair.opens(house, ana)
    assert pair.gate not in pair.asked(house, ana)


def test_the_next_dose_is_the_prescribers(house: House) -> None:
    """D6: the therapist asks for 150 mg where 100 are ordered; the prescriber sets 150 with a reason, and it opens."""
    ana = house.tells(remote, "Ana Gate dose").given("session 1: measured")

    assert house.therapist.clears(ana, 1, dose_mg=150).missing("dose_as_ordered")
    ordered = {"plan_id": ana.state.plan_id, "next_dose_mg": 150, "reason": "Tolerated well elsewhere."}
    assert house.prescriber.does(ana, "set_next_dose", **ordered).is_recorded
    assert "DoseCleared" in house.therapist.clears(ana, 1, dose_mg=150).events
