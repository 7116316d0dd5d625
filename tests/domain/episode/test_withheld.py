"""A history without records of substance use: nothing of them is left, no entry is missing, no gate opens by it."""

from dataclasses import replace
from uuid import uuid4

import pytest

import domain.episode  # noqa: F401  every event and effect is known
from domain.actor import Role
from domain.derived import derived_id
from domain.episode.consent.consents import ConsentType
from domain.episode.course.discharge_patient import DischargeReason, FinalScore, PatientDischarged
from domain.episode.course.explain_late_entry import LateEntryExplained
from domain.episode.disclosure.disclosure import DisclosureGround, Means, Recipient, RecordPart
from domain.episode.disclosure.record_disclosure import RecordDisclosed
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.find_contraindication import ContraindicationFound, find_contraindication
from domain.episode.eligibility.resolve_contraindication import resolve_contraindication
from domain.episode.episode import EPISODE, EarlierCourse, Episode
from domain.episode.gates import Checkpoint, gates
from domain.episode.outcome.correct_outcome import correct_outcome
from domain.episode.outcome.record_outcome import OutcomeRecorded, record_outcome
from domain.episode.question.answer_question import QuestionAnswered
from domain.episode.question.ask_question import QuestionAsked
from domain.episode.question.question import QuestionTopic
from domain.episode.referral.refer import PatientReferred
from domain.episode.withheld import LEVEL, SOMETHING, EntryWithheld, without_substance_use
from domain.event import EVENTS, Recorded
from domain.protocol.contraindication import ABSOLUTE, RELATIVE
from domain.sealed import Sealed
from tests.domain.episode.course.in_error import marking
from tests.domain.given import Happened, Scenario, given
from tests.domain.people import ADA, LINDQVIST, PROTOCOL, TEST_NETWORK, clinicians, local, sealed
from tests.situations import PREPARED

RELATIVES = frozenset(one.code for one in PROTOCOL.contraindications if not one.is_absolute)
NOW = local("2026-03-16 10:00")


def read(scenario: Scenario, *, tells_of_disclosures: bool = True) -> tuple[Recorded, ...]:
    return without_substance_use(scenario.recorded, relative=RELATIVES, tells_of_disclosures=tells_of_disclosures)


def state(history: tuple[Recorded, ...]) -> Episode:
    episode: Episode = EPISODE.initial
    for event, envelope in history:
        episode = EPISODE.evolve(event, episode, envelope)
    return episode


def gates_of(history: tuple[Recorded, ...]) -> dict[str, bool]:
    asked = gates(
        state(history), Checkpoint.OPEN, now=NOW, protocol=PROTOCOL, network=TEST_NETWORK, clinicians=clinicians()
    )
    return {gate.key.partition(":")[0]: gate.is_open for gate in asked}


def audited() -> Scenario:
    return given(PREPARED).when(
        record_outcome,
        outcome_id=derived_id("outcome", "audit"),
        instrument="audit",
        taken_at=local("2026-03-12 09:00"),
        total=23,
    )


def test_a_history_that_says_nothing_of_it_is_read_as_it_is() -> None:
    assert read(given(PREPARED)) == given(PREPARED).recorded


def test_every_entry_stays_in_its_place_with_its_times_and_who_recorded_it() -> None:
    scenario = audited().when(find_contraindication, code="opioid_use_disorder")
    assert [one.envelope for one in read(scenario)] == [one.envelope for one in scenario.recorded]


def test_a_result_about_drinking_is_withheld_with_all_that_refers_to_it() -> None:
    scenario = marking(audited(), OutcomeRecorded, LINDQVIST)
    entry_id = scenario.entry(OutcomeRecorded).envelope.event_id
    question = QuestionAsked(
        question_id=uuid4(),
        about_entry_id=entry_id,
        topic=QuestionTopic.SAFETY,
        question=sealed("23?"),
        role=Role.THERAPIST,
    )
    answer = QuestionAnswered(question_id=question.question_id, answer=sealed("23."))
    history = read(scenario.after([Happened(question), Happened(answer)]))
    assert [type(one.event) for one in history[-4:]] == [EntryWithheld] * 4
    assert "total=23" in str(scenario.recorded)
    assert "total=23" not in str(history)
    found = state(history)
    assert (found.outcomes, found.questions) == ({}, {})
    assert entry_id in found.in_error, "what a mark takes out stays taken out"


def test_a_result_about_drinking_settles_what_was_due_and_tells_no_score() -> None:
    corrected = audited().when(
        correct_outcome, outcome_id=derived_id("outcome", "audit"), total=31, reason=Sealed.of("A slip")
    )
    for scenario in (audited(), corrected):
        (outcome,) = state(read(scenario)).outcomes.values()
        assert (outcome.total, outcome.answers, outcome.level) == (None, None, LEVEL)
        assert [one.key for one in due_in(read(scenario))] == [one.key for one in due_in(scenario.recorded)]


