"""What is asked before a patient is released: watched long enough, vitals after the dose, checks on time."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.dosing.observation import missed_checks, observed_until
from domain.episode.dosing.vital_limits import in_words, is_crisis
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


def no_crisis(episode: Episode, asked: Question) -> Iterable[Gate]:
    """The newest set since the last part, whatever it was called: nobody is released with a pressure of a crisis."""
    last_at = asked.session.last_dose_at if asked.session else None
    if asked.session is None or last_at is None:
        return
    since = [v for v in asked.session.vitals.values() if last_at <= v.taken_at <= asked.now]
    newest = max(since, key=lambda v: v.taken_at, default=None)
    if newest is None or not is_crisis(newest, asked.protocol.numbers):
        return
    duty, fact = asked.network.on_call(asked.now), f"{clock(newest.taken_at, asked.network.zone)}: {in_words(newest)}."
    act = "Call the prescriber on call, and take vitals again; or end the session in another way."
    opens = Opens(act=act, decision="record_vitals", by=Role.THERAPIST, call=duty.phone if duty else None)
    missing = "a newer set below the crisis range"
    yield asked.closed("4.crisis", "crisis", fact, missing=missing, opens=opens, entries=[newest.entry_id])


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
