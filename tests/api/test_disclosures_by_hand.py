"""Records given away by hand: recorded on a form, told in the timeline, listed for compliance, sealed elsewhere."""

import pytest

from tests.api.clinic import Browser, Clinic
from tests.api.course import Course, referred
from tests.api.forms_driven import fill

RECIPIENT, PURPOSE = "Finch and Sons", "Claim 4471 against the insurer"


def given_away(clinic: Clinic, by: Browser) -> Course:
    course = referred(clinic)
    sent = fill(
        by,
        f"{course.href}/record-disclosure",
        kind="court",
        recipient=RECIPIENT,
        means="mail",
        parts=["outcomes"],
        with_substance_use="true",
        ground="subpoena",
        purpose=PURPOSE,
    )
    assert sent.status_code == 303, sent.text
    clinic.catch_up()
    return course


def test_compliance_finds_it_with_its_ground_and_opens_the_name_for_a_purpose(clinic: Clinic) -> None:
    course = given_away(clinic, clinic.coordinator)
    listed = clinic.compliance.get("/disclosures").text
    for words in (course.state.reference, "Court: outcomes and something about substance use", "Subpoena",
                  "No consent stood: release of records of substance use", "told to the patient who asks"):  # fmt: skip
        assert words in listed
    assert RECIPIENT not in listed
    assert PURPOSE not in listed
    for about in (course.episode_id, course.state.patient_id):
        found = clinic.compliance.get("/disclosures", params={"stream": str(about)}).text
        assert course.state.reference in found
        assert "are shown" not in found
    for nothing in ({"since": "2027-01-01"}, {"purpose": "research"}, {"stream": str(clinic.network_id)}):
        assert course.state.reference not in clinic.compliance.get("/disclosures", params=nothing).text, nothing
    told = clinic.therapist.get(course.href).text
    assert "disclosed records to somebody outside (court) on a subpoena" in told
    assert RECIPIENT in told


def test_a_list_that_is_cut_says_so(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that leaves something out in silence would be taken for whole."""
    monkeypatch.setattr("api.pages.disclosures.SHOWN", 1)
    course = given_away(clinic, clinic.coordinator)
    again = fill(
        clinic.coordinator,
        f"{course.href}/record-disclosure",
        kind="insurer",
        recipient=RECIPIENT,
        means="fax",
        parts=["plan"],
        with_substance_use="false",
        ground="payment",
        purpose=PURPOSE,
    )
    assert again.status_code == 303, again.text
    clinic.catch_up()
    found = clinic.compliance.get("/disclosures", params={"stream": str(course.episode_id)}).text
    assert "Only the latest 1 of 2 are shown." in found


def test_what_is_missing_is_said_beside_its_field(clinic: Clinic) -> None:
    course = referred(clinic)
    back = fill(clinic.therapist, f"{course.href}/record-disclosure", kind="court", recipient=RECIPIENT, means="mail")
    assert back.status_code == 422
    for words in ("Say what was given.", "Say whether something about drinking or drugs", "Say for what."):
        assert words in back.text
    assert RECIPIENT in back.text