def due_in(history: tuple[Recorded, ...]) -> tuple[Obligation, ...]:
    return tuple(obligations(state(history), now=NOW, protocol=PROTOCOL, network=TEST_NETWORK))


def test_why_a_withheld_entry_came_late_is_withheld_with_it_and_no_other_reason() -> None:
    late = LateEntryExplained(reason=sealed("He came drunk"))
    for scenario, kind in ((audited(), EntryWithheld), (given(PREPARED), LateEntryExplained)):
        after = scenario.after([Happened(late)])
        last, reason = after.recorded[-2:]
        together = reason.envelope._replace(command_id=last.envelope.command_id)
        told = replace(after, recorded=(*after.recorded[:-1], Recorded(late, together)))
        assert type(read(told)[-1].event) is kind


@pytest.mark.parametrize(
    ("code", "name"), [("uncontrolled_substance_use", ABSOLUTE), ("opioid_use_disorder", RELATIVE)]
)
def test_a_finding_keeps_its_weight_and_loses_its_name(code: str, name: str) -> None:
    scenario = given(PREPARED).when(find_contraindication, code=code)
    history = read(scenario)
    assert set(state(history).contraindications) == {name}
    assert code not in str(history)
    assert gates_of(history) == gates_of(scenario.recorded)
    assert not all(gates_of(history).values())
    resolved = scenario.when(resolve_contraindication, code=code, evidence=Sealed.of("Sober for a year"))
    assert state(read(resolved)).unresolved_contraindications == frozenset()
    in_error = marking(scenario, ContraindicationFound, second_person_id=LINDQVIST.actor_id, clinicians=clinicians())
    assert state(read(in_error)).contraindications == {}


def test_what_speaks_of_it_inside_an_ordinary_entry_gives_way_to_that_it_is_withheld() -> None:
    earlier = EarlierCourse(
        contraindications=("uncontrolled_hypertension", "uncontrolled_substance_use"),
        serious_adverse_events=("hypertensive_crisis",),
    )
    referral = given(PREPARED).entry(PatientReferred).event
    told = read(given(referral.model_copy(update={"diagnoses": ("F33.2", "F10.20"), "earlier": earlier})))[0].event
    assert isinstance(told, PatientReferred)
    assert told.diagnoses == ("F33.2", SOMETHING)
    assert told.earlier.contraindications == ("uncontrolled_hypertension", ABSOLUTE)
    assert told.earlier.serious_adverse_events == earlier.serious_adverse_events
    assert set(state(read(given(referral.model_copy(update={"earlier": earlier})))).contraindications) == {
        "uncontrolled_hypertension",
        ABSOLUTE,
    }


def test_eligibility_keeps_what_it_weighed_beside_it() -> None:
    eligible = given(PREPARED).entry(EligibilityDetermined).event
    weighed = eligible.model_copy(update={"relative": ("cystitis", "opioid_use_disorder")})
    (told,) = read(given(weighed))
    assert isinstance(told.event, EligibilityDetermined)
    assert told.event.relative == ("cystitis", RELATIVE)


def test_scores_at_discharge_go_without_those_about_drinking() -> None:
    scores = tuple(FinalScore(instrument=name, total=6, taken_on=NOW.date()) for name in ("phq-9", "audit"))
    left = PatientDischarged(patient_id=ADA, reason=DischargeReason.COMPLETED, on=NOW.date(), final_scores=scores)
    (told,) = read(given(left))
    assert isinstance(told.event, PatientDischarged)
    assert told.event.final_scores == scores[:1]


def test_only_whoever_accounts_for_disclosures_is_told_that_it_was_among_them() -> None:
    disclosed = RecordDisclosed(
        recipient=sealed("Court"),
        kind=Recipient.COURT,
        parts=(RecordPart.OUTCOMES,),
        with_substance_use=True,
        purpose=sealed("Subpoena"),
        ground=DisclosureGround.SUBPOENA,
        consent_missing=ConsentType.SUBSTANCE_USE_RECORDS,
        means=Means.MAIL,
        at=NOW,
        disclosure_id=uuid4(),
    )
    scenario = given(disclosed)
    assert read(scenario) == scenario.recorded
    (told,) = read(scenario, tells_of_disclosures=False)
    assert isinstance(told.event, RecordDisclosed)
    assert (told.event.with_substance_use, told.event.consent_missing) == (False, None)


def test_the_stand_in_is_never_an_event_that_could_be_stored() -> None:
    assert EntryWithheld.stored_as not in EVENTS
