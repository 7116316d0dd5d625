"""Measures and safety of a replayed state: last scores, safety review, holds, overrides, adverse events, deviations."""

from collections.abc import Iterable

from domain.days import day_of
from domain.episode.episode import Episode
from domain.episode.gates.gate import Checkpoint, Question
from domain.episode.gates.holds import SAID
from domain.episode.gates.safety_review import is_reviewed, newest_answers
from domain.episode.gates.words import at, count, on
from domain.episode.outcome.baseline import last_score
from domain.episode.outcome.outcomes import Outcome
from domain.episode.safety.holds import open_holds
from domain.instrument import recorded_with, title_of
from projections.replay.line import StateLine, Surroundings, plain


def measures(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    """The last score of each instrument."""
    for instrument in dict.fromkeys(outcome.instrument for outcome in episode.outcomes.values()):
        last = last_score(episode, instrument)
        if last is not None:
            value = f"{_score(last)}, taken {on(day_of(last.taken_at, around.zone))}"
            yield StateLine(f"score:{instrument}", title_of(instrument), value)


def _score(outcome: Outcome) -> str:
    bands = recorded_with(outcome.instrument, outcome.instrument_version).bands
    word = next((band.label for band in bands if band.lowest <= (outcome.total or 0) <= band.highest), None)
    return f"{outcome.total}, {word}" if word else str(outcome.total)


def safety(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    """Whether answers about suicidal thoughts wait for a review."""
    if around.protocol is None:
        return
    asked = Question(Checkpoint.OPEN, around.now, around.protocol, around.network, {}, None, None)
    waiting = [o for o in newest_answers(episode) if o.safety_item_is_positive and not is_reviewed(episode, o, asked)]
    named = ", ".join(f"{title_of(o.instrument)} of {at(o.taken_at, around.zone)}" for o in waiting)
    yield StateLine("safety_review", "Safety review", f"needed: {named}" if waiting else "not needed")


def holds(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    """Each hold by itself: it is released by name."""
    standing = open_holds(episode)
    if not standing:
        yield StateLine("hold", "Dosing on hold", "no")
    for hold in standing:
        because = SAID.get(hold.reason, plain(hold.reason))
        yield StateLine(f"hold:{hold.hold_id}", "Dosing on hold", f"since {at(hold.placed_at, around.zone)}: {because}")


def overrides(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    """Overrides that have not run out."""
    for override in episode.overrides.values():
        if around.now < override.expires_at:
            until = at(override.expires_at, around.zone)
            waits = "" if override.is_signed else ", waits for a second prescriber"
            value = f"until {until}{waits}"
            yield StateLine(f"override:{override.override_id}", f"Override of rule {override.rule}", value)


def adverse_events(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    """How many there are, and how many wait for a prescriber."""
    reported = episode.adverse_events.values()
    if reported:
        waiting = sum(event.reviewed_at is None for event in reported)
        value = count(len(reported), "event") + (f", {waiting} not reviewed" if waiting else ", reviewed")
        yield StateLine("adverse_events", "Adverse events", value)


def deviations(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    """The same for rules that were broken by what happened."""
    noted = episode.deviations.values()
    if noted:
        waiting = sum(deviation.reviewed_at is None for deviation in noted)
        value = count(len(noted), "deviation") + (f", {waiting} not reviewed" if waiting else ", reviewed")
        yield StateLine("deviations", "Deviations", value)
