"""What a prescriber's worklist is made of: its groups, and one decision that waits in one of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.days import start_of
from domain.episode.course.done_mark import DoneMark
from projections.glance import Glance


class Group(StrEnum):
    """In the order of the page."""

    SEE_FIRST = "see_first"
    HOLDS = "holds"
    REVIEWS = "reviews"
    """Deviations, medicines and failed check-ins."""
    ELIGIBILITY = "eligibility"
    PLANS = "plans"
    FOLLOW_UPS = "follow_ups"
    NOTES = "notes"
    """Notes asked for, co-signatures, questions and answers."""
    WORSENING = "worsening"
    POOL = "pool"
    """The referral pool: patients without a prescriber."""
    DONE = "done"
    """What somebody has marked as done: it asks for nothing, and is not hidden from the others."""


GROUP_OF = {
    "safety_review": Group.SEE_FIRST,
    "adverse_event_review": Group.SEE_FIRST,
    "hold": Group.HOLDS,
    "eligibility": Group.ELIGIBILITY,
    "intake": Group.ELIGIBILITY,
    "plan": Group.PLANS,
    "plan_review": Group.PLANS,
    "more_sessions": Group.PLANS,
    "discharge": Group.PLANS,
    "renew_eligibility": Group.ELIGIBILITY,
    "renew_plan": Group.PLANS,
    "case_review": Group.WORSENING,
    "follow_up": Group.FOLLOW_UPS,
    "discharge_visit": Group.FOLLOW_UPS,
    "document_request": Group.NOTES,
    "co_signature": Group.NOTES,
    "question": Group.NOTES,
    "answer": Group.NOTES,
}
DATED = (Group.FOLLOW_UPS, Group.PLANS)
"""They wait from a week before their day on."""


class Waiting(NamedTuple):
    """One decision that waits. `fact` and `reason` are sentences without names; `since` or `due_on` says how long."""

    group: Group
    glance: Glance
    fact: str
    reason: str
    decision: str | None
    entry_id: UUID | None = None
    since: datetime | None = None
    due_on: date | None = None
    is_overdue: bool = False
    is_mine: bool = True
    """False in the referral pool: not yet."""
    about: str | None = None
    """The key of what it is about, such as `hold:<id>`."""
    done: DoneMark | None = None

    @property
    def waiting_from(self) -> datetime:
        """What the longest waiting is told by."""
        if self.due_on is not None:
            return start_of(self.due_on, self.glance.moment.zone)
        return self.since or self.glance.case.phase_since
