"""What is asked before a patient is released: watched long enough, vitals after the dose, checks on time."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.dosing.observation import missed_checks, observed_until
from domain.episode.dosing.vital_limits import in_words
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import clock
from domain.episode.session.session import Vitals, VitalsPhase


def observation(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Counted from the last part of the dose."""
    if asked.session is None:
        return
    terms = episode.plan.terms if episode.plan else None
    until = observed_until(asked.session, terms, asked.protocol.numbers)
    last_at = asked.session.last_dose_at
    if until is None or last_at is None:
        return
    zone = asked.network.zone
    fact = f"The last part was taken {clock(last_at, zone)}; watched until {clock(until, zone)}."
    if asked.now >= until:
        yield asked.open("+observation", "observation", fact)
        return
    opens = Opens(at=until, act=f"Wait until {clock(until, zone)}.")
    yield asked.closed("+observation", "observation", fact, missing="time after the last part", opens=opens)


def vitals_after(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Rule 6: a complete set taken after the last part."""
    if asked.session is None or not asked.session.is_dosed:
        return
    after = latest_after(asked)
    if after is not None:
        fact = f"{clock(after.taken_at, asked.network.zone)}: {in_words(after)}."
        yield asked.open("6", "vitals_after", fact, entries=[after.entry_id])
        return
    act = "Take vitals. Where that cannot be done, end the session as stopped early and say why."
    opens = Opens(act=act, decision="record_vitals", by=Role.THERAPIST)
    yield asked.closed("6", "vitals_after", missing="vitals after the dose", opens=opens)


def latest_after(asked: Question) -> Vitals | None:
    """The newest complete set that was taken as the one after the dose."""
    session = asked.session
    last_at = session.last_dose_at if session else None
    if session is None or last_at is None:
        return None
    after = [
        v
        for v in session.vitals.values()
        if v.phase is VitalsPhase.AFTER and last_at <= v.taken_at <= asked.now and v.diastolic_mmhg is not None
    ]
    return max(after, key=lambda v: v.taken_at, default=None)


def checks(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Checks that came late are shown and kept; they hold nobody back."""
    if asked.session is None or not asked.session.is_dosed:
        return
    missed = missed_checks(asked.session, asked.protocol.numbers, asked.now)
    if not missed:
        yield asked.open("12.checks", "checks")
        return
    zone = asked.network.zone
    facts = [
        f"No check from {clock(a, zone)} to {clock(b, zone)}: {int((b - a).total_seconds() // 60)} min."
        for a, b in missed
    ]
    yield asked.closed("12.checks", "checks", *facts, missing="checks on time", opens=Opens())
