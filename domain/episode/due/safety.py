"""What is due for safety: reviews, releases and answers that nobody has given yet. A pause does not end them."""

from collections.abc import Iterable

from domain.actor import Role
from domain.days import day_of
from domain.episode.alert.left_at_the_end import safety_holds_left
from domain.episode.due.obligation import Obligation, whose
from domain.episode.due.owner import owner_of_alert
from domain.episode.due.risk import risk
from domain.episode.episode import Episode
from domain.episode.gates.adverse_events import adverse_event_review
from domain.episode.gates.gate import Gate, Question
from domain.episode.gates.holds import holds
from domain.episode.gates.medicines_reviewed import medicines_reviewed
from domain.episode.gates.safety_review import safety_review
from domain.episode.gates.words import at
from domain.episode.safety.holds import open_holds
from domain.episode.safety.safety import SAFETY_HOLDS


def safety(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Suicidal thoughts first, then adverse events, other holds, medicines and deviations."""
    yield from _safety_review(episode, asked)
    yield from risk(episode, asked)
    yield from adverse_events(episode, asked)
    yield from _holds(episode, asked)
    for gate in medicines_reviewed(episode, asked):
        if not gate.is_open:
            yield _from(gate, "Medicines to review", episode, asked)
    yield from deviations(episode, asked)


def safety_after_the_course(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Suicidal thoughts told after discharge, or never taken on before it, are still somebody's."""
    if safety_holds_left(episode):
        yield from _safety_review(episode, asked)


def _safety_review(episode: Episode, asked: Question) -> Iterable[Obligation]:
    for gate in safety_review(episode, asked):
        if gate.is_open:
            continue
        if gate.opens.decision == "record_outcome":
            role, what = Role.THERAPIST, "Ask about suicidal thoughts"
            with_id = whose(episode, role, asked.now)
        else:
            role, what = Role.PRESCRIBER, "Safety review"
            with_id = owner_of_alert(episode, asked.now, asked.network).clinician_id
        since = [h.placed_at for h in open_holds(episode) if h.reason in SAFETY_HOLDS]
        since += [o.taken_at for o in episode.outcomes.values() if o.entry_id in gate.entries]
        yield Obligation(
            key="safety_review",
            what=what,
            why=" ".join(gate.facts),
            with_role=role,
            with_id=with_id,
            due_on=day_of(min(since), asked.network.zone) if since else asked.today,
            rule=gate.rule,
            decision=gate.opens.decision,
            entries=gate.entries,
            blocks_dosing=True,
            is_safety=True,
        )


def adverse_events(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """A grave event is reviewed on the day it happened; this is owed after discharge too."""
    for gate in adverse_event_review(episode, asked):
        waiting = [event for event in episode.adverse_events.values() if event.needs_review]
        if gate.is_open or not waiting:
            continue
        yield Obligation(
            key="adverse_event_review",
            what="Adverse event review",
            why=" ".join(gate.facts),
            with_role=Role.PRESCRIBER,
            with_id=owner_of_alert(episode, asked.now, asked.network).clinician_id,
            due_on=day_of(min(event.happened_at for event in waiting), asked.network.zone),
            rule=gate.rule,
            decision="review_adverse_event",
            entries=tuple(event.entry_id for event in waiting),
            blocks_dosing=True,
            is_safety=True,
        )


def _holds(episode: Episode, asked: Question) -> Iterable[Obligation]:
    placed = {hold.entry_id: hold.placed_at for hold in episode.holds.values()}
    for gate in holds(episode, asked):
        yield Obligation(
            key=gate.key,
            what="Hold to release or keep",
            why=" ".join(gate.facts),
            with_role=Role.PRESCRIBER,
            with_id=owner_of_alert(episode, asked.now, asked.network).clinician_id,
            due_on=day_of(placed[gate.entries[0]], asked.network.zone),
            rule=gate.rule,
            decision="release_hold",
            entries=gate.entries,
            blocks_dosing=True,
        )


def deviations(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Every deviation is told to the prescriber."""
    for deviation in episode.deviations.values():
        if deviation.reviewed_at is None:
            code, noted = deviation.code.replace("_", " "), at(deviation.noted_at, asked.network.zone)
            yield Obligation(
                key=f"deviation:{deviation.deviation_id}",
                what="Deviation to review",
                why=f"{code.capitalize()}, {noted}.",
                with_role=Role.PRESCRIBER,
                with_id=owner_of_alert(episode, asked.now, asked.network).clinician_id,
                due_on=day_of(deviation.noted_at, asked.network.zone),
                rule=deviation.rule,
                decision="review_deviation",
                entries=(deviation.entry_id,),
            )


def _from(gate: Gate, what: str, episode: Episode, asked: Question) -> Obligation:
    role = gate.opens.by or Role.PRESCRIBER
    return Obligation(
        key=gate.key,
        what=what,
        why=" ".join(gate.facts),
        with_role=role,
        with_id=whose(episode, role, asked.now),
        rule=gate.rule,
        decision=gate.opens.decision,
        entries=gate.entries,
        blocks_dosing=True,
    )
