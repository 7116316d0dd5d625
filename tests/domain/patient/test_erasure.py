"""Erasing a patient: two people, a time between them, and what stands in the way."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.referral.refer import PatientWasErased, refer
from domain.network.set_erasure_terms import ErasureTermsSet, set_erasure_terms
from domain.patient.call_off_erasure import ErasureCalledOff, call_off_erasure
from domain.patient.confirm_erasure import (
    ErasureHasToWait,
    PatientErased,
    ProposersDoNotConfirm,
    SignInAgainToErase,
    confirm_erasure,
    erase_again,
)
from domain.patient.correct_patient_details import correct_patient_details
from domain.patient.erasure import LegalBasis
from domain.patient.lift_legal_hold import LegalHoldLifted, NoSuchLegalHold, SignInAgainToLift, lift_legal_hold
from domain.patient.place_legal_hold import LegalHoldPlaced, place_legal_hold
from domain.patient.propose_erasure import ErasureIsProposedAlready, ErasureProposed, propose_erasure
from domain.patient.refusals import (
    AnotherReference,
    EpisodeIsOpen,
    NoErasureIsProposed,
    PatientIsErased,
    PatientIsNotRegistered,
    RecordIsUnderLegalHold,
)
from domain.patient.register_patient import register_patient
from domain.sensitivity import Sensitivity
from tests.domain.given import Scenario, given
from tests.domain.people import LINDQVIST, PARK, TEST_NETWORK, local, person, sealed

STEIN = person("stein", Role.COMPLIANCE)
"""The second person of compliance."""
ERASURE, HOLD = derived_id("erasure", 1), derived_id("hold", 1)
PROPOSED_ON, WAITED = "2026-03-10 09:00", "2026-03-24 09:00"
PROPOSAL: dict[str, Any] = {
    "erasure_id": ERASURE,
    "reference": "KAP-0012",
    "legal_basis": "retention_period_over",
    "reason": "Seven years after the last visit.",
}
CONFIRMED: dict[str, Any] = {"erasure_id": ERASURE, "reference": "KAP-0012", "by": STEIN}


def registered() -> Scenario:
    return given(stream="patient").when(
        register_patient, reference="KAP-0012", name="Ada Example", birth_date=date(1984, 3, 11)
    )


def proposed(**changed: Any) -> Scenario:
    return registered().when(propose_erasure, by=PARK, now=PROPOSED_ON, **(PROPOSAL | changed))


def on_hold() -> Scenario:
    return proposed().when(place_legal_hold, hold_id=HOLD, reason="Doe v. Harbour")


def erased() -> Scenario:
    return proposed().when(confirm_erasure, now=WAITED, **CONFIRMED)


def test_an_erasure_is_proposed_with_its_basis_and_the_time_it_waits() -> None:
    proposed().then(
        ErasureProposed(
            erasure_id=ERASURE,
            legal_basis=LegalBasis.RETENTION_PERIOD_OVER,
            reason=sealed("r"),
            confirmable_from=local(PROPOSED_ON) + timedelta(days=14),
        )
    )
    proposed().when(propose_erasure, **PROPOSAL).then()


def test_a_network_may_let_it_wait_longer_and_what_was_proposed_before_is_not_shortened() -> None:
    longer = given(stream="network").when(set_erasure_terms, waiting_days=30)
    longer.then(ErasureTermsSet(waiting_days=30)).when(set_erasure_terms, waiting_days=30).then()
    network = TEST_NETWORK.__class__(**{**vars(TEST_NETWORK), "erasure_terms": longer.state.erasure_terms})
    waits = registered().when(propose_erasure, by=PARK, now=PROPOSED_ON, network=network, **PROPOSAL)
    waits.includes(ErasureProposed, confirmable_from=local(PROPOSED_ON) + timedelta(days=30))
    waits.when(confirm_erasure, now=WAITED, **CONFIRMED).refused(ErasureHasToWait)


def test_the_reference_is_typed_by_both() -> None:
    proposed(reference="KAP-0013").refused(AnotherReference, field="reference")
    proposed(reference=" kap-0012").includes(ErasureProposed)
    other = CONFIRMED | {"reference": "KAP-0021"}
    proposed().when(confirm_erasure, now=WAITED, **other).refused(AnotherReference, field="reference")


def test_a_second_person_erases_when_the_time_is_over() -> None:
    proposed().when(confirm_erasure, now="2026-03-24 08:59", **CONFIRMED).refused(ErasureHasToWait)
    erased().then(
        PatientErased(
            erasure_id=ERASURE,
            legal_basis=LegalBasis.RETENTION_PERIOD_OVER,
            proposed_by=PARK.actor_id,
            confirmed_by=STEIN.actor_id,
        )
    )
    assert erased().state.erased_at == local(WAITED)
    erased().when(confirm_erasure, **CONFIRMED).then()


def test_nobody_confirms_their_own_proposal() -> None:
    proposed().when(confirm_erasure, now=WAITED, **(CONFIRMED | {"by": PARK})).refused(ProposersDoNotConfirm)


def test_erasing_is_signed_in_person() -> None:
    later = STEIN._replace(reauthenticated=False)
    proposed().when(confirm_erasure, now=WAITED, **(CONFIRMED | {"by": later})).refused(SignInAgainToErase)


def test_only_what_is_proposed_is_confirmed_or_called_off() -> None:
    registered().when(confirm_erasure, **CONFIRMED).refused(NoErasureIsProposed)
    another = CONFIRMED | {"erasure_id": derived_id("erasure", 2)}
    proposed().when(confirm_erasure, now=WAITED, **another).refused(NoErasureIsProposed)
    registered().when(call_off_erasure, erasure_id=ERASURE, reason="No.").refused(NoErasureIsProposed)
    given(stream="patient").when(propose_erasure, **PROPOSAL).refused(PatientIsNotRegistered)


@pytest.mark.parametrize("who", [PARK, STEIN])
def test_anybody_of_compliance_calls_it_off(who: Any) -> None:
    called_off = proposed().when(call_off_erasure, by=who, erasure_id=ERASURE, reason="They came back.")
    called_off.then(ErasureCalledOff(erasure_id=ERASURE, reason=sealed("r")))
    called_off.when(call_off_erasure, erasure_id=ERASURE, reason="They came back.").then()
    called_off.when(confirm_erasure, now=WAITED, **CONFIRMED).refused(NoErasureIsProposed)
    anew = PROPOSAL | {"erasure_id": derived_id("erasure", 2)}
    called_off.when(propose_erasure, by=STEIN, **anew).includes(ErasureProposed)


def test_one_proposal_at_a_time() -> None:
    second = PROPOSAL | {"erasure_id": derived_id("erasure", 2)}
    for who in (PARK, STEIN):
        proposed().when(propose_erasure, by=who, **second).refused(ErasureIsProposedAlready)


def test_a_legal_hold_stops_it_before_and_after_it_was_proposed() -> None:
    on_hold().then(LegalHoldPlaced(hold_id=HOLD, reason=sealed("r")))
    on_hold().when(place_legal_hold, hold_id=HOLD, reason="Again").then()
    on_hold().when(confirm_erasure, now=WAITED, **CONFIRMED).refused(RecordIsUnderLegalHold)
    held = registered().when(place_legal_hold, hold_id=HOLD, reason="Doe v. Harbour")
    held.when(propose_erasure, **PROPOSAL).refused(RecordIsUnderLegalHold)


def test_a_lifted_hold_stops_nothing_and_another_still_does() -> None:
    lifted = on_hold().when(lift_legal_hold, hold_id=HOLD, reason="Settled")
    lifted.then(LegalHoldLifted(hold_id=HOLD, reason=sealed("r")))
    lifted.when(lift_legal_hold, hold_id=HOLD, reason="Settled").then()
    lifted.when(place_legal_hold, hold_id=HOLD, reason="Sent twice").then()
    lifted.when(confirm_erasure, now=WAITED, **CONFIRMED).includes(PatientErased)
    second = on_hold().when(place_legal_hold, hold_id=derived_id("hold", 2), reason="Roe")
    half = second.when(lift_legal_hold, hold_id=HOLD, reason="Settled")
    half.when(confirm_erasure, now=WAITED, **CONFIRMED).refused(RecordIsUnderLegalHold)


def test_a_hold_is_lifted_in_person_and_only_one_that_stands() -> None:
    later = PARK._replace(reauthenticated=False)
    on_hold().when(lift_legal_hold, by=later, hold_id=HOLD, reason="Settled").refused(SignInAgainToLift)
    registered().when(lift_legal_hold, hold_id=HOLD, reason="Settled").refused(NoSuchLegalHold)


def test_an_open_episode_stops_it() -> None:
    registered().when(propose_erasure, has_open_episode=True, **PROPOSAL).refused(EpisodeIsOpen)
    proposed().when(confirm_erasure, now=WAITED, has_open_episode=True, **CONFIRMED).refused(EpisodeIsOpen)


def test_nothing_is_written_about_an_erased_patient() -> None:
    erased().when(correct_patient_details, name="Ada").refused(PatientIsErased)
    erased().when(propose_erasure, **(PROPOSAL | {"erasure_id": HOLD})).refused(PatientIsErased)
    erased().when(place_legal_hold, hold_id=HOLD, reason="Too late").refused(PatientIsErased)
    erased().when(call_off_erasure, erasure_id=ERASURE, reason="Too late").refused(PatientIsErased)
    erased().when(lift_legal_hold, hold_id=HOLD, reason="Too late").refused(PatientIsErased)
    referral = {"patient_id": derived_id("patient", "test"), "reason": "Low mood"}
    given().when(refer, by=LINDQVIST, patient=erased().state, **referral).refused(PatientWasErased)


def test_what_was_decided_is_done_again_on_a_copy_of_before() -> None:
    order: dict[str, Any] = {
        "erasure_id": ERASURE,
        "legal_basis": "retention_period_over",
        "proposed_by": PARK.actor_id,
        "confirmed_by": STEIN.actor_id,
        "occurred_at": local("2026-02-20 09:00"),
    }
    again = registered().when(place_legal_hold, hold_id=HOLD, reason="Lifted since").when(erase_again, **order)
    again.includes(PatientErased, is_repeated=True, confirmed_by=STEIN.actor_id)
    assert again.state.erased_at == local("2026-02-20 09:00")
    again.when(erase_again, **order).then()
    given(stream="patient").when(erase_again, **order).refused(PatientIsNotRegistered)


def test_subscribers_learn_that_somebody_was_erased_and_nothing_of_what_led_there() -> None:
    assert PatientErased.sensitivity == Sensitivity.STANDARD
    for kind in (ErasureProposed, ErasureCalledOff, LegalHoldPlaced, LegalHoldLifted):
        assert kind.sensitivity == Sensitivity.DISCLOSURE
