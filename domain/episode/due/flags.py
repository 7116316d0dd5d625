"""Flags: what is shown beside a patient, each with its reason. A flag closes nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.days import day_of
from domain.episode.due.obligation import asked_at
from domain.episode.due.obligations import has_died
from domain.episode.episode import Episode
from domain.episode.gates.adverse_events import adverse_event_review
from domain.episode.gates.doses import first_dose_at
from domain.episode.gates.gate import Question
from domain.episode.gates.holds import holds
from domain.episode.gates.safety_review import newest_answers, safety_review
from domain.episode.gates.words import at, count, on
from domain.episode.outcome.baseline import course
from domain.episode.outcome.outcomes import Outcome
from domain.episode.session.session import SessionStatus
from domain.instrument import Reliable, change, load
from domain.network.network import Network
from domain.protocol.protocol import Protocol


class Severity(StrEnum):
    """Safety means a person may be in danger; attention asks for a look; the rest informs."""

    SAFETY = "safety"
    ATTENTION = "attention"
    INFORMATION = "information"


@dataclass(frozen=True)
class Flag:
    """`reason` is a sentence with dates and numbers; `entries` the events that raised it."""

    key: str
    name: str
    severity: Severity
    reason: str
    rule: str | None = None
    entries: tuple[UUID, ...] = ()


def flags(episode: Episode, *, now: datetime, protocol: Protocol, network: Network) -> tuple[Flag, ...]:
    """All flags at a moment, worst first. Imported history raises none."""
    if episode.is_imported:
        return ()
    asked = asked_at(now, protocol, network)
    return tuple(flag for raise_flag in RAISED for flag in raise_flag(episode, asked))


def _safety(episode: Episode, asked: Question) -> Iterable[Flag]:
    """An answer above 0 stands above every improvement; under a standing review it is shown with that review."""
    positive = [o for o in newest_answers(episode) if o.safety_item_is_positive]
    unsettled = [o for o in positive if o.safety_review_id not in episode.safety_reviews]
    gate = next(iter(safety_review(episode, asked)))
    if unsettled or not gate.is_open:
        entries = gate.entries or tuple(o.entry_id for o in unsettled)
        name = _safety_name(unsettled) if unsettled else "Safety review"
        yield Flag("safety", name, Severity.SAFETY, " ".join(gate.facts), "21", entries)


def _safety_name(positive: list[Outcome]) -> str:
    first = positive[0]
    instrument = load(first.instrument, first.instrument_version)
    if instrument.triage is not None:
        return f"{instrument.title} {first.level or 'incomplete'}"
    return f"{instrument.safety_question} above 0"


def _adverse_event(episode: Episode, asked: Question) -> Iterable[Flag]:
    for gate in adverse_event_review(episode, asked):
        if not gate.is_open:
            yield Flag("adverse_event", "Adverse event", Severity.SAFETY, " ".join(gate.facts), "25", gate.entries)


def _on_hold(episode: Episode, asked: Question) -> Iterable[Flag]:
    if shown := list(holds(episode, asked)):
        facts = " ".join(fact for gate in shown for fact in gate.facts)
        entries = tuple(entry for gate in shown for entry in gate.entries)
        yield Flag("hold", "On hold", Severity.ATTENTION, facts, "+hold", entries)


def _worsening(episode: Episode, asked: Question) -> Iterable[Flag]:
    for required in asked.protocol.instruments:
        instrument, compared = load(required.instrument), course(episode, required.instrument)
        if compared is None or compared.first.total is None or compared.last.total is None:
            continue
        found = change(instrument, compared.first.total, compared.last.total)
        if found.reliable is Reliable.DETERIORATED:
            reason = f"{instrument.title} {compared.first.total} → {compared.last.total}. {found.words}"
            entries = (compared.first.entry_id, compared.last.entry_id)
            yield Flag("worsening", _named(asked, "worsening"), Severity.ATTENTION, reason, None, entries)


def _not_improving(episode: Episode, asked: Question) -> Iterable[Flag]:
    """Rule 28, on the main measure."""
    numbers, began_at = asked.protocol.numbers, first_dose_at(episode)
    main = next((required.instrument for required in asked.protocol.instruments if required.is_main), None)
    compared = course(episode, main) if main else None
    if began_at is None or main is None or compared is None:
        return
    first, last = compared.first.total or 0, compared.last.total or 0
    week_8_on = day_of(began_at, asked.network.zone) + timedelta(days=numbers.week_8_days.value)
    fell_enough = (first - last) * 100 >= first * numbers.not_improving_drop_percent.value
    at_least = numbers.week_8_baseline.value
    if asked.today < week_8_on or first < at_least or last < at_least or fell_enough:
        return
    percent = numbers.not_improving_drop_percent.value
    fell = f"{load(main).title} {first} → {last} since before the first dose"
    reason = f"{fell}; less than {percent} % lower by {on(week_8_on)}."
    entries = (compared.first.entry_id, compared.last.entry_id)
    yield Flag("not_improving", _named(asked, "not_improving"), Severity.ATTENTION, reason, "28", entries)


def _not_seen(episode: Episode, asked: Question) -> Iterable[Flag]:
    if episode.closed_at is not None or episode.paused_at is not None or has_died(episode):
        return
    seen_at = last_seen_at(episode) or episode.referred_at
    if seen_at is None:
        return
    seen_on = day_of(seen_at, asked.network.zone)
    days = (asked.today - seen_on).days
    if days >= asked.protocol.numbers.not_seen_days.value:
        what = "Last session or consult" if last_seen_at(episode) else "Referred"
        reason = f"{what} on {on(seen_on)}, {count(days, 'day')} ago."
        yield Flag("not_seen", _named(asked, "not_seen"), Severity.INFORMATION, reason)


def last_seen_at(episode: Episode) -> datetime | None:
    """When the last completed session or consult ended."""
    seen = [episode.intake.completed_at] if episode.intake else []
    seen += [visit.completed_at for visit in episode.follow_ups]
    seen += [s.ended_at for s in episode.sessions.values() if s.status is SessionStatus.COMPLETED and s.ended_at]
    return max(seen, default=None)


def _access_taken(episode: Episode, asked: Question) -> Iterable[Flag]:
    """The team is told that somebody from outside has opened the record, while they may look (case E3)."""
    zone = asked.network.zone
    for access in episode.accesses:
        if access.is_in_force_at(asked.now):
            opened, ends = at(access.from_at, zone), at(access.until_at, zone)
            reason = f"A prescriber from outside the team was called and opened the record on {opened}; until {ends}."
            yield Flag(
                "access_taken",
                "Opened from outside the team",
                Severity.INFORMATION,
                reason,
                entries=(access.entry_id,),
            )


def _named(asked: Question, key: str) -> str:
    listed = asked.protocol.flag(key)
    return listed.name if listed else key.replace("_", " ").capitalize()


RAISED: tuple[Callable[[Episode, Question], Iterable[Flag]], ...] = (
    _safety,
    _adverse_event,
    _on_hold,
    _worsening,
    _not_improving,
    _not_seen,
    _access_taken,
)
