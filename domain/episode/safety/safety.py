"""Holds, overrides, safety reviews, adverse events and deviations."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class HoldReason(StrEnum):
    VITALS = "vitals"
    RECHECKS_USED_UP = "rechecks_used_up"
    CRISIS = "crisis"
    SAFETY_ITEM = "safety_item"
    SUICIDAL_THOUGHTS = "suicidal_thoughts"
    HIGH_RISK = "high_risk"
    """High risk on the C-SSRS."""
    ADVERSE_EVENT = "adverse_event"
    CHAPERONE = "chaperone"
    CONSENT = "consent"
    MEDICINES = "medicines"
    EMERGENCY = "emergency"
    DOSE_OVER_PLAN = "dose_over_plan"
    VITALS_AFTER_MISSING = "vitals_after_missing"
    OTHER = "other"


SAFETY_HOLDS = frozenset({HoldReason.SAFETY_ITEM, HoldReason.SUICIDAL_THOUGHTS, HoldReason.HIGH_RISK})
"""Holds that a safety review answers for."""


@dataclass(frozen=True)
class Hold:
    """Anyone on the team places it, only a prescriber releases it. It never expires, and no correction lifts it."""

    hold_id: UUID
    entry_id: UUID
    reason: HoldReason
    placed_at: datetime
    placed_by: UUID
    session_id: UUID | None = None
    because_of: UUID | None = None
    """The entry it came from: an outcome, a set of vitals, an adverse event."""
    released_at: datetime | None = None
    released_by: UUID | None = None
    release_entry_id: UUID | None = None
    known_at: datetime | None = None
    """When it was recorded: nobody could act on it before."""
    known_in: int = 0
    """The version of the episode that recorded it."""
    released_with: UUID | None = None
    """The command of the release: a review that is taken back takes back the releases it signed."""

    @property
    def is_open(self) -> bool:
        return self.released_at is None


@dataclass(frozen=True)
class StandingReview:
    """'Proceed while the item is at most `up_to_score`, until `until_on`.'"""

    review_id: UUID
    entry_id: UUID
    instrument: str
    up_to_score: int
    until_on: date
    signed_at: datetime

    def covers(self, instrument: str, safety_answer: int, day: date) -> bool:
        """Whether dosing may go on with this answer on that day."""
        return self.instrument == instrument and safety_answer <= self.up_to_score and day <= self.until_on


@dataclass(frozen=True)
class SafetyPlan:
    """What to do, and whom to call, when thoughts of suicide come; its text is sealed in the event."""

    entry_id: UUID
    safety_plan_id: UUID
    known_in: int
    """The version of the episode that recorded it."""


@dataclass(frozen=True)
class Override:
    """One rule, one session; it runs out after 24 h and never changes the limit.

    Where a second prescriber has to agree it opens nothing until that person has confirmed it themselves.
    """

    override_id: UUID
    entry_id: UUID
    rule: str
    session_id: UUID
    granted_by: UUID
    granted_at: datetime
    expires_at: datetime
    known_at: datetime | None = None
    known_in: int = 0
    """The version of the episode that recorded it: it covers what was known by then."""
    waits_for_second: bool = False
    second_id: UUID | None = None
    """Who was asked to confirm it."""
    confirmed_at: datetime | None = None
    confirmed_by: UUID | None = None
    gate: str | None = None
    """Which gate of a rule that asks for several things; None: whatever it asks."""

    @property
    def is_signed(self) -> bool:
        """By everybody who has to."""
        return not self.waits_for_second or self.confirmed_at is not None

    def covers(self, rule: str, gate: str, session_id: UUID | None) -> bool:
        """Whether it was granted for that gate of that session."""
        return (self.rule, self.session_id) == (rule, session_id) and self.gate in (None, gate)

    def opens_at(self, moment: datetime) -> bool:
        return self.is_signed and self.granted_at <= moment < self.expires_at


DEATH = 5
DIED = "died"
SEVERE = 3
"""CTCAE version 5: 1 mild, 2 moderate, 3 severe, 4 life-threatening, 5 death. The scale is theirs, not our number."""


def is_grave(grade: int, *, serious: bool) -> bool:
    """Severe or worse, or serious: dosing stops until a prescriber has reviewed it."""
    return serious or grade >= SEVERE


@dataclass(frozen=True)
class AdverseEvent:
    entry_id: UUID
    adverse_event_id: UUID
    term: str
    grade: int
    serious: bool
    happened_at: datetime
    reviewed_at: datetime | None = None
    review_entry_id: UUID | None = None
    dosing_may_go_on: bool | None = None
    known_at: datetime | None = None
    outcome_entry_id: UUID | None = None
    """The entry that says how it ended; None while nobody has said so, or while it lasts."""
    outcome: str | None = None
    """How it ended, where somebody has said so."""
    ended_on: date | None = None
    """On which day, where it has ended."""

    @property
    def is_death(self) -> bool:
        """Reported as one, or one that the patient died of later: its grade is not written anew."""
        return self.grade == DEATH or self.outcome == DIED

    @property
    def is_grave(self) -> bool:
        return is_grave(self.grade, serious=self.serious) or self.is_death

    @property
    def needs_review(self) -> bool:
        return self.reviewed_at is None and self.is_grave


@dataclass(frozen=True)
class Deviation:
    """A rule was broken by something that happened. It goes to the prescriber; it never unmakes the fact."""

    deviation_id: UUID
    entry_id: UUID
    rule: str
    code: str
    about: UUID
    noted_at: datetime
    reviewed_at: datetime | None = None
    review_entry_id: UUID | None = None
    known_at: datetime | None = None
