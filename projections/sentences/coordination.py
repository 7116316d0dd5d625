"""Sentences about contacts, gaps in care and reviews of the caseload."""

from uuid import UUID

from domain.episode.coordination.attempt_contact import ContactAttempted
from domain.episode.coordination.close_care_gap import CareGapClosed
from domain.episode.coordination.flag_for_discussion import DiscussionFlagged
from domain.episode.coordination.raise_care_gap import CareGapRaised
from domain.episode.coordination.record_caseload_review import CaseloadReviewHeld
from projections.sentences.saying import Category, Telling, Told, calls, free, named, says
from projections.sentences.words import listed, on, words


@says(ContactAttempted, "person")
def _(event: ContactAttempted, told: Telling) -> Told:
    html = f"{told.who} tried to reach the {words(event.who)} by {words(event.channel)}: {words(event.outcome)}."
    return Told(html, free(Note=event.note))


@says(CareGapRaised, "attention")
def _(event: CareGapRaised, told: Telling) -> Told:
    html = f"{told.who} raised a gap in care, to be mended by {on(event.due_on)}: {words(event.kind)}."
    return Told(html, free(Note=event.note))


@calls(CareGapRaised)
def _(event: CareGapRaised) -> tuple[UUID, str]:
    return event.gap_id, f"gap in care ({words(event.kind)})"


@says(CareGapClosed, "open")
def _(event: CareGapClosed, told: Telling) -> Told:
    word = "mended" if event.is_mended else "cannot be mended"
    return Told(f"{told.who} closed the {named(event.gap_id)}: {word}.", free(Note=event.note))


@says(DiscussionFlagged, "attention")
def _(event: DiscussionFlagged, told: Telling) -> Told:
    return Told(f"{told.who} flagged the patient for discussion.", free(Question=event.question))


@says(CaseloadReviewHeld, "person", Category.DECISIONS)
def _(event: CaseloadReviewHeld, told: Telling) -> Told:
    there = listed(named(who) for who in event.attendees)
    html = f"A review of the caseload on {on(event.held_on)} recommends: {words(event.recommendation)}."
    return Told(html, free(Note=event.note), note=f"With {there}")
