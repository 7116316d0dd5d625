"""What is marked as a record of substance use (42 CFR Part 2), whoever records it and however it is mended."""

from uuid import uuid4

import pytest

from domain.derived import derived_id
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.eligibility.eligibility import SUBSTANCE_USE
from domain.episode.eligibility.find_contraindication import find_contraindication
from domain.episode.eligibility.resolve_contraindication import resolve_contraindication
from domain.episode.outcome.correct_outcome import correct_outcome
from domain.episode.outcome.import_outcome import import_outcome
from domain.episode.outcome.outcomes import ImportedFrom
from domain.episode.outcome.record_outcome import OutcomeRecorded, record_outcome
from domain.episode.safety.grant_override import OverrideGranted
from domain.episode.safety.note_deviation import note_deviation
from domain.event import EVENTS
from domain.instrument import ids, load
from domain.protocol.shipped import document
from domain.sealed import Sealed
from domain.sensitivity import Sensitivity
from tests.domain.episode.course.in_error import marking
from tests.domain.given import Scenario, given
from tests.domain.people import LINDQVIST, PROTOCOL, local, sealed
from tests.situations import PREPARED

ABOUT_IT = {"audit", "audit-c", "dast-10"}


def marks(scenario: Scenario) -> list[str]:
    return [event.guarded_as for event in scenario.events]


def recorded(instrument: str) -> Scenario:
    total = None if load(instrument).triage else load(instrument).lowest
    answers = (0, 0, None, None, None, 0, None) if total is None else None
    return given(PREPARED).when(
        record_outcome,
        outcome_id=derived_id("outcome", instrument),
        instrument=instrument,
        taken_at=local("2026-03-12 09:00"),
        total=total,
        answers=answers,
    )


@pytest.mark.parametrize("instrument", ids())
def test_results_about_drinking_and_drugs_are_marked_and_no_others(instrument: str) -> None:
    guarded = Sensitivity.SUBSTANCE_USE if instrument in ABOUT_IT else Sensitivity.STANDARD
    assert marks(recorded(instrument)) == [guarded]


def test_a_correction_and_an_import_are_marked_like_the_result() -> None:
    corrected = recorded("audit").when(
        correct_outcome, outcome_id=derived_id("outcome", "audit"), total=9, reason=Sealed.of("A slip")
    )
    assert marks(corrected) == [Sensitivity.SUBSTANCE_USE]
    file = ImportedFrom(source="scores.csv", file_sha256="0" * 64, row=2)
    imported = given(PREPARED).when(
        import_outcome,
        outcome_id=derived_id("outcome", "imported"),
        instrument="dast-10",
        taken_at=local("2025-03-12 09:00"),
        total=4,
        imported=file,
    )
    assert marks(imported) == [Sensitivity.SUBSTANCE_USE]


def test_uncontrolled_substance_use_as_a_contraindication_is_marked() -> None:
    assert PROTOCOL.contraindication(SUBSTANCE_USE) is not None
    found = given(PREPARED).when(find_contraindication, code=SUBSTANCE_USE)
    assert marks(found)[0] == Sensitivity.SUBSTANCE_USE
    resolved = found.when(resolve_contraindication, code=SUBSTANCE_USE, evidence=Sealed.of("Sober for a year"))
    assert marks(resolved) == [Sensitivity.SUBSTANCE_USE]
    other = given(PREPARED).when(find_contraindication, code="uncontrolled_hypertension")
    assert marks(other)[0] == Sensitivity.STANDARD


@pytest.mark.parametrize("protocol", [("kap-core", "2"), ("spravato-style", "1")])
def test_every_listed_contraindication_that_is_a_use_disorder_is_marked(protocol: tuple[str, str]) -> None:
    listed = [one for one in document(*protocol)["contraindications"] if "use disorder" in one["name"]]
    assert {one["code"] for one in listed} == {SUBSTANCE_USE, "opioid_use_disorder"}
    for one in listed:
        assert marks(given(PREPARED).when(find_contraindication, code=one["code"]))[0] == Sensitivity.SUBSTANCE_USE


@pytest.mark.parametrize("instrument", ["audit", "phq-9"])
def test_a_result_marked_in_error_is_marked_like_the_result(instrument: str) -> None:
    wrong = marking(recorded(instrument), OutcomeRecorded, LINDQVIST)
    assert marks(wrong)[0] == (Sensitivity.SUBSTANCE_USE if instrument == "audit" else Sensitivity.STANDARD)


@pytest.mark.parametrize(
    ("kind", "leaves"), [("ContraindicationFound", False), ("OutcomeRecorded", False), ("VitalsRecorded", True)]
)
def test_what_an_earlier_release_marked_in_error_leaves_as_ids_where_it_may_have_been_guarded(
    kind: str, leaves: bool
) -> None:
    at, reason = local("2026-03-12 09:00"), sealed("Ben's")
    marked = EntryMarkedInError(entry_id=uuid4(), entry_stored_as=kind, entry_occurred_at=at, reason=reason)
    assert marked.leaves_in_full is leaves
    assert marked.model_copy(update={"entry_sensitivity": "standard"}).leaves_in_full


@pytest.mark.parametrize(("rule", "leaves"), [("+alcohol_thc", False), ("+intoxicated", False), ("+fasting", True)])
def test_that_a_rule_about_drinking_was_broken_or_passed_over_leaves_as_ids(rule: str, leaves: bool) -> None:
    assert note_deviation(rule, "closed_gate", uuid4()).leaves_in_full is leaves
    passed_over = OverrideGranted(
        override_id=uuid4(),
        rule=rule,
        session_id=uuid4(),
        reason=sealed("Known to us"),
        values_seen=(),
        expires_at=local("2026-03-12 09:00"),
    )
    assert passed_over.leaves_in_full is leaves


def test_no_event_is_guarded_less_than_its_class() -> None:
    """What a class guards is the floor: a note stays a note."""
    widened = [kind for kind in EVENTS.values() if "guarded_as" in vars(kind)]
    assert widened
    assert {kind.sensitivity for kind in widened} == {Sensitivity.STANDARD.value}
