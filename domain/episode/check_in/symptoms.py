"""Symptoms as patients report them, and which of them cannot wait."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.episode.intake.intake import UrinaryBaseline


class Symptom(StrEnum):
    """The seed vocabulary of adverse events that a patient can name (S: JC-SIDE, FDA-SH, SPR-PI)."""

    NAUSEA = "nausea"
    VOMITING = "vomiting"
    DIZZINESS = "dizziness"
    DOUBLE_VISION = "double_vision"
    DROWSINESS = "drowsiness"
    HEADACHE = "headache"
    ANXIETY = "anxiety"
    LOW_MOOD = "low_mood"
    CONFUSION = "confusion"
    FEELING_UNREAL = "feeling_unreal"
    SLEEPLESSNESS = "sleeplessness"
    FALL = "fall"
    CHEST_PAIN = "chest_pain"
    BREATHLESSNESS = "breathlessness"
    SUDDEN_SEVERE_HEADACHE = "sudden_severe_headache"
    VISUAL_CHANGE = "visual_change"
    SEIZURE = "seizure"
    FAINTING = "fainting"
    WEAKNESS_ON_ONE_SIDE = "weakness_on_one_side"
    OTHER = "other"


RED_FLAGS = frozenset(
    {
        Symptom.CHEST_PAIN,
        Symptom.BREATHLESSNESS,
        Symptom.SUDDEN_SEVERE_HEADACHE,
        Symptom.VISUAL_CHANGE,
        Symptom.SEIZURE,
        Symptom.FAINTING,
        Symptom.WEAKNESS_ON_ONE_SIDE,
    }
)
"""Signs that ask for emergency care (S: SPR-BP): the patient is told so at once, the team sees it the same day."""


@dataclass(frozen=True)
class SymptomReport:
    entry_id: UUID
    report_id: UUID
    reported_at: datetime
    session_id: UUID | None = None
    symptoms: tuple[Symptom, ...] = ()
    urinary: UrinaryBaseline | None = None
    suicidal_thoughts: bool | None = None
    wants_call: bool = False
    reviewed_at: datetime | None = None
    review_entry_id: UUID | None = None
    reviewed_by_prescriber: bool = False
    known_in: int = 0
    """The version of the episode that recorded it."""

    @property
    def has_red_flag(self) -> bool:
        return not RED_FLAGS.isdisjoint(self.symptoms)

    @property
    def needs_review(self) -> bool:
        """Whether somebody has to look: a symptom was named, blood seen, or a call asked for."""
        bleeds = self.urinary is not None and self.urinary.visible_blood
        says_something = bool(self.symptoms) or bleeds or self.wants_call or self.suicidal_thoughts is True
        return says_something and self.reviewed_at is None
