"""Opening an episode for imported history."""

from typing import Any

from domain.derived import derived_id
from domain.episode.referral.import_history import EpisodeHoldsAnotherPatient, HistoryImported, import_history
from domain.episode.refusals import EpisodeIsImported
from domain.episode.team.take_patient_from_pool import take_patient_from_pool
from tests.domain.given import given
from tests.domain.people import RIVERA, sealed
from tests.situations import REFERRED

PATIENT = derived_id("patient", "btheb", 1)
ORDER: dict[str, Any] = {
    "patient_id": PATIENT,
    "reference": "BTHEB-001",
    "source": "btheb.csv",
    "file_sha256": "ab" * 32,
    "name": "Patient 1",
}


def test_history_opens_an_episode_without_a_referral() -> None:
    imported = given().when(import_history, **ORDER)
    imported.then(HistoryImported(**(ORDER | {"name": sealed("Patient 1")}), adult=True))
    state = imported.state
    assert (state.is_imported, state.referred_at, state.reference) == (True, None, "BTHEB-001")


def test_the_same_patient_again_records_nothing_new() -> None:
    given().when(import_history, **ORDER).when(import_history, **(ORDER | {"file_sha256": "cd" * 32})).then()


def test_an_episode_holds_one_patient() -> None:
    given(REFERRED).when(import_history, **ORDER).refused(EpisodeHoldsAnotherPatient)


def test_no_care_is_decided_in_imported_history() -> None:
    given().when(import_history, **ORDER).when(take_patient_from_pool, by=RIVERA).refused(EpisodeIsImported)
