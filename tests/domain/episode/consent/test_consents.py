"""Signing, withdrawing and narrowing consents."""

from datetime import date, datetime
from typing import Any

import pytest

from domain.episode.consent.consents import ConsentMethod, ConsentType, TouchScope, touch_scope_at
from domain.episode.consent.narrow_touch import TouchCanOnlyBeNarrowed, TouchNarrowed, narrow_touch
from domain.episode.consent.sign_consent import (
    AnsweredBy,
    ConsentSigned,
    ConsentVersionIsNotAccepted,
    TouchCannotBeWidenedNow,
    TouchScopeIsMissing,
    sign_consent,
)
from domain.episode.consent.withdraw_consent import ConsentWasNeverSigned, ConsentWithdrawn, withdraw_consent
from domain.episode.dosing.end_dosing_session import end_dosing_session
from domain.episode.dosing.record_check import record_check
from domain.episode.gates import Checkpoint
from domain.episode.session.session import VitalsPhase
from domain.network.network import Adoption, Network
from domain.protocol.protocol import AcceptedVersion, Protocol, hash_of
from domain.stream import change
from tests.domain.episode.course.in_error import marking
from tests.domain.given import History, Scenario, at, given
from tests.domain.people import LINDQVIST, PROTOCOL, TEST_NETWORK, local, sealed
from tests.dosing_day import CRITERIA, DOSED, READY, RELEASED, SESSION, vitals
from tests.situations import CONSENTED, ELIGIBLE, PREPARED, signed

KETAMINE: dict[str, Any] = {"consent_type": "ketamine", "text_version": 4, "method": "electronic"}
TOUCH: dict[str, Any] = {"consent_type": "touch", "text_version": 1, "method": "paper"}

HAND_ONLY = {"touch_scope": TouchScope.HAND_ONLY}


def signing(history: History, when: str, **changed: Any) -> Scenario:
    order = KETAMINE | {"signed_at": local(when)} | changed
    return given(history).when(sign_consent, by=LINDQVIST, now=max(local(when), given(history).last_moment), **order)


def is_consented(scenario: Scenario, checkpoint: Checkpoint, now: str, **grounds: Any) -> bool:
    asked = scenario.gates(checkpoint, now=now, session_id=SESSION, **grounds)
    return all(gate.is_open for gate in asked if gate.rule == "1")


def requiring_v4_from(first_of_april: date) -> tuple[Protocol, Network]:
    """A protocol whose version 4 was published on 15 March and is required from a day on."""
    last_day_of_v3 = date(2026, 3, 31)
    versions = (
        AcceptedVersion(version=3, from_on=date(2024, 1, 1), until_on=last_day_of_v3),
        AcceptedVersion(version=4, from_on=date(2026, 3, 15)),
    )
    assert first_of_april > last_day_of_v3
    consents = tuple(
        c.model_copy(update={"accepted": versions}) if c.consent_type == "ketamine" else c for c in PROTOCOL.consents
    )
    changed = PROTOCOL.model_copy(update={"consents": consents})
    document = changed.model_dump(mode="json")
    adoption = Adoption("kap-core", "3", hash_of(document), document, local("2026-03-15 09:00"))
    return changed, change(TEST_NETWORK, current=adoption)


def test_the_patient_signs_consent() -> None:
    order = KETAMINE | {"witness": "Tom Okafor", "method": "paper"}
    done = given(ELIGIBLE).when(sign_consent, by=LINDQVIST, now="2026-03-03 11:00", **order)
    done.then(
        ConsentSigned(
            consent_type=ConsentType.KETAMINE,
            text_version=4,
            signed_at=local("2026-03-03 11:00"),
            method=ConsentMethod.PAPER,
            answered_by=AnsweredBy.PATIENT,
            witness=sealed("witness"),
        )
    )
    assert done.entry(ConsentSigned).envelope.occurred_at == local("2026-03-03 11:00")


def test_the_same_signature_again_records_nothing_new() -> None:
    order = {"consent_type": "ketamine", "text_version": 3, "method": "electronic"}
    again = order | {"signed_at": local("2026-03-03 11:00")}
    given(CONSENTED).when(sign_consent, **again).then()


def test_c1_signed_before() -> None:
    only_telehealth = (ELIGIBLE, at("2026-03-03 11:00", signed(ConsentType.TELEHEALTH, 2, "2026-03-03 11:00")))
    before = signing(only_telehealth, "2026-03-17 13:20")
    assert is_consented(before, Checkpoint.OPEN, "2026-03-17 14:00")


def test_c1_signed_after_the_dose_is_stored_and_covers_nothing_that_day() -> None:
    withdrawn = (DOSED, ConsentWithdrawn(consent_type=ConsentType.KETAMINE, from_at=local("2026-03-17 14:10")))
    stored = signing(withdrawn, "2026-03-17 14:20")
    stored.includes(ConsentSigned, text_version=4)
    assert not is_consented(stored, Checkpoint.OPEN, "2026-03-17 14:25")


