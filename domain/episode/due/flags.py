"""Flags: what is shown beside a patient, each with its reason. A flag closes nothing."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from domain.days import day_of
from domain.episode.due.flag import Flag, Severity, named_by
from domain.episode.due.measure_flags import alliance, good_news, no_measure, not_improving, worsening
from domain.episode.due.obligation import asked_at
from domain.episode.episode import Episode
from domain.episode.gates.adverse_events import adverse_event_review
from domain.episode.gates.gate import Question
from domain.episode.gates.holds import holds
from domain.episode.gates.safety_review import newest_answers, safety_review
from domain.episode.gates.tablets import tablets_add_up
from domain.episode.gates.urinary import urinary
from domain.episode.gates.words import at, count, on
from domain.episode.outcome.outcomes import Outcome
from domain.episode.safety.holds import open_holds
from domain.episode.session.session import SessionStatus
from domain.instrument import recorded_with
from domain.network.network import Network
from domain.protocol.protocol import Protocol

__all__ = ["Flag", "Severity", "flags", "flags_against_dosing", "last_seen_at"]


def flags(
    episode: Episode, *, now: datetime, protocol: Protocol, network: Network, sees_alliance: bool = False
) -> tuple[Flag, ...]:
    """All flags at a moment, worst first. Imported history raises none.

    `sees_alliance` is for the patient's own therapist: what is measured about their work together is for them alone.
    """
    raised = (*RAISED[:-1], alliance, RAISED[-1]) if sees_alliance else RAISED
    return _raised(raised, episode, asked_at(now, protocol, network))


def flags_against_dosing(episode: Episode, *, now: datetime, protocol: Protocol, network: Network) -> tuple[Flag, ...]:
    """The first of all flags: safety, and a hold. Every page about a patient shows them and asks for no others."""
    return _raised(AGAINST_DOSING, episode, asked_at(now, protocol, network))


def _raised(raised: Iterable["RaiseFlag"], episode: Episode, asked: Question) -> tuple[Flag, ...]:
    if episode.is_imported:
        raised = AGAINST_DOSING if open_holds(episode) or episode.adverse_events else ()
    return tuple(_with_source(flag, asked.protocol) for raise_flag in raised for flag in raise_flag(episode, asked))


def _with_source(flag: Flag, protocol: Protocol) -> Flag:
    """With where the document says its rule comes from."""
    listed = protocol.flag(flag.key) or protocol.flag(f"+{flag.key}")
    if listed is not None:
        return replace(flag, rule=flag.rule or listed.rule or listed.key, source=listed.source)
    has_rule = flag.rule is not None and protocol.has_rule(flag.rule)
    return replace(flag, source=protocol.rule(flag.rule or "").source) if has_rule else flag


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
    instrument = recorded_with(first.instrument, first.instrument_version)
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


def _urinary(episode: Episode, asked: Question) -> Iterable[Flag]:
    for gate in urinary(episode, asked):
        if gate.rule == "26" and not gate.is_open:
            facts = " ".join(gate.facts)
            yield Flag("urinary", "Urinary symptoms", Severity.ATTENTION, facts, gate.rule, gate.entries)


def _tablets(episode: Episode, asked: Question) -> Iterable[Flag]:
    """Never an accusation: numbers, and that there is something to ask."""
    for gate in tablets_add_up(episode, asked):
        if not gate.is_open:
            facts = " ".join(gate.facts)
            yield Flag("tablets", "Tablets to ask about", Severity.INFORMATION, facts, gate.rule, gate.entries)


def _discussion(episode: Episode, asked: Question) -> Iterable[Flag]:
    if (flagged := episode.discussion) is not None:
        reason = f"Flagged {on(day_of(flagged.flagged_at, asked.network.zone))}."
        yield Flag("discussion", "For discussion", Severity.INFORMATION, reason, None, (flagged.entry_id,))


def _not_seen(episode: Episode, asked: Question) -> Iterable[Flag]:
    if episode.closed_at is not None or episode.paused_at is not None or episode.has_died:
        return
    seen_at = last_seen_at(episode) or episode.referred_at
    if seen_at is None:
        return
    seen_on = day_of(seen_at, asked.network.zone)
    days = (asked.today - seen_on).days
    if days >= asked.protocol.numbers.not_seen_days.value:
        what = "Last session or consult" if last_seen_at(episode) else "Referred"
        reason = f"{what} on {on(seen_on)}, {count(days, 'day')} ago."
        yield Flag("not_seen", named_by(asked, "not_seen"), Severity.INFORMATION, reason)


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


RaiseFlag = Callable[[Episode, Question], Iterable[Flag]]
AGAINST_DOSING: tuple[RaiseFlag, ...] = (_safety, _adverse_event, _on_hold)
RAISED: tuple[RaiseFlag, ...] = (
    *AGAINST_DOSING,
    _urinary,
    _tablets,
    worsening,
    not_improving,
    _discussion,
    _not_seen,
    _access_taken,
    no_measure,
    good_news,
)
