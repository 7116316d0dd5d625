"""A consultation between week 8 and week 12 on a patient who is not improving (rule 28)."""

from collections.abc import Iterable
from datetime import timedelta

from domain.actor import Role
from domain.days import day_of
from domain.episode.due.obligation import Obligation, whose
from domain.episode.episode import Episode
from domain.episode.gates.doses import first_dose_at
from domain.episode.gates.gate import Question
from domain.episode.gates.words import on
from domain.episode.outcome.baseline import course
from domain.instrument import title_of


def case_review(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Owed from week 8 until week 12 has passed and after; a follow-up visit since week 8 is such a consultation.

    Source: Washington State registry, psychiatric consultation between weeks 8 and 12 for those not responding (BAO).
    """
    numbers, zone, began_at = asked.protocol.numbers, asked.network.zone, first_dose_at(episode)
    main = asked.protocol.main_instrument
    compared = course(episode, main) if main else None
    if numbers.week_12_days is None or began_at is None or main is None or compared is None:
        return
    week_8_on = day_of(began_at, zone) + timedelta(days=numbers.week_8_days.value)
    first, last = compared.first.total or 0, compared.last.total or 0
    at_least, percent = numbers.week_8_baseline.value, numbers.not_improving_drop_percent.value
    is_better = first < at_least or last < at_least or (first - last) * 100 >= first * percent
    review = episode.caseload_review
    was_discussed = review is not None and review.held_on >= week_8_on
    was_seen = was_discussed or any(day_of(visit.completed_at, zone) >= week_8_on for visit in episode.follow_ups)
    if asked.today < week_8_on or is_better or was_seen:
        return
    since = day_of(compared.first.taken_at, zone)
    yield Obligation(
        key="case_review",
        what="Consultation: not improving",
        why=f"{title_of(main)} {first} → {last} since {on(since)}; week 8 was on {on(week_8_on)}.",
        with_role=Role.PRESCRIBER,
        with_id=whose(episode, Role.PRESCRIBER, asked.now),
        due_on=day_of(began_at, zone) + timedelta(days=numbers.week_12_days.value),
        rule="28",
        decision="record_caseload_review",
        may_be_marked=True,
        entries=(compared.first.entry_id, compared.last.entry_id),
    )
