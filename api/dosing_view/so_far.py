"""What happened in a session so far, newest first, in a few words each."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from api.formats import clock, dose, list_moment, percent
from api.forms.dose import in_tablets
from api.forms.grounds import pressure
from api.forms.words import in_words
from api.scene import Scene
from domain.days import to_the_minute
from domain.episode.dosing.clear_to_dose import DoseCleared
from domain.episode.dosing.record_dose import DoseTaken
from domain.episode.plan.plan import AfterHold
from domain.episode.session.session import Check, DosePart, Session, Vitals
from projections.timeline import LATE_AFTER

Line = tuple[datetime, str, UUID | None]
"""When it happened, in words, and the entry that says so."""
SKIPPED = "the usual medicine against high blood pressure skipped"
PART_WORDS = {DosePart.FIRST: "", DosePart.SECOND: "second part, ", DosePart.BOOSTER: "booster, "}


def so_far(scene: Scene, session: Session) -> list[tuple[str, str]]:
    """(time, words), newest first; what was recorded late says when."""
    in_order = sorted(_lines(scene, session), key=lambda line: to_the_minute(line[0]))
    late = {e.event_id: e.recorded_at for _, e in scene.history if e.recorded_at - e.occurred_at >= LATE_AFTER}
    return [
        (clock(at, scene.zone), words + _recorded(late.get(entry) if entry else None, scene))
        for at, words, entry in reversed(in_order)
    ]


def _recorded(at: datetime | None, scene: Scene) -> str:
    return f", recorded {list_moment(at, scene.zone, scene.now)}" if at is not None else ""


def _lines(scene: Scene, session: Session) -> Iterator[Line]:
    if session.opened_at is not None:
        yield session.opened_at, "Session started", None
    if session.companion is not None and session.companion.arrived_at is not None:
        yield session.companion.arrived_at, "Companion there", session.companion.entry_id
        if session.companion.left_at is not None:
            yield session.companion.left_at, "Companion left", session.companion.left_entry_id
    if session.place is not None:
        yield session.place.confirmed_at, f"Place confirmed: {session.place.state}", session.place.entry_id
    if session.checklist is not None:
        skipped = f", {SKIPPED}" if session.checklist.pressure_medicine_skipped else ""
        yield session.checklist.recorded_at, f"Checklist recorded{skipped}", session.checklist.entry_id
    yield from ((vitals.taken_at, vitals_words(vitals), vitals.entry_id) for vitals in session.vitals.values())
    yield from _doses(scene, session)
    yield from ((check.at, check_words(check), check.entry_id) for check in session.checks)
    yield from ((one.at, "The patient vomited", one.entry_id) for one in session.vomitings)
    yield from _adverse_events(scene, session)
    for hold in scene.episode.holds.values():
        if hold.session_id == session.session_id:
            yield hold.placed_at, f"Hold: {in_words(hold.reason)}", hold.entry_id
            if hold.released_at is not None:
                yield hold.released_at, f"Hold released by {scene.name_of(hold.released_by)}", hold.release_entry_id
    if session.ended_at is not None and session.ended_as is not None:
        yield session.ended_at, f"Ended: {in_words(session.ended_as)}", session.end_entry_id


def _adverse_events(scene: Scene, session: Session) -> Iterator[Line]:
    """Those of the time between start and end: a report names no session."""
    if session.opened_at is None:
        return
    until = session.ended_at or scene.now
    for one in scene.episode.adverse_events.values():
        if session.opened_at <= one.happened_at <= until:
            words = f"Adverse event: {one.term.replace('_', ' ')}, grade {one.grade}"
            yield one.happened_at, words + (", serious" if one.serious else ""), one.entry_id


def _doses(scene: Scene, session: Session) -> Iterator[Line]:
    """Cleared and taken, in milligrams and tablets; how it was held stands in the event alone."""
    for event, envelope in scene.history:
        match event:
            case DoseCleared(session_id=session.session_id):
                yield envelope.occurred_at, f"Cleared up to {dose(event.total_mg)}", envelope.event_id
            case DoseTaken(session_id=session.session_id) if event.dose_id in session.doses:
                yield (*_dose(scene, session, event), envelope.event_id)


def _dose(scene: Scene, session: Session, event: DoseTaken) -> tuple[datetime, str]:
    taken = session.doses[event.dose_id]
    held = f", held {event.held_minutes} min" if event.held_minutes else ""
    holds_it = scene.plan is None or scene.plan.terms.after_hold is not AfterHold.NOTHING
    after = "swallowed" if taken.was_swallowed else "spat out" if holds_it else ""
    tablets = f" ({in_tablets(taken.amount_mg, scene.plan.terms)})" if scene.plan else ""
    was = f"{PART_WORDS[taken.part]}{dose(taken.amount_mg)}{tablets} taken{held}{f', {after}' if after else ''}"
    return taken.taken_at, was[:1].upper() + was[1:] + ("" if taken.was_cleared else ", not cleared")


def vitals_words(vitals: Vitals) -> str:
    """`132/84, pulse 78, SpO₂ 98%`."""
    parts = [pressure(vitals)]
    if vitals.pulse_per_min is not None:
        parts.append(f"pulse {vitals.pulse_per_min}")
    if vitals.spo2_percent is not None:
        parts.append(f"SpO₂ {percent(vitals.spo2_percent)}")
    if vitals.symptoms:
        parts.append("red-flag symptoms")
    return ", ".join(parts) + (", corrected" if vitals.is_corrected else "")


def check_words(check: Check) -> str:
    """`Check: responsive, distress 2 of 10`."""
    parts = ["responsive" if check.responsive else "not responsive"]
    if check.distress is not None:
        parts.append(f"distress {check.distress} of 10")
    if check.sedation is not None:
        parts.append(("awake", "drowsy", "wakes to a voice", "does not wake")[check.sedation])
    if check.dissociation is not None:
        parts.append(f"dissociation {check.dissociation} of 10")
    if check.breathing_depressed:
        parts.append("breathing depressed")
    return f"Check: {', '.join(parts)}"
