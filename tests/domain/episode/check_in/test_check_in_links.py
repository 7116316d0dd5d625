"""Check-in links: what may be asked, when a link ends, and who follows up."""

from dataclasses import replace
from datetime import date, timedelta

from domain.access import Relation, relation_of
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.check_in.answer_check_in_link import (
    CheckInLinkAnswered,
    LinkIsNotOpen,
)
from domain.episode.check_in.check_in_link import Channel, CheckInPurpose, CheckInStatus
from domain.episode.check_in.lock_check_in_link import CheckInLinkLocked, lock_check_in_link
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
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.due.obligations import obligations
from domain.episode.refusals import EpisodeIsClosed
from domain.episode.safety.report_adverse_event import AdverseEventReported, AdverseEventTerm
from domain.network.check_in_terms import CheckInTerms
from domain.patient.language import Language
from tests.domain.episode.check_in.linked import LINK, PATIENT, SENT_AT, answering, answers, sending, sent
from tests.domain.given import History, at, given
from tests.domain.people import (
    ADA,
    ADA_PATIENT,
    LINDQVIST,
    OKAFOR,
    PARK,
    PROTOCOL,
    TEST_NETWORK,
    local,
    sealed,
)
from tests.situations import PREPARED


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
