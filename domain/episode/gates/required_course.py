"""What the protocol asks of the course by data alone: where sessions take place, how often, and what was answered."""

from collections.abc import Iterable
from datetime import date, timedelta

from domain.actor import Role
from domain.days import day_of, start_of
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions, first_dose_of
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import WAY_WORDS, count, on
from domain.instrument import title_of
from domain.protocol.requirements import InstrumentBefore, Pace, WaysAllowed


def way_allowed(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Such as no use at home. Where no way is settled yet, the booking asks."""
    for one in asked.protocol.required(WaysAllowed):
        if asked.way is None or asked.way.value in one.ways:
            yield asked.open(one.rule, one.key)
            continue
        opens = Opens(act="Book the session another way.", decision="book_session", by=Role.THERAPIST)
        missing = f"a session {' or '.join(WAY_WORDS[way] for way in one.ways)}"
        fact = f"This session takes place {WAY_WORDS[asked.way.value]}."
        yield asked.closed(one.rule, one.key, fact, missing=missing, opens=opens)


def pace(episode: Episode, asked: Question) -> Iterable[Gate]:
    """No more doses within so many days than the week of the course allows."""
    days = _dosed_days(episode, asked)
    if not days:
        return
    week = (asked.today - days[0]).days // 7 + 1
    for one in asked.protocol.required(Pace):
        if week < one.from_week or (one.until_week is not None and week > one.until_week):
            continue
        lately = [day for day in days if (asked.today - day).days < one.in_days]
        had = f"{count(len(lately), 'dose')} within {count(one.in_days, 'day')}"
        fact = f"Week {week}: {had}, at most {one.doses_at_most}."
        if len(lately) < one.doses_at_most:
            yield asked.open(one.rule, one.key, fact)
            continue
        opens_on = lately[-one.doses_at_most] + timedelta(days=one.in_days)
        missing = f"{count((opens_on - asked.today).days, 'more day')}; opens {on(opens_on)}"
        opens = Opens(at=start_of(opens_on, asked.network.zone))
        yield asked.closed(one.rule, one.key, fact, missing=missing, opens=opens)


def answered_lately(episode: Episode, asked: Question) -> Iterable[Gate]:
    """A questionnaire of the days before the dose; imported history does not count."""
    for one in asked.protocol.required(InstrumentBefore):
        title = title_of(one.instrument)
        taken = [o for o in episode.outcomes.values() if o.instrument == one.instrument and not o.is_imported]
        newest = max((o for o in taken if o.taken_at <= asked.now), key=lambda o: o.taken_at, default=None)
        missing = f"{title} of the last {count(one.days_at_most, 'day')}"
        opens = Opens(act=f"Ask, and record the {title}.", decision="record_outcome", by=Role.THERAPIST)
        if newest is None:
            yield asked.closed(one.rule, one.key, f"No {title} yet.", missing=missing, opens=opens)
            continue
        day = day_of(newest.taken_at, asked.network.zone)
        fact, entries = f"{title} of {on(day)}.", [newest.entry_id]
        if (asked.today - day).days <= one.days_at_most:
            yield asked.open(one.rule, one.key, fact, entries=entries)
        else:
            yield asked.closed(one.rule, one.key, fact, missing=missing, opens=opens, entries=entries)


def _dosed_days(episode: Episode, asked: Question) -> list[date]:
    """The days of this course's doses, besides the session in question, the earliest first."""
    besides = asked.session.session_id if asked.session else None
    return [day_of(first_dose_of(session), asked.network.zone) for session in dosed_sessions(episode, besides)]
