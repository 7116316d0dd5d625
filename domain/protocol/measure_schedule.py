"""When a measure is due besides its steady pace: tied to a phase or a session of the course."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.protocol.numbers import Mark


class Occasion(StrEnum):
    FIRST_DOSE = "first_dose"
    """Once in a course, before its first dose."""
    CONSULT = "consult"
    """Before each follow-up consult."""
    LAST_PREPARATION = "last_preparation"
    """At the last preparation session before the first dose."""
    MID_COURSE = "mid_course"
    """After the dosing session of that number, `after_doses`."""
    DOSE = "dose"
    """After each dosing session."""


class ScheduledMeasure(BaseModel):
    """One measure at one occasion. What a document does not schedule is not due."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    instrument: str
    occasion: Occasion
    valid_days: int = Field(default=0, ge=0, le=365)
    """How many days before a consult or a preparation session the answers may have been given."""
    within_days: int = Field(default=0, ge=0, le=90)
    """Days after the dose by which it is due."""
    lapses_after_days: int = Field(default=0, ge=0, le=90)
    """Days after it was due when nobody asks for it any more: an experience is not asked for weeks later."""
    after_doses: int | None = Field(default=None, ge=1, le=100)
    source: str
    mark: Mark

    @model_validator(mode="after")
    def says_after_how_many_doses(self) -> Self:
        if (self.after_doses is None) == (self.occasion is Occasion.MID_COURSE):
            raise ValueError("mid-course says after how many doses, `after_doses`, and nothing else does")
        return self
