"""Contacts, gaps in care, and reviews of the caseload with what they recommended."""

from datetime import date

from domain.derived import derived_id
from domain.episode.coordination.attempt_contact import ContactAttempted, attempt_contact
from domain.episode.coordination.close_care_gap import CareGapClosed, CareGapIsUnknown, close_care_gap
from domain.episode.coordination.coordination import Channel, ContactOutcome, ContactWith, Recommendation
from domain.episode.coordination.flag_for_discussion import DiscussionFlagged, flag_for_discussion
from domain.episode.coordination.raise_care_gap import CareGapRaised, raise_care_gap
from domain.episode.coordination.record_caseload_review import (
    CaseloadReviewHeld,
    ReviewIsStillToCome,
    record_caseload_review,
)
from domain.episode.course.discharge_patient import discharge_patient
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.due.flags import flags
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.refusals import EpisodeIsClosed
from tests.domain.given import Scenario, given
from tests.domain.people import LINDQVIST, OKAFOR, PROTOCOL, RIVERA, TEST_NETWORK, local
from tests.situations import PREPARED

ID = derived_id("thing", 1)
NOW = "2026-03-12 10:00"


def owed(scenario: Scenario, key: str, now: str = NOW) -> list[Obligation]:
    due = obligations(scenario.state, now=local(now), protocol=PROTOCOL, network=TEST_NETWORK)
    return [o for o in due if o.key.startswith(key)]


def flagged(scenario: Scenario) -> list[str]:
    found = flags(scenario.state, now=local(NOW), protocol=PROTOCOL, network=TEST_NETWORK)
    return [flag.reason for flag in found if flag.key == "discussion"]


def test_a_contact_says_by_what_with_whom_and_what_came_of_it() -> None:
    tried = given(PREPARED).when(
        attempt_contact, by=OKAFOR, now=NOW, contact_id=ID, channel="phone", outcome="message_left"
    )
    tried.then(
        ContactAttempted(
            contact_id=ID,
            at=local(NOW),
            channel=Channel.PHONE,
            who=ContactWith.PATIENT,
            outcome=ContactOutcome.MESSAGE_LEFT,
        )
    )
    tried.when(attempt_contact, by=OKAFOR, contact_id=ID, channel="phone", outcome="message_left").then()
    assert not tried.state.contacts[0].reached_patient


def test_a_contact_after_discharge_is_recorded() -> None:
    gone = given(PREPARED).when(discharge_patient, by=LINDQVIST, reason="lost_to_follow_up")
    gone.when(attempt_contact, by=OKAFOR, contact_id=ID, channel="letter", outcome="no_answer").includes(
        ContactAttempted
    )
    gone.when(raise_care_gap, by=OKAFOR, gap_id=ID, kind="costs", due_on=date(2026, 3, 20)).refused(EpisodeIsClosed)


def test_a_gap_in_care_is_owed_until_somebody_closes_it() -> None:
    raised = given(PREPARED).when(
        raise_care_gap, by=LINDQVIST, now=NOW, gap_id=ID, kind="no_transport", due_on=date(2026, 3, 16)
    )
    raised.includes(CareGapRaised)
    (due,) = owed(raised, "care_gap:")
    assert (due.what, due.due_on, due.decision) == ("Mend: no transport", date(2026, 3, 16), "close_care_gap")
    closed = raised.when(close_care_gap, by=OKAFOR, gap_id=ID, is_mended=True, note="her sister drives")
    closed.includes(CareGapClosed)
    assert owed(closed, "care_gap:") == []
    closed.when(close_care_gap, by=OKAFOR, gap_id=ID, is_mended=True, note="again").then()
    given(PREPARED).when(close_care_gap, by=OKAFOR, gap_id=ID, is_mended=True, note="x").refused(CareGapIsUnknown)


def test_a_gap_closed_in_error_is_open_again() -> None:
    raised = given(PREPARED).when(
        raise_care_gap, by=LINDQVIST, now=NOW, gap_id=ID, kind="costs", due_on=date(2026, 3, 16)
    )
    closed = raised.when(close_care_gap, by=OKAFOR, gap_id=ID, is_mended=True, note="another patient's")
    entry = closed.entry(CareGapClosed)
    again = closed.when(mark_in_error, by=OKAFOR, entry=entry, event_id=entry.envelope.event_id, reason="wrong one")
    assert len(owed(again, "care_gap:")) == 1


def test_a_flag_stays_until_a_review_was_held() -> None:
    asked = given(PREPARED).when(flag_for_discussion, by=LINDQVIST, now=NOW, question="sleep")
    asked.includes(DiscussionFlagged)
    assert flagged(asked) == ["Flagged 12 Mar 2026."]
    assert [o.due_on for o in owed(asked, "discussion")] == [date(2026, 4, 9)]
    asked.when(flag_for_discussion, by=RIVERA).then()
    held = asked.when(
        record_caseload_review,
        by=RIVERA,
        now="2026-03-19 10:00",
        review_id=ID,
        attendees=(LINDQVIST.actor_id,),
        recommendation="adjust_plan",
    )
    held.then(
        CaseloadReviewHeld(
            review_id=ID,
            held_on=date(2026, 3, 19),
            attendees=(RIVERA.actor_id, LINDQVIST.actor_id),
            recommendation=Recommendation.ADJUST_PLAN,
        )
    )
    assert flagged(held) == []
    assert held.state.caseload_review.recommendation is Recommendation.ADJUST_PLAN
    held.when(record_caseload_review, by=OKAFOR, review_id=ID, recommendation="go_on").then()


def test_an_older_review_entered_late_does_not_replace_a_newer_one() -> None:
    newer = given(PREPARED).when(
        record_caseload_review, by=RIVERA, now="2026-03-19 10:00", review_id=ID, recommendation="adjust_plan"
    )
    late = newer.when(
        record_caseload_review, by=RIVERA, now="2026-03-20 10:00", review_id=derived_id("thing", 2),
        recommendation="go_on", held_on=date(2026, 3, 12),
    )  # fmt: skip
    assert late.state.caseload_review.recommendation is Recommendation.ADJUST_PLAN


def test_a_review_to_come_is_not_recorded() -> None:
    given(PREPARED).when(
        record_caseload_review, by=RIVERA, now=NOW, review_id=ID, recommendation="go_on", held_on=date(2026, 3, 13)
    ).refused(ReviewIsStillToCome, field="held_on")


def test_a_call_that_reached_the_patient_is_a_contact() -> None:
    def due_on(*calls: str) -> list[date | None]:
        told = given(PREPARED)
        for number, outcome in enumerate(calls):
            told = told.when(
                attempt_contact, by=OKAFOR, now="2026-03-20 10:00", contact_id=derived_id("call", number),
                channel="phone", outcome=outcome,
            )  # fmt: skip
        return [o.due_on for o in owed(told, "contact", "2026-04-20 10:00")]

    assert due_on() == due_on("no_answer") == [date(2026, 4, 7)]
    assert due_on("reached") == [date(2026, 4, 17)]
