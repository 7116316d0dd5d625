"""Courses that wait, or end, before the first dose."""

from datetime import datetime

from deploy.demo import chapters, measures
from deploy.demo.story import Story
from domain.episode.course.discharge_patient import discharge_patient
from domain.episode.eligibility.determine_eligibility import determine_eligibility
from domain.episode.eligibility.request_clearance import request_clearance


def waits_for_clearance(story: Story, now: datetime) -> None:
    """A heart murmur at the intake: cardiology is asked."""
    chapters.referral(story)
    measures.symptoms(story, story.at(4, "18:40"), 17)
    chapters.intake(story)
    story.step(
        story.at(5, "10:10"), story.prescriber, request_clearance, specialty="cardiology", due_on=story.day(30)
    )  # fmt: skip
    story.step(
        story.at(5, "10:14"),
        story.prescriber,
        determine_eligibility,
        outcome="needs_clearance",
        rationale="Murmur heard for the first time; an echo is needed before anything else.",
    )


def not_eligible(story: Story, now: datetime) -> None:
    """An absolute contraindication; the episode ends."""
    chapters.referral(story)
    chapters.intake(story)
    story.step(
        story.at(5, "10:14"),
        story.prescriber,
        determine_eligibility,
        outcome="not_eligible",
        absolute=["uncontrolled_hypertension"],
        rationale="Three readings above 170 in spite of two medicines.",
    )
    story.step(story.at(9, "15:00"), story.prescriber, discharge_patient, reason="not_eligible")


def eligibility_to_decide(story: Story, now: datetime) -> None:
    """The intake is done; the decision waits."""
    chapters.referral(story)
    measures.symptoms(story, story.at(3, "18:40"), 22)
    chapters.intake(story, 4)


def plan_to_issue(story: Story, now: datetime) -> None:
    """Eligible and consented; the plan waits."""
    chapters.referral(story)
    measures.symptoms(story, story.at(3, "18:40"), 18)
    chapters.intake(story, 4)
    chapters.eligible(story, 4)
    chapters.consents(story, 5)


def needs_information(story: Story, now: datetime) -> None:
    """Records of an earlier hospital stay are missing."""
    chapters.referral(story)
    chapters.intake(story)
    story.step(
        story.at(5, "10:14"),
        story.prescriber,
        determine_eligibility,
        outcome="needs_information",
        rationale="Discharge letter of 2023 asked for: was it a manic episode?",
    )
