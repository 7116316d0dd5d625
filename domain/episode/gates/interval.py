"""Days between doses (rule 11), in calendar days of the network's zone, from the last dose anywhere."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from domain.days import day_of, start_of
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions, last_dose_of
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import count, on
from domain.episode.intake.elsewhere import last_elsewhere
from domain.episode.plan.under_protocol import numbers_of
from domain.network.network import Network
from domain.protocol.protocol import Protocol


class LastDose(NamedTuple):
    day: date
    fact: str
    entries: tuple[UUID, ...]


def interval(episode: Episode, asked: Question) -> Iterable[Gate]:
    """The plan's minimum; under it the protocol's floor, which nobody overrides; above it the usual days, as a note."""
    last = last_dose(episode, asked)
    if last is None:
        yield asked.open("11", "interval", "No dose has been taken yet.")
        return
    yield _gate(asked, "11", "interval", last, minimum_days(episode, asked.network, asked.protocol))
    floor = _gate(asked, "11.floor", "interval_floor", last, _floor_days(episode, asked))
    usual = _gate(asked, "11.usual", "interval_usual", last, _usual_days(episode, asked))
    yield from (gate for gate in (floor, usual) if not gate.is_open)


def last_dose(episode: Episode, asked: Question) -> LastDose | None:
    """The last day with ketamine: in this course, an earlier one, or taken elsewhere."""
    zone, known = asked.network.zone, []
    if dosed := dosed_sessions(episode, asked.session.session_id if asked.session else None):
        day = max(day_of(max(last_dose_of(one), one.opened_at or last_dose_of(one)), zone) for one in dosed)
        number, entry = dosed[-1].number, dosed[-1].entry_id
        known.append(LastDose(day, f"Last dose on {on(day)}, session {number}.", (entry,)))
    if episode.earlier.last_dose_at is not None:
        day = day_of(episode.earlier.last_dose_at, zone)
        known.append(LastDose(day, f"Last dose on {on(day)}, in an earlier course.", ()))
    if (elsewhere := last_elsewhere(episode)) is not None:
        known.append(LastDose(elsewhere, f"Ketamine elsewhere on {on(elsewhere)}.", ()))
    return max(known, key=lambda dose: dose.day, default=None)


def _gate(asked: Question, rule: str, key: str, last: LastDose, days: int) -> Gate:
    opens_on = last.day + timedelta(days=days)
    fact = f"At least {count(days, 'day')} between doses."
    if asked.today >= opens_on:
        return asked.open(rule, key, last.fact, fact, entries=last.entries)
    opens = Opens(at=start_of(opens_on, asked.network.zone))
    missing = f"{count((opens_on - asked.today).days, 'more day')}; opens {on(opens_on)}"
    return asked.closed(rule, key, last.fact, fact, missing=missing, opens=opens, entries=last.entries)


def _floor_days(episode: Episode, asked: Question) -> int:
    return asked.plan_numbers(episode).minimum_interval_floor_days.value


def minimum_days(episode: Episode, network: Network, protocol: Protocol) -> int:
    """The days that the plan asks for between doses, and no fewer than its protocol's floor."""
    floor = numbers_of(episode, network, protocol).minimum_interval_floor_days.value
    return max(floor, episode.plan.terms.minimum_interval_days) if episode.plan else floor


def _usual_days(episode: Episode, asked: Question) -> int:
    return episode.plan.terms.usual_days if episode.plan else asked.protocol.numbers.usual_days.value
