"""Rules 4 and 5: the newest vitals that count are complete, inside the plan's limits and fresh; rechecks are left."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.actor import Role
from domain.episode.dosing.rechecks import Rechecks, before_the_dose, rechecks
from domain.episode.dosing.vital_limits import breaches, in_words, is_crisis
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import clock
from domain.episode.plan.plan import VitalLimits
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import Vitals

TAKE = Opens(act="Take and record vitals.", decision="record_vitals", by=Role.THERAPIST)


def vitals_before(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Everything rule 4 and rule 5 say before the dose."""
    if asked.session is None or episode.plan is None:
        return [asked.closed("4", "vitals", missing="vitals before the dose", opens=TAKE)]
    limits = episode.plan.terms.vital_limits
    standing = rechecks(before_the_dose(asked.session, asked.now), limits, asked.protocol.numbers)
    return [_within(asked, limits, standing), _crisis(asked, standing), _rechecks(episode, asked, limits, standing)]


def valid_until(vitals: Vitals, asked: Question) -> datetime:
    """The last moment at which this set is fresh."""
    return vitals.taken_at + timedelta(minutes=asked.protocol.numbers.vitals_valid_minutes.value)


def measured(vitals: Vitals, asked: Question) -> str:
    """13:40: 164/92, pulse 80."""
    return f"{clock(vitals.taken_at, asked.network.zone)}: {in_words(vitals)}"


def _within(asked: Question, limits: VitalLimits, standing: Rechecks) -> Gate:
    governing = standing.governing
    if governing is None:
        return asked.closed("4", "vitals", missing="vitals before the dose", opens=TAKE)
    zone = asked.network.zone
    skipped = asked.checklist is not None and asked.checklist.pressure_medicine_skipped
    shown = ["The usual medicine against high blood pressure was skipped today."] if skipped else []
    shown += [f"{measured(v, asked)}." for v in standing.counted]
    shown += [f"{measured(v, asked)}, too early to count." for v in standing.too_early]
    entries = [v.entry_id for v in (*standing.counted, *standing.too_early)]
    if (found := breaches(governing, limits)) or standing.from_at is not None:
        from_at = standing.from_at or governing.taken_at
        opens = Opens(
            at=from_at, act=f"Recheck from {clock(from_at, zone)}.", decision="record_vitals", by=Role.THERAPIST
        )
        said = ", ".join(found) or "no red-flag symptoms"
        missing = f"vitals within limits ({said})" if found else said
        return asked.closed("4", "vitals", *shown, missing=missing, opens=opens, entries=entries)
    until = valid_until(governing, asked)
    if asked.now > until:
        missing = f"fresh vitals (expired {clock(until, zone)})"
        return asked.closed("4", "vitals", *shown, missing=missing, opens=TAKE, entries=entries)
    return asked.open("4", "vitals", *shown, f"Valid until {clock(until, zone)}.", entries=entries)


def _crisis(asked: Question, standing: Rechecks) -> Gate:
    governing = standing.governing
    if governing is None or not is_crisis(governing, asked.protocol.numbers):
        return asked.open("4.crisis", "crisis")
    on_call = asked.network.on_call(asked.now)
    opens = Opens(
        act="Call the prescriber on call; no recheck opens this alone.", call=on_call.phone if on_call else None
    )
    facts = [f"{measured(governing, asked)}."]
    if governing.symptoms:
        facts.append("Symptoms were reported: this is an emergency. Call the local emergency number now.")
    missing = "a newer set below the crisis range, after the prescriber's release"
    return asked.closed("4.crisis", "crisis", *facts, missing=missing, opens=opens, entries=[governing.entry_id])


def _rechecks(episode: Episode, asked: Question, limits: VitalLimits, standing: Rechecks) -> Gate:
    held = [
        h
        for h in episode.holds.values()
        if h.reason is HoldReason.RECHECKS_USED_UP and asked.session and h.session_id == asked.session.session_id
        if h.placed_at <= asked.now and (h.released_at is None or asked.now < h.released_at)
    ]
    used = max(0, len(standing.out_of_limits) - 1)
    fact = f"{used} of {limits.rechecks_allowed} rechecks used."
    if not held:
        return asked.open("5", "rechecks", fact)
    opens = Opens(act="Release the hold, then take vitals.", decision="release_hold", by=Role.PRESCRIBER)
    missing = "a prescriber's release after the last recheck"
    return asked.closed("5", "rechecks", fact, missing=missing, opens=opens, entries=[h.entry_id for h in held])
