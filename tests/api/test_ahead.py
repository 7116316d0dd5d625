"""What ends soon stands on the pages of those who can do something about it, long before it closes a dose."""

from datetime import date, timedelta

from domain.clinician.clinician import CLINICIAN
from domain.clinician.record_licence import RecordLicence, record_licence
from domain.clinician.withdraw_licence import WithdrawLicence, withdraw_licence
from tests.api.clinic import ZONE, Clinic
from tests.api.course import ready_to_dose


def ends(clinic: Clinic, day: date) -> None:
    """Dr. Rivera's licence in California ends on that day."""
    body = {"profession_role": "prescriber", "state": "CA", "licence_number": "X-4711", "expires_on": day}
    order = RecordLicence.model_validate(body)
    clinic.decide(CLINICIAN, clinic.rivera.actor_id, record_licence, order)
    clinic.catch_up()


def test_a_licence_that_ends_is_shown_to_its_holder_to_coordination_and_on_the_course(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    today = clinic.now.astimezone(ZONE).date()
    ends(clinic, today + timedelta(days=61))
    assert "Your licence" not in clinic.prescriber.get("/worklist").text
    assert "Licences that end" not in clinic.coordinator.get("/coordination").text
    ends(clinic, today + timedelta(days=60))
    assert "Your licence as a prescriber in CA ends" in clinic.prescriber.get("/worklist").text
    coordination = clinic.coordinator.get("/coordination").text
    assert "Licences that end" in coordination
    assert "in 60 days" in coordination
    assert "Dr. Rivera: licence in CA ends" in clinic.therapist.get(course.href).text
    withdrawn = WithdrawLicence.model_validate(
        {"profession_role": "prescriber", "state": "CA", "because": "suspended", "from_on": today}
    )
    clinic.decide(CLINICIAN, clinic.rivera.actor_id, withdraw_licence, withdrawn)
    clinic.catch_up()
    assert "ended 1 day ago" in clinic.coordinator.get("/coordination").text


def test_the_legal_basis_is_shown_from_60_days_before_its_end(clinic: Clinic) -> None:
    clinic.now = clinic.now.replace(year=2026, month=10, day=31)
    assert "Federal telemedicine flexibilities" not in clinic.therapist.get("/caseload").text
    clinic.now = clinic.now.replace(month=11, day=28)
    for page in (clinic.therapist.get("/caseload"), clinic.coordinator.get("/coordination")):
        assert (
            "Federal telemedicine flexibilities for controlled substances: until 31 Dec 2026, in 33 days." in page.text
        )
    assert "33 days left" in clinic.therapist.get("/protocol").text
