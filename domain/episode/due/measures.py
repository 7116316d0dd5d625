"""What is due to be measured: the protocol's measures at their steady pace, and those tied to an occasion.

One obligation per instrument, for the occasion that comes first; the answers of one count for all.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from domain.actor import Role
from domain.days import day_of
from domain.episode.due.ending import is_ending
from domain.episode.due.obligation import Obligation, whose
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions, first_dose_of
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


def measures(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Nothing once the course is ending: discharge comes then."""
    if is_ending(episode):
        return
    paced = [required.instrument for required in asked.protocol.instruments]
    for instrument in dict.fromkeys([*paced, *(one.instrument for one in asked.protocol.measures)]):
        wanted = [*_paced(episode, instrument, asked), *_scheduled(episode, instrument, asked)]
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


def _answered(episode: Episode, instrument: str) -> list[Outcome]:
    """Questionnaires that came to a score or a level, the oldest first; a bare total counts."""
    found = [o for o in episode.outcomes.values() if o.instrument == instrument and o.is_scored]
    return sorted(found, key=lambda outcome: (outcome.taken_at, str(outcome.outcome_id)))


def _paced(episode: Episode, instrument: str, asked: Question) -> Iterator[Wanted]:
    """So many days after the last one while a plan is in force; the first before the first dose."""
    required = next((one for one in asked.protocol.instruments if one.instrument == instrument), None)
    if required is None or episode.plan is None or episode.plan.status is not PlanStatus.IN_FORCE:
        return
    answered = _answered(episode, instrument)
    if not answered:
        yield Wanted(None, f"No {title_of(instrument)} yet; due before the first dose.", is_beside=False)
        return
    due_on = day_of(answered[-1].taken_at, asked.network.zone) + timedelta(days=required.every_days)
    yield Wanted(due_on, f"Every {required.every_days} days.", (answered[-1].entry_id,), is_beside=False)


def _scheduled(episode: Episode, instrument: str, asked: Question) -> Iterator[Wanted]:
    """The occasions of this instrument that have come and are not answered for."""
    for one in asked.protocol.measures:
        if one.instrument != instrument:
            continue
        match one.occasion:
            case Occasion.FIRST_DOSE:
                yield from _before_the_first_dose(episode, one, asked)
            case Occasion.CONSULT:
                yield from _before_the_consult(episode, one, asked)
            case Occasion.LAST_PREPARATION:
                yield from _at_the_last_preparation(episode, one, asked)
            case Occasion.MID_COURSE | Occasion.DOSE:
                yield from _after_a_dose(episode, one, asked)


def _before_the_first_dose(episode: Episode, one: ScheduledMeasure, asked: Question) -> Iterator[Wanted]:
    """From the intake on, by the day of the first dosing session; a dose without it leaves nothing to be a baseline."""
    if episode.intake is None or dosed_sessions(episode) or _answered(episode, one.instrument):
        return
    booked = _sessions(episode, SessionKind.DOSING, SessionStatus.BOOKED, SessionStatus.OPEN, SessionStatus.CLEARED)
    due_on = day_of(booked[0].starts_at, asked.network.zone) if booked else None
    yield Wanted(due_on, "Baseline; due before the first dose.", (episode.intake.entry_id,))


def _before_the_consult(episode: Episode, one: ScheduledMeasure, asked: Question) -> Iterator[Wanted]:
    if episode.follow_up_booked_for is None:
        return
    consult_on = day_of(episode.follow_up_booked_for, asked.network.zone)
    if not _answered_since(episode, one.instrument, consult_on - timedelta(days=one.valid_days), asked):
        yield Wanted(consult_on, f"For the follow-up consult of {on(consult_on)}.")


def _at_the_last_preparation(episode: Episode, one: ScheduledMeasure, asked: Question) -> Iterator[Wanted]:
    held = _sessions(episode, SessionKind.PREPARATION, SessionStatus.COMPLETED, SessionStatus.BOOKED)
    if not held or dosed_sessions(episode):
        return
    last_on = day_of(held[-1].starts_at, asked.network.zone)
    if not _answered_since(episode, one.instrument, last_on - timedelta(days=one.valid_days), asked):
        yield Wanted(last_on, f"At the last preparation session, {on(last_on)}.", (held[-1].entry_id,))


def _after_a_dose(episode: Episode, one: ScheduledMeasure, asked: Question) -> Iterator[Wanted]:
    """After the newest dosed session, or after the one of that number: from its end until it lapses."""
    dosed = dosed_sessions(episode)
    if one.after_doses is not None:
        dosed = dosed[: one.after_doses] if len(dosed) >= one.after_doses else []
    if not dosed or dosed[-1].ended_at is None:
        return
    session, taken_at = dosed[-1], first_dose_of(dosed[-1])
    due_on = day_of(taken_at, asked.network.zone) + timedelta(days=one.within_days)
    has_lapsed = asked.today > due_on + timedelta(days=one.lapses_after_days)
    if not has_lapsed and not any(o.taken_at >= taken_at for o in _answered(episode, one.instrument)):
        when = "Mid-course, after" if one.after_doses is not None else "After"
        yield Wanted(due_on, f"{when} dosing session {session.number}.", (session.entry_id,))


def _answered_since(episode: Episode, instrument: str, day: date, asked: Question) -> bool:
    zone = asked.network.zone
    return any(day_of(outcome.taken_at, zone) >= day for outcome in _answered(episode, instrument))


def _sessions(episode: Episode, kind: SessionKind, *statuses: SessionStatus) -> list[Session]:
    """In the order of their times."""
    found = [one for one in episode.sessions.values() if one.kind is kind and one.status in statuses]
    return sorted(found, key=_starts)


def _starts(session: Session) -> datetime:
    return session.starts_at
