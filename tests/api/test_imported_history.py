"""Imported history on lists and pages: scores of long ago, nothing ahead, nobody seen."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.episode.episode import EPISODE
from domain.episode.outcome.import_outcome import ImportOutcome, import_outcome
from domain.episode.outcome.outcomes import ImportedFrom
from domain.episode.referral.import_history import ImportHistory, import_history
from domain.sealed import Sealed
from tests.api.clinic import Clinic
from tests.api.course import Course, referred
from tests.api.pages_read import Read

LONG_AGO = timedelta(days=20 * 365)
FILE = "0" * 64
BASIS = "Federal telemedicine flexibilities"


@pytest.fixture
def imported(clinic: Clinic) -> Course:
    """Three scores of twenty years ago, in the care of Dr. Lindqvist, on a day when a legal basis ends soon."""
    clinic.now = clinic.now.replace(month=11, day=28)
    episode_id = uuid4()
    first = clinic.now - LONG_AGO
    history = ImportHistory(
        occurred_at=first,
        patient_id=uuid4(),
        reference="BTHEB-0001",
        source="scores.csv",
        file_sha256=FILE,
        name=Sealed.of("btheb 1"),
    )
    clinic.decide(EPISODE, episode_id, import_history, history)
    therapist = {"clinician_id": str(clinic.lindqvist.actor_id), "role": "therapist"}
    clinic.coordinator.recorded(episode_id, "assign_care_team_member", **therapist)
    for place, total in enumerate((29, 14, 2)):
        outcome = ImportOutcome(
            outcome_id=uuid4(),
            instrument="bdi-ii",
            taken_at=first + timedelta(days=60 * place),
            total=total,
            imported=ImportedFrom(source="scores.csv", file_sha256=FILE, row=place + 2),
        )
        clinic.decide(EPISODE, episode_id, import_outcome, outcome)
    clinic.catch_up()
    return Course(clinic, episode_id)


def test_a_list_of_imported_history_says_nothing_of_doses_ahead_or_visits_to_come(
    clinic: Clinic, imported: Course
) -> None:
    del imported
    pages = [
        clinic.therapist.get(f"/caseload?show={show}").text for show in ("all", "needs_me")
    ]  # fmt: skip
    pages += [clinic.coordinator.get("/coordination").text, clinic.prescriber.get("/worklist").text]
    assert not [page for page in pages if BASIS in page]
    (row,) = Read(pages[0]).rows
    assert "not recorded no plan" in row
    assert "not yet" not in row


def test_one_course_under_way_beside_it_brings_the_legal_basis_back(clinic: Clinic, imported: Course) -> None:
    del imported
    referred(clinic)
    for page in (clinic.therapist.get("/caseload?show=flagged"), clinic.coordinator.get("/coordination")):
        assert BASIS in page.text


def test_the_charts_end_with_the_history_and_not_today(clinic: Clinic, imported: Course) -> None:
    page = clinic.therapist.get(imported.href).text
    taken = (clinic.now - LONG_AGO).year
    assert f"{taken}</text>" in page or f"{taken + 1}</text>" in page
    assert str(clinic.now.year - 1) not in page
    assert ">today</text>" not in page