def test_c1_signed_the_same_evening_does_not_count_for_the_next_session() -> None:
    withdrawn = (RELEASED, ConsentWithdrawn(consent_type=ConsentType.KETAMINE, from_at=local("2026-03-17 16:15")))
    evening = signing(withdrawn, "2026-03-17 16:30")
    assert not is_consented(evening, Checkpoint.OPEN, "2026-03-31 13:30")
    next_day = signing(withdrawn, "2026-03-18 09:00")
    assert is_consented(next_day, Checkpoint.OPEN, "2026-03-31 13:30")


def test_c2_withdrawn_in_session() -> None:
    withdrawn = given(DOSED).when(withdraw_consent, now="2026-03-17 14:25", consent_type="ketamine")
    withdrawn.then(ConsentWithdrawn(consent_type=ConsentType.KETAMINE, from_at=local("2026-03-17 14:25")))
    asked = withdrawn.gates(Checkpoint.SECOND_PART, now="2026-03-17 14:26", session_id=SESSION)
    assert "1" in {gate.rule for gate in asked if gate.stands_in_the_way}
    assert not is_consented(withdrawn, Checkpoint.SECOND_PART, "2026-03-17 14:26")


def test_c2_a_paper_of_before_brings_nothing_back() -> None:
    """The patient took back what they had signed, whatever of it was written down by then."""
    withdrawn = given(PREPARED).when(withdraw_consent, now="2026-03-12 10:00", consent_type="ketamine")
    late = {**KETAMINE, "signed_at": local("2026-03-11 09:00")}
    scanned = withdrawn.when(sign_consent, now="2026-03-13 09:00", **late)
    scanned.includes(ConsentSigned, text_version=4)
    assert not is_consented(scanned, Checkpoint.OPEN, "2026-03-17 13:30")
    anew = scanned.when(sign_consent, now="2026-03-13 10:00", **KETAMINE)
    assert is_consented(anew, Checkpoint.OPEN, "2026-03-17 13:30")


def test_c2_a_signature_written_down_anew_stays_withdrawn() -> None:
    signed_late = signing(PREPARED, "2026-03-11 09:00")
    withdrawn = signed_late.when(withdraw_consent, now="2026-03-12 10:00", consent_type="ketamine")
    marked = marking(withdrawn, ConsentSigned, by=LINDQVIST)
    again = marked.when(sign_consent, now="2026-03-13 09:00", **KETAMINE, signed_at=local("2026-03-11 10:00"))
    assert not is_consented(again, Checkpoint.OPEN, "2026-03-17 13:30")


@pytest.mark.parametrize(
    ("taken_back", "order", "left"),
    [
        (withdraw_consent, {"consent_type": "ketamine"}, TouchScope.NONE),
        (withdraw_consent, {"consent_type": "touch"}, TouchScope.NONE),
        (narrow_touch, HAND_ONLY, TouchScope.HAND_ONLY),
    ],
)
def test_c3_a_paper_of_before_widens_no_touch(taken_back: Any, order: dict[str, Any], left: TouchScope) -> None:
    first = given(PREPARED).when(sign_consent, now="2026-03-10 10:00", **TOUCH, touch_scope="hand_and_shoulder")
    less = first.when(taken_back, now="2026-03-12 10:00", **order)
    late = {**TOUCH, "touch_scope": "hand_and_shoulder", "signed_at": local("2026-03-11 09:00")}
    scanned = less.when(sign_consent, now="2026-03-13 09:00", **late)
    assert scope(scanned, local("2026-03-13 10:00")) is left


def test_c2_touch_is_closed_with_it() -> None:
    agreed = given(DOSED).after(
        at("2026-03-03 11:05", signed(ConsentType.TOUCH, 1, "2026-03-03 11:05").model_copy(update=HAND_ONLY))
    )
    assert scope(agreed, local("2026-03-17 14:24")) is TouchScope.HAND_ONLY
    withdrawn = agreed.when(withdraw_consent, now="2026-03-17 14:25", consent_type="ketamine")
    assert scope(withdrawn, local("2026-03-17 14:26")) is TouchScope.NONE


def test_c2_monitoring_and_release_go_on() -> None:
    withdrawn = given(DOSED).when(withdraw_consent, now="2026-03-17 14:25", consent_type="ketamine")
    check = {"session_id": SESSION, "at": local("2026-03-17 14:30"), "responsive": True, "check_id": SESSION}
    looked = withdrawn.when(record_check, now="2026-03-17 14:30", **check)
    after = looked.after(at("2026-03-17 16:00", vitals("16:00", phase=VitalsPhase.AFTER)))
    order = {"session_id": SESSION, "ended_as": "released", "criteria": CRITERIA}
    ended = after.when(end_dosing_session, now="2026-03-17 16:10", **order)
    assert ended.state.sessions[SESSION].ended_at == local("2026-03-17 16:10")


