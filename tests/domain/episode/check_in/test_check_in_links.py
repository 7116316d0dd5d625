"""Check-in links: what may be asked, who may answer, and that an answer is recorded whole and once."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.access import ANSWER, READ, Relation, permits, relation_of
from domain.actor import Actor, Role
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode import DECISIONS
from domain.episode.check_in.answer_check_in_link import (
    AnswerIsAboutSomethingElse,
    CheckInLinkAnswered,
    LinkIsNotOpen,
    answer_check_in_link,
)
from domain.episode.check_in.check_in_link import Channel, CheckInPurpose, CheckInStatus
from domain.episode.check_in.lock_check_in_link import CheckInLinkLocked, lock_check_in_link
from domain.episode.check_in.report_symptoms import SymptomsReported
from domain.episode.check_in.revoke_check_in_link import (
    CheckInLinkRevoked,
    LinkIsUnknown,
    LinkWasAnswered,
    revoke_check_in_link,
)
from domain.episode.check_in.send_check_in_link import (
    AddressIsMissing,
    BirthDateIsNotKnown,
    CheckInLinkSent,
    ConsentHasNoText,
    LinkAsksNothing,
    PatientHasDied,
    QuestionnaireCannotBeShown,
    send_check_in_link,
)
from domain.episode.check_in.what_can_be_shown import has_text_in
from domain.episode.consent.sign_consent import ConsentSigned
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.dosing.record_next_day_check_in import NextDayCheckInRecorded
from domain.episode.due.obligations import obligations
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.refusals import EpisodeIsClosed
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.report_adverse_event import AdverseEventReported, AdverseEventTerm
from domain.instrument import load
from domain.network.check_in_terms import CheckInTerms
from domain.patient.language import Language
from tests.domain.given import History, Scenario, at, given
from tests.domain.people import (
    ADA,
    ADA_PATIENT,
    LINDQVIST,
    NETWORK_ID,
    OKAFOR,
    PARK,
    PROTOCOL,
    TEST_NETWORK,
    local,
    sealed,
)
from tests.dosing_day import RELEASED, SESSION
from tests.situations import PREPARED, REFERRED

LINK = derived_id("link", 1)
PATIENT = Actor(LINK, NETWORK_ID, frozenset({Role.PATIENT}))
SENT_AT = local("2026-03-16 09:00")
PHQ9 = {"outcome_id": derived_id("outcome", 7), "instrument": "phq-9", "taken_at": "2026-03-16T15:00:00-04:00"}


def sending(scenario: Scenario, **order: Any) -> Scenario:
    said = {"link_id": LINK, "purpose": "questionnaires", "instruments": ["phq-9"]}
    return scenario.when(send_check_in_link, by=OKAFOR, now="2026-03-16 09:00", **(said | order))


def sent(purpose: CheckInPurpose = CheckInPurpose.QUESTIONNAIRES, **fields: Any) -> History:
    asked: dict[str, Any] = {
        "instruments": ("phq-9",) if purpose is CheckInPurpose.QUESTIONNAIRES else (),
        "language": Language.ENGLISH,
        "channel": Channel.BY_HAND,
        "expires_at": SENT_AT + timedelta(hours=72),
    }
    event = CheckInLinkSent(link_id=LINK, patient_id=ADA, purpose=purpose, **(asked | fields))
    return at("2026-03-16 09:00", event, by=OKAFOR)


def answering(*history: History, now: str = "2026-03-16 15:00", by: Actor = PATIENT, **order: Any) -> Scenario:
    return given(*history).when(answer_check_in_link, by=by, now=now, **order)


def answers(last: int = 0) -> dict[str, Any]:
    return {"measures": [PHQ9 | {"answers": [1] * 8 + [last]}]}


def test_a_link_is_open_as_long_as_the_network_says() -> None:
    sending(given(PREPARED)).then(
        CheckInLinkSent(
            link_id=LINK,
            patient_id=ADA,
            purpose=CheckInPurpose.QUESTIONNAIRES,
            instruments=("phq-9",),
            language=Language.ENGLISH,
            channel=Channel.BY_HAND,
            expires_at=SENT_AT + timedelta(hours=72),
        )
    )
    shorter = replace(TEST_NETWORK, check_in_terms=CheckInTerms(valid_hours=24))
    sending(given(PREPARED), network=shorter).includes(CheckInLinkSent, expires_at=SENT_AT + timedelta(hours=24))
    sending(given(PREPARED), valid_hours=12).includes(CheckInLinkSent, expires_at=SENT_AT + timedelta(hours=12))


def test_a_new_link_for_the_same_question_takes_the_open_one_back() -> None:
    again = derived_id("link", 2)
    told = sending(given(PREPARED, sent()), link_id=again)
    told.includes(CheckInLinkRevoked, link_id=LINK)
    told.includes(CheckInLinkSent, link_id=again)
    sending(given(PREPARED, sent()), link_id=again, instruments=["gad-7"]).excludes(CheckInLinkRevoked)
    answered = answering(PREPARED, sent(), **answers()).as_history()
    sending(given(*answered), link_id=again).excludes(CheckInLinkRevoked)


def test_the_same_link_is_sent_once() -> None:
    sending(given(PREPARED, sent())).then()


def test_the_patients_language_is_remembered() -> None:
    spoken = given(PREPARED, sent(language=Language.SPANISH))
    assert spoken.state.language is Language.SPANISH
    sending(spoken, link_id=derived_id("link", 2)).includes(CheckInLinkSent, language=Language.SPANISH)


def test_an_address_is_needed_once() -> None:
    sending(given(PREPARED), channel="email").refused(AddressIsMissing)
    sending(given(PREPARED), channel="email", email="ada@example.org").includes(CheckInLinkSent, channel=Channel.EMAIL)
    known = given(PREPARED, sent(channel=Channel.EMAIL, email=sealed("email")))
    sending(known, link_id=derived_id("link", 2), channel="email").includes(CheckInLinkSent, email=sealed("email"))


def test_a_link_asks_something_that_can_be_shown() -> None:
    sending(given(PREPARED), instruments=[]).refused(LinkAsksNothing)
    sending(given(PREPARED), purpose="consents").refused(LinkAsksNothing)
    sending(given(PREPARED), instruments=["ham-a"]).refused(QuestionnaireCannotBeShown)
    sending(given(PREPARED), instruments=["bdi-ii"]).refused(QuestionnaireCannotBeShown)
    sending(given(PREPARED), purpose="consents", consents=["ketamine_in_pregnancy"]).refused(ConsentHasNoText)
    sending(given(PREPARED), purpose="consents", consents=["ketamine"]).includes(CheckInLinkSent)


def test_without_a_birth_date_no_link_can_ask_for_it() -> None:
    sending(given(PREPARED), patient=replace(ADA_PATIENT, birth_date=None)).refused(BirthDateIsNotKnown)


def test_compliance_sends_no_link() -> None:
    given(PREPARED).when(send_check_in_link, by=PARK, link_id=LINK, purpose="chaperone").refused(RoleMayNotDecide)


def died() -> History:
    event = AdverseEventReported(
        adverse_event_id=derived_id("ae"),
        term=AdverseEventTerm.NAUSEA,
        grade=5,
        serious=True,
        happened_at=local("2026-03-16 10:00"),
    )
    return at("2026-03-16 10:00", event)


def discharged(reason: DischargeReason) -> History:
    event = PatientDischarged(patient_id=ADA, reason=reason, on=date(2026, 3, 16))
    return at("2026-03-16 10:00", event)


def test_a2_a_discharge_after_a_death_closes_every_link_and_any_other_leaves_the_last_answer() -> None:
    ended = given(PREPARED, sent(), discharged(DischargeReason.DIED))
    assert ended.state.has_died
    answering(PREPARED, sent(), discharged(DischargeReason.DIED), **answers()).refused(LinkIsNotOpen)
    answering(PREPARED, sent(), discharged(DischargeReason.COMPLETED), **answers()).includes(CheckInLinkAnswered)
    entry = ended.entry(PatientDischarged)
    wrong = ended.when(
        mark_in_error, by=LINDQVIST, entry=entry, event_id=entry.envelope.event_id, reason=sealed("Another patient")
    )
    assert not wrong.state.has_died


def test_a2_after_a_death_no_link_is_sent_and_none_opens() -> None:
    sending(given(PREPARED, died())).refused(PatientHasDied)
    state = given(PREPARED, sent(), died()).state
    assert not state.may_answer(LINK, local("2026-03-16 10:00"))
    assert relation_of(PATIENT, state, local("2026-03-16 10:00")) is Relation.NONE
    answering(PREPARED, sent(), died(), **answers()).refused(LinkIsNotOpen)
    due = obligations(state, now=local("2026-03-20 10:00"), protocol=PROTOCOL, network=TEST_NETWORK)
    assert not [one for one in due if one.key.startswith("check_in_link")]


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


def test_a_link_is_taken_back_once_and_not_after_an_answer() -> None:
    given(PREPARED, sent()).when(revoke_check_in_link, by=OKAFOR, link_id=LINK).then(CheckInLinkRevoked(link_id=LINK))
    revoked = given(PREPARED, sent(), CheckInLinkRevoked(link_id=LINK))
    revoked.when(revoke_check_in_link, by=OKAFOR, link_id=LINK).then()
    given(PREPARED).when(revoke_check_in_link, by=OKAFOR, link_id=LINK).refused(LinkIsUnknown)
    answered = answering(PREPARED, sent(), **answers()).as_history()
    given(*answered).when(revoke_check_in_link, by=OKAFOR, link_id=LINK).refused(LinkWasAnswered)


def test_a_link_is_locked_once() -> None:
    locked = given(PREPARED, sent()).when(lock_check_in_link, now="2026-03-16 10:00", link_id=LINK, wrong_dates=5)
    locked.then(CheckInLinkLocked(link_id=LINK, wrong_dates=5))
    again = given(*locked.as_history())
    again.when(lock_check_in_link, now="2026-03-16 10:01", link_id=LINK, wrong_dates=6).then()
    assert again.state.check_in_links[LINK].status_at(SENT_AT) is CheckInStatus.LOCKED


def due_for(*history: History, now: str) -> list[tuple[str, bool]]:
    state, moment = given(PREPARED, *history).state, local(now)
    found = obligations(state, now=moment, protocol=PROTOCOL, network=TEST_NETWORK)
    return [(o.what, o.is_overdue(moment, TEST_NETWORK.zone)) for o in found if o.key.startswith("check_in_link:")]


def test_an_unanswered_link_is_somebodys_to_follow_up() -> None:
    assert due_for(sent(), now="2026-03-16 10:00") == [("Check-in unanswered: questionnaires", False)]
    assert due_for(sent(), now="2026-03-20 10:00") == [("Check-in unanswered: questionnaires", True)]
    assert due_for(sent(), CheckInLinkRevoked(link_id=LINK), now="2026-03-20 10:00") == []
    locked = CheckInLinkLocked(link_id=LINK, wrong_dates=5)
    assert due_for(sent(), at("2026-03-16 10:00", locked), now="2026-03-16 10:05") == [
        ("Check-in locked: questionnaires", True)
    ]


def test_a_newer_link_stands_for_the_older_one() -> None:
    newer = CheckInLinkSent(
        link_id=derived_id("link", 2),
        patient_id=ADA,
        purpose=CheckInPurpose.QUESTIONNAIRES,
        instruments=("phq-9",),
        language=Language.ENGLISH,
        channel=Channel.BY_HAND,
        expires_at=local("2026-03-22 09:00"),
    )
    assert due_for(sent(), at("2026-03-19 09:00", newer), now="2026-03-20 10:00") == [
        ("Check-in unanswered: questionnaires", False)
    ]


def test_a_closed_episode_sends_no_link() -> None:
    event = PatientDischarged(patient_id=ADA, reason=DischargeReason.PATIENT_CHOICE, on=date(2026, 3, 15))
    closed = at("2026-03-15 10:00", event)
    sending(given(PREPARED, closed)).refused(EpisodeIsClosed)


@pytest.mark.parametrize("instrument", ["phq-9", "gad-7"])
def test_official_spanish_texts_fit_their_instrument(instrument: str) -> None:
    assert has_text_in(load(instrument), Language.SPANISH)
    assert not has_text_in(load("bdi-ii"), Language.SPANISH)
