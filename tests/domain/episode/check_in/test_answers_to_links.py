"""Who may answer a check-in link, and that an answer is recorded whole and once."""

from typing import Any

import pytest

from domain.access import ANSWER, READ, Relation, permits, relation_of
from domain.actor import Actor, Role
from domain.derived import derived_id
from domain.episode import DECISIONS
from domain.episode.check_in.answer_check_in_link import (
    AnswerIsAboutSomethingElse,
    CheckInLinkAnswered,
    LinkIsNotOpen,
)
from domain.episode.check_in.check_in_link import CheckInPurpose
from domain.episode.check_in.lock_check_in_link import CheckInLinkLocked
from domain.episode.check_in.report_symptoms import SymptomsReported
from domain.episode.check_in.revoke_check_in_link import (
    CheckInLinkRevoked,
)
from domain.episode.check_in.what_can_be_shown import has_text_in
from domain.episode.consent.sign_consent import ConsentSigned
from domain.episode.dosing.record_next_day_check_in import NextDayCheckInRecorded
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.safety.place_hold import HoldPlaced
from domain.instrument import load
from domain.patient.language import Language
from tests.domain.episode.check_in.linked import LINK, PATIENT, PHQ9, SENT_AT, answering, answers, sent
from tests.domain.given import at, given
from tests.domain.people import (
    NETWORK_ID,
    local,
    sealed,
)
from tests.dosing_day import RELEASED, SESSION
from tests.situations import PREPARED, REFERRED


def test_a_questionnaire_answered_by_the_patient_is_scored_and_held_as_if_a_clinician_had_asked() -> None:
    told = answering(PREPARED, sent(), **answers())
    told.includes(CheckInLinkAnswered, link_id=LINK)
    told.includes(OutcomeRecorded, total=8, safety_answer=0)
    told.excludes(HoldPlaced)
    answering(PREPARED, sent(), **answers(last=1)).includes(HoldPlaced)


def test_p1_item_9_from_a_link_holds_dosing_in_the_same_append() -> None:
    told = answering(PREPARED, sent(), **answers(last=2))
    assert [type(event).__name__ for event in told.events] == ["CheckInLinkAnswered", "OutcomeRecorded", "HoldPlaced"]


def test_a_link_is_answered_once() -> None:
    once = answering(PREPARED, sent(), **answers()).as_history()
    answering(*once, now="2026-03-16 15:01", **answers()).refused(LinkIsNotOpen)


@pytest.mark.parametrize(
    "ended",
    [CheckInLinkRevoked(link_id=LINK), CheckInLinkLocked(link_id=LINK, wrong_dates=5)],
    ids=["revoked", "locked"],
)
def test_a_link_that_was_ended_is_not_answered(ended: Any) -> None:
    answering(PREPARED, sent(), at("2026-03-16 10:00", ended), **answers()).refused(LinkIsNotOpen)


def test_an_expired_link_is_not_answered() -> None:
    answering(PREPARED, sent(), now="2026-03-19 08:59", **answers()).includes(CheckInLinkAnswered)
    answering(PREPARED, sent(), now="2026-03-19 09:00", **answers()).refused(LinkIsNotOpen)


def test_only_what_was_asked_is_answered() -> None:
    gad: dict[str, Any] = {"measures": [PHQ9 | {"instrument": "gad-7", "answers": [0] * 7}]}
    answering(PREPARED, sent(), **gad).refused(AnswerIsAboutSomethingElse)
    answering(PREPARED, sent(), **answers(), symptoms={"report_id": LINK}).refused(AnswerIsAboutSomethingElse)
    answering(PREPARED, sent()).refused(AnswerIsAboutSomethingElse)


def test_another_link_answers_nothing() -> None:
    stranger = Actor(derived_id("link", 2), NETWORK_ID, frozenset({Role.PATIENT}))
    answering(PREPARED, sent(), by=stranger, **answers()).refused(LinkIsNotOpen)


def test_a_consent_is_signed_by_name_in_the_language_that_was_shown() -> None:
    signed = {
        "consent_type": "ketamine",
        "text_version": 4,
        "method": "electronic",
        "signed_name": "Ada Moore",
        "language": "es",
    }
    asked = sent(CheckInPurpose.CONSENTS, consents=("ketamine",))
    told = answering(REFERRED, asked, consents=[signed])
    told.includes(ConsentSigned, text_version=4, signed_name=sealed("name"), language=Language.SPANISH)


def test_who_answers_on_the_day_after_was_reached() -> None:
    asked = sent(CheckInPurpose.AFTER_DOSE, session_id=SESSION, expires_at=local("2026-03-25 09:00"))
    told = answering(RELEASED, asked, now="2026-03-18 10:00", symptoms={"report_id": LINK})
    told.includes(SymptomsReported, session_id=SESSION)
    told.includes(NextDayCheckInRecorded, session_id=SESSION, well=True)
    ill = answering(RELEASED, asked, now="2026-03-18 10:00", symptoms={"report_id": LINK, "symptoms": ["nausea"]})
    ill.includes(NextDayCheckInRecorded, well=False)
    same_day = answering(RELEASED, asked, now="2026-03-17 20:00", symptoms={"report_id": LINK})
    same_day.excludes(NextDayCheckInRecorded)


def test_a_link_opens_its_one_answer_and_nothing_else() -> None:
    state = given(PREPARED, sent()).state
    relation = relation_of(PATIENT, state, SENT_AT)
    assert relation is Relation.CHECK_IN_LINK
    assert [d.name for d in DECISIONS if permits(PATIENT, d.name, relation)] == [ANSWER]
    assert not permits(PATIENT, READ, relation)
    assert not permits(PATIENT, "refer", Relation.NONE)


@pytest.mark.parametrize("instrument", ["phq-9", "gad-7"])
def test_official_spanish_texts_fit_their_instrument(instrument: str) -> None:
    assert has_text_in(load(instrument), Language.SPANISH)
    assert not has_text_in(load("bdi-ii"), Language.SPANISH)
