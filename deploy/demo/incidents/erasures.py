"""Records that are to be erased, or must not be: what compliance does after a course has ended."""

from datetime import datetime

from deploy.demo.cast import PARK
from deploy.demo.incidents import endings, onboarding
from deploy.demo.story import Story
from domain.patient.erasure import LegalBasis
from domain.patient.place_legal_hold import place_legal_hold
from domain.patient.propose_erasure import propose_erasure


def asks_to_be_erased(story: Story, now: datetime) -> None:
    """Was not eligible, and wants nothing to be left; proposed long enough ago that a second person may confirm."""
    onboarding.not_eligible(story, now)
    story.step(
        story.at(36, "11:20"),
        PARK,
        propose_erasure,
        erasure_id=story.id("erasure"),
        legal_basis=LegalBasis.PATIENT_RIGHT,
        reason="Wrote that nothing be kept, as nothing was given. No period runs and no dispute is known.",
    )


def kept_for_a_dispute(story: Story, now: datetime) -> None:
    """Was not heard of again, until a court asked."""
    endings.dropped_out(story, now)
    story.step(
        story.at(97, "09:10"),
        PARK,
        place_legal_hold,
        hold_id=story.id("legal hold"),
        reason="A case about an accident; a court has asked for this record once already.",
    )
