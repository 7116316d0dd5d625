"""Records given away by hand: to whom, what, on which ground, and whether the consent stood that it rests on."""

from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.consent.sign_consent import ConsentSigned, sign_consent
from domain.episode.consent.withdraw_consent import withdraw_consent
from domain.episode.course.discharge_patient import discharge_patient
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.disclosure.disclosure import DisclosureGround
from domain.episode.disclosure.record_disclosure import RecordDisclosed, record_disclosure
from domain.sealed import Sealed
from domain.sensitivity import Sensitivity
from domain.subscriber.subscriber import Purpose
from tests.domain.given import Scenario, given
from tests.domain.people import LINDQVIST, OKAFOR, local
from tests.situations import PREPARED

ID = derived_id("disclosure", 1)
GIVEN: dict[str, Any] = {
    "disclosure_id": ID,
    "at": local("2026-03-14 11:00"),
    "kind": "lawyer",
    "recipient": Sealed.of("Orla Finch, Finch and Sons"),
    "parts": ["outcomes", "intake"],
    "with_substance_use": False,
    "ground": "authorisation",
    "purpose": Sealed.of("Her claim against the insurer"),
    "means": "mail",
}


def disclosed(scenario: Scenario, **changes: Any) -> Scenario:
    return scenario.when(record_disclosure, by=OKAFOR, now="2026-03-15 10:00", **(GIVEN | changes))


def signed(consent_type: str, at: str = "2026-03-13 09:00") -> Scenario:
    order = {"consent_type": consent_type, "text_version": 1, "method": "paper"}
    return given(PREPARED).when(sign_consent, by=OKAFOR, now=at, **order)


def missing(scenario: Scenario) -> str | None:
    (event,) = scenario.events
    assert isinstance(event, RecordDisclosed)
    return event.consent_missing


def test_it_is_recorded_once_with_what_left_when_it_left() -> None:
    first = disclosed(signed("release_of_information"))
    first.includes(RecordDisclosed, at=local("2026-03-14 11:00"), consent_missing=None, parts=("intake", "outcomes"))
    disclosed(first).then()
    entry = first.entry(RecordDisclosed)
    again = first.when(mark_in_error, by=OKAFOR, entry=entry, event_id=entry.envelope.event_id, reason="Another's")
    disclosed(again).then()


@pytest.mark.parametrize("consent", ["release_of_information", "substance_use_records"])
def test_what_left_without_its_consent_is_recorded_all_the_same_and_says_so(consent: str) -> None:
    asked = {"with_substance_use": consent == "substance_use_records"}
    assert missing(disclosed(given(PREPARED), **asked)) == consent
    assert missing(disclosed(signed(consent), **asked)) is None
    assert missing(disclosed(signed(consent, "2026-03-14 11:30"), **asked)) == consent, "signed after it had left"
    withdrawn = signed(consent).when(withdraw_consent, by=OKAFOR, now="2026-03-14 10:00", consent_type=consent)
    assert missing(disclosed(withdrawn, **asked)) == consent


def test_a_general_release_does_not_cover_records_of_substance_use() -> None:
    assert missing(disclosed(signed("release_of_information"), with_substance_use=True)) == "substance_use_records"


@pytest.mark.parametrize("ground", DisclosureGround)
def test_only_a_court_order_or_an_emergency_stands_for_the_consent_to_records_of_substance_use(ground: str) -> None:
    """42 CFR 2.51 and 2.61; a subpoena alone, payment or treatment do not."""
    needs_none = ground in ("court_order", "medical_emergency")
    found = missing(disclosed(given(PREPARED), ground=ground, with_substance_use=True))
    assert found == (None if needs_none else "substance_use_records")


def test_it_can_be_recorded_after_discharge() -> None:
    gone = given(PREPARED).when(discharge_patient, by=LINDQVIST, reason="patient_choice")
    disclosed(gone, ground="court_order").includes(RecordDisclosed, consent_missing=None)


def test_care_and_what_the_patient_agreed_to_are_no_part_of_an_accounting() -> None:
    """45 CFR 164.528(a)(1); everything else is told."""
    left_out = {ground.value for ground in DisclosureGround if not ground.is_accounted_for}
    assert left_out == {"authorisation", "patient_request", "treatment", "payment", Purpose.OPERATIONS.value}


def test_neither_a_disclosure_nor_the_consent_to_one_of_substance_use_reaches_a_subscriber() -> None:
    assert RecordDisclosed.sensitivity == Sensitivity.DISCLOSURE
    marked = {kind: signed(kind).events[0].guarded_as for kind in ("substance_use_records", "research")}
    assert marked == {"substance_use_records": Sensitivity.SUBSTANCE_USE, "research": Sensitivity.STANDARD}


def test_that_a_disclosure_was_marked_in_error_reaches_no_subscriber_either() -> None:
    """Such an event names what was marked."""
    for told in (disclosed(given(PREPARED)), signed("research")):
        entry = told.entry(type(told.events[0]))
        marked = told.when(mark_in_error, by=OKAFOR, entry=entry, event_id=entry.envelope.event_id, reason="Another's")
        is_disclosure = isinstance(entry.event, RecordDisclosed)
        assert marked.events[0].guarded_as == (Sensitivity.DISCLOSURE if is_disclosure else Sensitivity.STANDARD)


def test_consents_stored_before_there_were_more_types_are_read_as_they_are() -> None:
    (event,) = signed("research").events
    payload = event.model_dump(mode="json")
    assert ConsentSigned.upcast(payload, 1) == payload
