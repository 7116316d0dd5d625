"""What is due to be measured: the protocol's measures at their steady pace, and those tied to an occasion.

One obligation per instrument, for the occasion that comes first; the answers of one count for all.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from domain.actor import Role
from domain.days import day_of
from domain.episode.due.ending import is_ending
from domain.episode.due.obligation import Obligation, whose
from domain.episode.episode import Episode
from domain.episode.gates.doses import any_dosed, dosed_sessions, first_dose_of
from domain.episode.gates.gate import Question
from domain.episode.gates.words import on
from domain.episode.outcome.outcomes import Outcome
from domain.episode.plan.plan import PlanStatus
from domain.episode.session.session import Session, SessionKind, SessionStatus
from domain.instrument import title_of
from domain.protocol.measure_schedule import Occasion, ScheduledMeasure


class Wanted(NamedTuple):
    """One reason to ask: by which day of the network, and why in a sentence."""

    due_on: date | None
    why: str
    entries: tuple[UUID, ...] = ()
    is_beside: bool = True


class Course(NamedTuple):
    """What the occasions are asked with. `answered` holds when each instrument came to a score, the oldest first."""

    episode: Episode
    asked: Question
    answered: Mapping[str, list[Outcome]]

    def day(self, moment: datetime) -> date:
        return day_of(moment, self.asked.network.zone)

    def is_answered_since(self, instrument: str, day: date) -> bool:
        newest = self.answered.get(instrument, [])
        return bool(newest) and self.day(newest[-1].taken_at) >= day


def measures(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Nothing once the course is ending: discharge comes then."""
    if is_ending(episode):
        return
    course = Course(episode, asked, _answered(episode))
    paced = [required.instrument for required in asked.protocol.instruments]
    for instrument in dict.fromkeys([*paced, *(one.instrument for one in asked.protocol.measures)]):
        wanted = [*_paced(course, instrument), *_scheduled(course, instrument)]
        if wanted:
            first = min(wanted, key=lambda one: one.due_on or date.max)
            yield Obligation(
                key=f"measure:{instrument}",
                what=title_of(instrument),
                why=first.why,
                with_role=Role.THERAPIST,
                with_id=whose(episode, Role.THERAPIST, asked.now),
                due_on=first.due_on,
                decision="record_outcome",
                entries=first.entries,
                is_beside=first.is_beside,
            )


def _answered(episode: Episode) -> dict[str, list[Outcome]]:
    """Questionnaires that came to a score or a level; a bare total counts."""
    found: dict[str, list[Outcome]] = {}
    for outcome in sorted(episode.outcomes.values(), key=lambda one: (one.taken_at, str(one.outcome_id))):
        if outcome.is_scored:
            found.setdefault(outcome.instrument, []).append(outcome)
    return found


def _paced(course: Course, instrument: str) -> Iterator[Wanted]:
    """So many days after the last one while a plan is in force; the first before the first dose."""
    required = next((one for one in course.asked.protocol.instruments if one.instrument == instrument), None)
    plan = course.episode.plan
    if required is None or plan is None or plan.status is not PlanStatus.IN_FORCE:
        return
    answered = course.answered.get(instrument)
    if not answered:
        yield Wanted(None, f"No {title_of(instrument)} yet; due before the first dose.", is_beside=False)
        return
    due_on = course.day(answered[-1].taken_at) + timedelta(days=required.every_days)
    yield Wanted(due_on, f"Every {required.every_days} days.", (answered[-1].entry_id,), is_beside=False)


def _scheduled(course: Course, instrument: str) -> Iterator[Wanted]:
    """The occasions of this instrument that have come and are not answered for."""
    for one in course.asked.protocol.measures:
        if one.instrument != instrument:
            continue
        match one.occasion:
            case Occasion.FIRST_DOSE:
                yield from _before_the_first_dose(course, one)
            case Occasion.CONSULT:
                yield from _before_the_consult(course, one)
            case Occasion.LAST_PREPARATION:
                yield from _at_the_last_preparation(course, one)
            case Occasion.MID_COURSE | Occasion.DOSE:
                yield from _after_a_dose(course, one)


def _before_the_first_dose(course: Course, one: ScheduledMeasure) -> Iterator[Wanted]:
    """From the intake on, by the day of the first dosing session; a dose without it leaves nothing to be a baseline."""
    episode = course.episode
    if episode.intake is None or one.instrument in course.answered or any_dosed(episode):
        return
    booked = _sessions(episode, SessionKind.DOSING, SessionStatus.BOOKED, SessionStatus.OPEN, SessionStatus.CLEARED)
    due_on = course.day(booked[0].starts_at) if booked else None
    yield Wanted(due_on, "Baseline; due before the first dose.", (episode.intake.entry_id,))


def _before_the_consult(course: Course, one: ScheduledMeasure) -> Iterator[Wanted]:
    if course.episode.follow_up_booked_for is None:
        return
    consult_on = course.day(course.episode.follow_up_booked_for)
    if not course.is_answered_since(one.instrument, consult_on - timedelta(days=one.valid_days)):
        yield Wanted(consult_on, f"For the follow-up consult of {on(consult_on)}.")


def _at_the_last_preparation(course: Course, one: ScheduledMeasure) -> Iterator[Wanted]:
    held = _sessions(course.episode, SessionKind.PREPARATION, SessionStatus.COMPLETED, SessionStatus.BOOKED)
    if not held or any_dosed(course.episode):
        return
    last_on = course.day(held[-1].starts_at)
    if not course.is_answered_since(one.instrument, last_on - timedelta(days=one.valid_days)):
        yield Wanted(last_on, f"At the last preparation session, {on(last_on)}.", (held[-1].entry_id,))


def _after_a_dose(course: Course, one: ScheduledMeasure) -> Iterator[Wanted]:
    """After the newest dosed session, or after the one of that number: from its end until it lapses."""
    dosed = dosed_sessions(course.episode)
    if one.after_doses is not None:
        dosed = dosed[: one.after_doses] if len(dosed) >= one.after_doses else []
    if not dosed or dosed[-1].ended_at is None:
        return
    session, taken_at = dosed[-1], first_dose_of(dosed[-1])
    due_on = course.day(taken_at) + timedelta(days=one.within_days)
    has_lapsed = course.asked.today > due_on + timedelta(days=one.lapses_after_days)
    answered = course.answered.get(one.instrument)
    if not has_lapsed and not (answered and answered[-1].taken_at >= taken_at):
        when = "Mid-course, after" if one.after_doses is not None else "After"
        yield Wanted(due_on, f"{when} dosing session {session.number}.", (session.entry_id,))


def _sessions(episode: Episode, kind: SessionKind, *statuses: SessionStatus) -> list[Session]:
    """In the order of their times."""
    found = [one for one in episode.sessions.values() if one.kind is kind and one.status in statuses]
    return sorted(found, key=_starts)


def _starts(session: Session) -> datetime:
    return session.starts_at