def test_a_consent_is_withdrawn_once() -> None:
    withdrawn = given(CONSENTED).when(withdraw_consent, consent_type="telehealth")
    withdrawn.when(withdraw_consent, consent_type="telehealth").then()
    again = {"consent_type": "telehealth", "from_at": withdrawn.entry(ConsentWithdrawn).envelope.occurred_at}
    withdrawn.when(withdraw_consent, **again).then()


def test_withdrawing_one_consent_leaves_the_others() -> None:
    state = given(CONSENTED).when(withdraw_consent, consent_type="telehealth").state
    assert [c.withdrawn_at is None for c in state.consents] == [True, False]


def test_an_earlier_withdrawal_is_not_moved_later() -> None:
    first = given(CONSENTED).when(withdraw_consent, consent_type="telehealth", from_at=local("2026-03-05 10:00"))
    again = ConsentWithdrawn(consent_type=ConsentType.TELEHEALTH, from_at=local("2026-03-06 10:00"))
    consents = first.after(at("2026-03-06 10:00", again)).state.consents
    assert consents[1].withdrawn_at == local("2026-03-05 10:00")


def test_only_what_was_signed_is_withdrawn() -> None:
    given(ELIGIBLE).when(withdraw_consent, consent_type="ketamine").refused(ConsentWasNeverSigned)


def test_c3_touch() -> None:
    agreed = given(READY).when(
        sign_consent, now="2026-03-17 13:45", **TOUCH, touch_scope="hand_only", signed_at=local("2026-03-17 13:45")
    )
    dosed = agreed.after(given(DOSED).as_history()[-2:])
    wider = {"touch_scope": "hand_and_shoulder", "signed_at": local("2026-03-17 14:30")}
    widened = dosed.when(sign_consent, now="2026-03-17 14:30", **TOUCH, **wider)
    widened.refused(TouchCannotBeWidenedNow, rule="1", field="touch_scope")
    as_agreed = {"touch_scope": "hand_only", "signed_at": local("2026-03-17 14:30")}
    dosed.when(sign_consent, now="2026-03-17 14:30", **TOUCH, **as_agreed).includes(ConsentSigned)
    with_the_dose = {"touch_scope": "hand_and_shoulder", "signed_at": local("2026-03-17 14:05")}
    dosed.when(sign_consent, now="2026-03-17 14:30", **TOUCH, **with_the_dose).refused(TouchCannotBeWidenedNow)
    narrowed = dosed.when(narrow_touch, now="2026-03-17 14:35", touch_scope="none")
    narrowed.then(TouchNarrowed(touch_scope=TouchScope.NONE))
    assert scope(narrowed, local("2026-03-17 14:40")) is TouchScope.NONE
    narrowed.when(narrow_touch, now="2026-03-17 14:40", touch_scope="none").then()
    narrowed.when(narrow_touch, now="2026-03-17 14:40", touch_scope="hand_only").refused(TouchCanOnlyBeNarrowed)


def scope(scenario: Scenario, moment: datetime) -> TouchScope:
    return touch_scope_at(scenario.state.consents, moment)


def test_c3_on_a_sober_day_touch_may_be_widened() -> None:
    first = given(PREPARED).when(sign_consent, now="2026-03-12 10:00", **TOUCH, touch_scope="none")
    wider = first.when(sign_consent, now="2026-03-13 10:00", **TOUCH, touch_scope="hand_and_shoulder")
    assert scope(wider, local("2026-03-13 11:00")) is TouchScope.HAND_AND_SHOULDER


def test_c3_a_consent_to_touch_says_how_far() -> None:
    given(PREPARED).when(sign_consent, **TOUCH).refused(TouchScopeIsMissing, field="touch_scope")


def test_c4_new_version() -> None:
    protocol, network = requiring_v4_from(date(2026, 4, 1))
    grounds = {"protocol": protocol, "network": network}
    assert is_consented(given(PREPARED), Checkpoint.OPEN, "2026-03-17 13:30", **grounds)
    assert not is_consented(given(PREPARED), Checkpoint.OPEN, "2026-04-01 13:30", **grounds)


def test_c4_only_an_accepted_version_is_signed() -> None:
    _, network = requiring_v4_from(date(2026, 4, 1))
    order = KETAMINE | {"signed_at": local("2026-03-14 10:00")}
    early = given(ELIGIBLE).when(sign_consent, now="2026-03-14 10:00", **order, network=network)
    assert "version 3" in str(early.refusal)
    early.refused(ConsentVersionIsNotAccepted, field="text_version")
    order = order | {"text_version": 3, "signed_at": local("2026-04-01 10:00")}
    given(ELIGIBLE).when(sign_consent, now="2026-04-01 10:00", **order, network=network).refused(
        ConsentVersionIsNotAccepted
    )
