"""Flags on scores: worse, not improving, alliance lower, no measure lately, and good news."""

from collections.abc import Iterable
from datetime import timedelta

from domain.days import day_of
from domain.episode.due.flag import Flag, Severity, named_by
from domain.episode.episode import Episode
from domain.episode.gates.doses import first_dose_at
from domain.episode.gates.gate import Question
from domain.episode.gates.words import count, on
from domain.episode.outcome.baseline import Course, course, scores
from domain.episode.plan.plan import PlanStatus
from domain.instrument import Change, Direction, Reliable, change, ids, recorded_with, title_of


def worsening(episode: Episode, asked: Question) -> Iterable[Flag]:
    """Every instrument by its own rule, and in its own direction; the protocol's measures first."""
    required = [one.instrument for one in asked.protocol.instruments]
    recorded = [outcome.instrument for outcome in episode.outcomes.values()]
    for name in dict.fromkeys([*required, *recorded]):
        if name in asked.protocol.therapist_only or (compared := course(episode, name)) is None:
            continue
        if (found := _changed(compared)) is not None and found.reliable is Reliable.DETERIORATED:
            entries = (compared.first.entry_id, compared.last.entry_id)
            reason = _in_words(compared, found)
            yield Flag("worsening", named_by(asked, "worsening"), Severity.ATTENTION, reason, None, entries)


def alliance(episode: Episode, asked: Question) -> Iterable[Flag]:
    """From one score to the next: the drop is the signal, not the distance from the first."""
    for name in asked.protocol.therapist_only:
        taken = scores(episode, name)
        if len(taken) < 2:
            continue
        compared = Course(taken[-2], taken[-1])
        if (found := _changed(compared)) is not None and found.reliable is Reliable.DETERIORATED:
            entries = (compared.first.entry_id, compared.last.entry_id)
            reason = _in_words(compared, found)
            yield Flag("alliance", named_by(asked, "alliance"), Severity.INFORMATION, reason, None, entries)


def _changed(compared: Course) -> Change | None:
    """Under the version the last one was taken with; None where there is no total or the instrument is not here."""
    first, last = compared
    instrument = recorded_with(last.instrument, last.instrument_version)
    if first.total is None or last.total is None or not instrument.is_here:
        return None
    return change(instrument, first.total, last.total)


def _in_words(compared: Course, found: Change) -> str:
    return f"{title_of(compared.last.instrument)} {compared.first.total} → {compared.last.total}. {found.words}"


def not_improving(episode: Episode, asked: Question) -> Iterable[Flag]:
    """Rule 28, on the main measure."""
    numbers, began_at, main = asked.protocol.numbers, first_dose_at(episode), _main(asked)
    compared = course(episode, main) if main else None
    if began_at is None or main is None or compared is None or _is_better_higher(main):
        return
    first, last = compared.first.total or 0, compared.last.total or 0
    week_8_on = day_of(began_at, asked.network.zone) + timedelta(days=numbers.week_8_days.value)
    fell_enough = (first - last) * 100 >= first * numbers.not_improving_drop_percent.value
    at_least = numbers.week_8_baseline.value
    if asked.today < week_8_on or first < at_least or last < at_least or fell_enough:
        return
    percent = numbers.not_improving_drop_percent.value
    fell = f"{title_of(main)} {first} → {last} since before the first dose"
    reason = f"{fell}; less than {percent} % lower by {on(week_8_on)}."
    entries = (compared.first.entry_id, compared.last.entry_id)
    yield Flag("not_improving", named_by(asked, "not_improving"), Severity.ATTENTION, reason, "28", entries)


def no_measure(episode: Episode, asked: Question) -> Iterable[Flag]:
    """No measure of the protocol for its number of days while a plan is in force."""
    days, plan = asked.protocol.numbers.no_measure_days, episode.plan
    is_at_rest = episode.closed_at is not None or episode.paused_at is not None or episode.has_died
    if days is None or plan is None or plan.status is not PlanStatus.IN_FORCE or is_at_rest:
        return
    names = {one.instrument for one in asked.protocol.instruments}
    taken = [o for o in episode.outcomes.values() if o.instrument in names and o.is_scored]
    newest = max(taken, key=lambda outcome: outcome.taken_at, default=None)
    since = day_of(newest.taken_at if newest else plan.issued_at, asked.network.zone)
    gone = (asked.today - since).days
    if gone >= days.value:
        what = f"{title_of(newest.instrument)} of" if newest else "No measure since the plan of"
        entries = (newest.entry_id,) if newest else (plan.entry_id,)
        reason = f"{what} {on(since)}, {count(gone, 'day')} ago."
        yield Flag("no_measure", named_by(asked, "no_measure"), Severity.INFORMATION, reason, None, entries)


def good_news(episode: Episode, asked: Question) -> Iterable[Flag]:
    """Remission, else response, on the main measure, each where its own rule says so."""
    main = _main(asked)
    compared = course(episode, main) if main else None
    found = _changed(compared) if compared else None
    if compared is None or found is None or not (found.remission or found.response):
        return
    key = "remission" if found.remission else "response"
    entries = (compared.first.entry_id, compared.last.entry_id)
    yield Flag(key, named_by(asked, key), Severity.GOOD, _in_words(compared, found), None, entries)


def _main(asked: Question) -> str | None:
    return asked.protocol.main_instrument


def _is_better_higher(instrument: str) -> bool:
    """Rule 28 counts a fall, in points of a measure that falls as people get better."""
    return instrument not in ids() or recorded_with(instrument).direction is Direction.HIGHER_IS_BETTER
