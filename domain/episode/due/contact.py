"""Contact with the patient at least every four weeks: a task that goes with better outcomes in collaborative care."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain.actor import Role
from domain.days import day_of
from domain.episode.due.obligation import Obligation, whose
from domain.episode.episode import Episode
from domain.episode.gates.gate import Question
from domain.episode.gates.words import count, on
from domain.episode.session.session import SessionStatus

KEY = "contact"


def contact(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """From so many days before it is due, unless something booked brings the contact; done it stays, with the name.

    Source: Washington State registry, contact within four weeks (BAO). In force only where the protocol says from
    when it is shown.
    """
    numbers, zone = asked.protocol.numbers, asked.network.zone
    last_at = max(_contacts(episode), default=episode.referred_at)
    if numbers.contact_notice_days is None or last_at is None:
        return
    within, notice = timedelta(numbers.not_seen_days.value), timedelta(numbers.contact_notice_days.value)
    last_on = day_of(last_at, zone)
    due_on = last_on + within
    marks = {mark.due: mark for mark in episode.done_marks.values() if mark.key == KEY}
    while (mark := marks.get(str(due_on))) and last_on < day_of(mark.at, zone) <= asked.today - within + notice:
        last_on = day_of(mark.at, zone)
        due_on = last_on + within
    is_near = due_on - notice <= asked.today
    if mark is None and (not is_near or _is_booked(episode, asked.now, zone, until=due_on)):
        return
    days = (asked.today - last_on).days
    yield Obligation(
        key=KEY,
        what="Contact with the patient",
        why=f"Last contact on {on(last_on)}, {count(days, 'day')} ago.",
        with_role=Role.THERAPIST,
        with_id=whose(episode, Role.THERAPIST, asked.now),
        due_on=due_on,
        rule=KEY,
        decision="attempt_contact",
        may_be_marked=True,
    )


def _contacts(episode: Episode) -> Iterable[datetime]:
    """Visits, sessions, check-ins after a dose and calls that reached the patient; an answer by link is no contact."""
    if episode.intake is not None:
        yield episode.intake.completed_at
    yield from (visit.completed_at for visit in episode.follow_ups)
    for session in episode.sessions.values():
        if session.status is SessionStatus.COMPLETED and session.ended_at is not None:
            yield session.ended_at
        if session.checked_in_at is not None:
            yield session.checked_in_at
    yield from (one.at for one in episode.contacts if one.reached_patient)


def _is_booked(episode: Episode, now: datetime, zone: str, *, until: date) -> bool:
    booked = [s.starts_at for s in episode.sessions.values() if s.status is SessionStatus.BOOKED or s.is_running]
    booked += [moment for moment in (episode.intake_booked_for, episode.follow_up_booked_for) if moment is not None]
    return any(day_of(moment, zone) <= until and moment >= now for moment in booked)
