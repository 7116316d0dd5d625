"""The page of a dosing session: one open step, what keeps it shut, and the way through."""

from tests.api.clinic import Clinic
from tests.api.dosing_day import Day


def test_a_session_goes_through_its_six_steps(clinic: Clinic) -> None:
    day = Day(clinic).dosed()
    page = clinic.therapist.get(day.href).text
    assert "Monitoring and vitals" in page
