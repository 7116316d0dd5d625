"""An ordinary course of eight doses, from referral to discharge."""

from collections.abc import Callable
from datetime import datetime, timedelta

from deploy.demo import chapters, measures
from deploy.demo.dosing_day import DosingDay, dosing_day
from deploy.demo.story import Story
from domain.episode.course.discharge_patient import discharge_patient

Tell = Callable[[Story, datetime], None]
DOSES_AT = (16, 30, 44, 58, 72, 86, 100, 114)
FOLLOW_UP_AT = 35
WAYS = ("remote", "in_person")
MID_COURSE = 4
"""After so many doses patient and therapist say once more how well they work together."""
DISCHARGED_AT = 131


def up_to_plan(story: Story, *, score: int = 19, consented: bool = True, ways: tuple[str, ...] = WAYS) -> None:
    """Referral, first measures, intake, eligibility, consents, plan, preparation."""
    chapters.referral(story)
    measures.symptoms(story, story.at(4, "18:40"), score, min(21, score - 4))
    chapters.intake(story)
    chapters.eligible(story)
    if consented:
        chapters.consents(story)
    chapters.plan(story, ways=ways)
    chapters.preparation(story)


def doses(story: Story, scores: list[int], *, way: str = "remote") -> None:
    """One dose after another, each with a measure the day before and an integration session three days later."""
    for number, offset in enumerate(DOSES_AT[: len(scores)]):
        if offset > FOLLOW_UP_AT and story.plan_version == 1:
            chapters.follow_up(story, FOLLOW_UP_AT)
        measures.symptoms(story, story.at(offset - 1, "19:10"), scores[number])
        if number == MID_COURSE:
            measures.fixed(story, story.at(offset - 1, "19:20"), "wai-sr")
        is_later = number >= 2
        dosing_day(
            story,
            DosingDay(
                offset,
                dose_mg=150 if is_later else 100,
                booster_mg=50 if is_later and number % 2 else None,
                way=way,
                late_by=timedelta(days=2, hours=18) if number == 4 else timedelta(0),
            ),
        )
        chapters.integration(story, offset + 3)


def so_far(story: Story, *, scores: tuple[int, ...]) -> None:
    """An ordinary course up to as many doses as there are scores."""
    up_to_plan(story, score=scores[0])
    doses(story, list(scores))


def ordinary(first: int, last: int, *, way: str = "remote") -> Tell:
    """A whole course of eight doses whose PHQ-9 goes from one score to another; it stops wherever today is."""

    def tell(story: Story, now: datetime) -> None:
        scores = [round(first + (last - first) * number / 7) for number in range(8)]
        up_to_plan(story, score=first)
        doses(story, scores, way=way)
        measures.symptoms(story, story.at(DISCHARGED_AT - 1, "18:20"), last)
        story.step(
            story.at(DISCHARGED_AT, "11:00"),
            story.therapist,
            discharge_patient,
            reason="completed",
            note="Reached what the patient came for. Knows how to come back.",
        )

    return tell
