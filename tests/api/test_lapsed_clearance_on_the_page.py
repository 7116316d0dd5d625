"""A go that no longer stands is not shown as one: the page asks what the record of a dose would ask."""

from tests.api.clinic import Clinic
from tests.api.dosing_day import Day


def test_a_newer_set_out_of_limits_takes_the_go_off_the_page(clinic: Clinic) -> None:
    day = Day(clinic).start().ask().measure()
    day.record("clear_to_dose")
    assert "cleared until" in clinic.therapist.get(day.href).text
    clinic.travel(minutes=3)
    day.measure(170, query="?step=2&task=vitals")
    assert "cleared until" not in clinic.therapist.get(day.href).text
