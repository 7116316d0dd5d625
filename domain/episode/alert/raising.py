"""What raises alerts: one function per kind of situation. They read facts; whom an alert reaches, they do not know."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from domain.episode.alert.alert import AlertKind, Raised
from domain.episode.alert.left_at_the_end import emergencies_since, safety_holds_left
from domain.episode.dosing.rechecks import before_the_dose, rechecks
from domain.episode.due.sessions import is_closed_before_the_call
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions
from domain.episode.gates.gate import Question
from domain.episode.gates.holds import SAID
from domain.episode.gates.urinary import is_in_force, waiting_for_review, worse_in
from domain.episode.gates.words import all_of, at, count
from domain.episode.safety.holds import open_holds
from domain.episode.safety.safety import SAFETY_HOLDS, Deviation, Hold, HoldReason
from domain.episode.session.session import Session, SessionEnd

KIND_OF_HOLD = {
    HoldReason.EMERGENCY: (AlertKind.EMERGENCY, "release_hold"),
    HoldReason.HIGH_RISK: (AlertKind.HIGH_RISK, "review_safety"),
    HoldReason.DOSE_OVER_PLAN: (AlertKind.DOSE_OVER_PLAN, "release_hold"),
    **dict.fromkeys(SAFETY_HOLDS - {HoldReason.HIGH_RISK}, (AlertKind.SAFETY_ITEM, "review_safety")),
}
"""Holds that call for somebody at any hour; the others only while the patient is waiting."""
SWALLOWED = "swallowed"


def from_holds(episode: Episode, asked: Question) -> Iterable[Raised]:
    """Emergency, suicidal thoughts, a dose over the plan; any other hold while its session is open."""
    for hold in open_holds(episode):
        if hold.reason is HoldReason.ADVERSE_EVENT and hold.because_of in episode.adverse_events:
            continue
        kind, decision = KIND_OF_HOLD.get(hold.reason, (AlertKind.HELD, "release_hold"))
        if kind is AlertKind.HELD and not _is_waiting(hold, episode):
            continue
        raised_at = known(hold.known_at, hold.placed_at, asked)
        why = f"Dosing is held: {SAID[hold.reason]}, {at(hold.placed_at, asked.network.zone)}."
        yield Raised(kind, hold.hold_id, raised_at, why, (hold.entry_id,), decision)


def from_safety_holds(episode: Episode, asked: Question) -> Iterable[Raised]:
    """Suicidal thoughts told after discharge, or that nobody had taken on before it; an emergency declared since."""
    left = {hold.hold_id for hold in (*safety_holds_left(episode), *emergencies_since(episode))}
    yield from (one for one in from_holds(episode, asked) if one.about in left)


def from_vitals(episode: Episode, asked: Question) -> Iterable[Raised]:
    """The patient waits with vitals out of limits; a hold that came of them is an alert of its own."""
    for session in _running(episode):
        if session.is_dosed or episode.plan is None or any(_is_for(hold, session) for hold in open_holds(episode)):
            continue
        limits = episode.plan.terms.vital_limits
        newest = rechecks(before_the_dose(session, asked.now), limits, asked.protocol.numbers)
        if newest.out_of_limits and newest.governing is newest.out_of_limits[-1]:
            one = newest.out_of_limits[-1]
            pressure = f"{one.systolic_mmhg}/{one.diastolic_mmhg}" if one.diastolic_mmhg else f"{one.systolic_mmhg}"
            why = f"Vitals out of limits before the dose: {pressure}, {at(one.taken_at, asked.network.zone)}."
            yield Raised(AlertKind.HELD, one.vitals_id, one.taken_at, why, (one.entry_id,), "record_vitals")


def from_events(episode: Episode, asked: Question) -> Iterable[Raised]:
    """Grave adverse events that nobody has reviewed."""
    for event in episode.adverse_events.values():
        if event.needs_review:
            term, serious = event.term.replace("_", " ").capitalize(), ", serious" if event.serious else ""
            why = f"{term}, grade {event.grade}{serious}, {at(event.happened_at, asked.network.zone)}."
            raised_at = known(event.known_at, event.happened_at, asked)
            entries = (event.entry_id,)
            yield Raised(
                AlertKind.SERIOUS_EVENT, event.adverse_event_id, raised_at, why, entries, "review_adverse_event"
            )


def from_deviations(episode: Episode, asked: Question) -> Iterable[Raised]:
    """A dose swallowed against the plan."""
    for deviation in episode.deviations.values():
        if deviation.reviewed_at is None and deviation.code == SWALLOWED:
            why = f"The dose was swallowed against the plan, {at(deviation.noted_at, asked.network.zone)}."
            yield _from_deviation(AlertKind.SWALLOWED, deviation, why, asked)


def from_the_session(episode: Episode, asked: Question) -> Iterable[Raised]:
    """The adult has left a patient under the medicine; a session that nobody has closed."""
    hours = timedelta(hours=asked.protocol.numbers.session_open_alert_hours.value)
    for session in _running(episode):
        began_at = max(filter(None, [session.opened_at, session.last_dose_at]), default=session.starts_at)
        if session.is_dosed and (gone := _left_alone(session, asked)) is not None:
            yield gone
        if asked.now >= began_at + hours:
            opened_at = session.opened_at or session.starts_at
            why = f"Dosing session {session.number} is open since {at(opened_at, asked.network.zone)}."
            yield Raised(
                AlertKind.NEVER_CLOSED,
                session.session_id,
                began_at + hours,
                why,
                (session.entry_id,),
                "end_dosing_session",
            )


def from_the_day_after(episode: Episode, asked: Question) -> Iterable[Raised]:
    """A patient who left against advice, or whom nobody has reached."""
    dosed = dosed_sessions(episode)
    if not dosed or dosed[-1].ended_at is None or dosed[-1].checked_in_at is not None:
        return
    session, zone = dosed[-1], asked.network.zone
    needed = asked.protocol.numbers.check_in_attempts.value
    decision, entries = "record_next_day_check_in", (session.end_entry_id or session.entry_id,)
    if session.ended_as is SessionEnd.AGAINST_ADVICE and session.ended_at is not None:
        why = f"Left dosing session {session.number} against advice, {at(session.ended_at, zone)}."
        yield Raised(AlertKind.AGAINST_ADVICE, session.session_id, session.ended_at, why, entries, decision)
    if len(session.check_in_attempts) >= needed:
        last = sorted(session.check_in_attempts, key=lambda attempt: attempt.at)[needed - 1]
        why = f"{count(len(session.check_in_attempts), 'attempt')} failed after dosing session {session.number}."
        yield Raised(AlertKind.CHECK_IN_MISSED, session.session_id, last.at, why, (last.entry_id,), decision)


def from_the_last_dose(episode: Episode, asked: Question) -> Iterable[Raised]:
    """Who left against advice and was discharged before anybody had called is still called."""
    if not episode.has_died and is_closed_before_the_call(episode, asked):
        found = from_the_day_after(episode, asked)
        yield from (one for one in found if one.kind is AlertKind.AGAINST_ADVICE)


def from_age(episode: Episode, asked: Question) -> Iterable[Raised]:
    """The patient is not of age, by a birth date that was corrected since the referral."""
    found = episode.found_minor
    if found is not None and not episode.is_adult:
        when = at(found.found_at, asked.network.zone)
        why = f"Dosing is held: by the birth date as corrected the patient is not of age, {when}."
        yield Raised(AlertKind.HELD, found.entry_id, found.found_at, why, (found.entry_id,))


def from_overrides(episode: Episode, asked: Question) -> Iterable[Raised]:
    """An override is told to the team; whoever granted it has read it."""
    for override in episode.overrides.values():
        raised_at = known(override.known_at, override.granted_at, asked)
        why = f"Rule {override.rule.lstrip('+')} was overridden, {at(override.granted_at, asked.network.zone)}."
        yield Raised(
            AlertKind.OVERRIDE_UNREAD,
            override.override_id,
            raised_at,
            why,
            (override.entry_id,),
            for_others_than=override.granted_by,
        )


def from_symptoms(episode: Episode, asked: Question) -> Iterable[Raised]:
    """New or worse urinary symptoms that no prescriber has looked at; visible blood is looked at the same day (U1)."""
    if not is_in_force(asked.protocol.numbers):
        return
    for report in waiting_for_review(episode, asked):
        has_blood = report.urinary is not None and report.urinary.visible_blood
        is_told_apart = asked.protocol.alert(AlertKind.VISIBLE_BLOOD) is not None
        kind = AlertKind.VISIBLE_BLOOD if has_blood and is_told_apart else AlertKind.URINARY
        why = f"{at(report.reported_at, asked.network.zone)}: {all_of(worse_in(episode, report, asked))}."
        yield Raised(kind, report.report_id, report.reported_at, why, (report.entry_id,), "review_symptoms")


def known(known_at: datetime | None, happened_at: datetime, asked: Question) -> datetime:
    """Since when somebody could act on it; looked at before it was recorded, since it happened."""
    return known_at if known_at is not None and known_at <= asked.now else happened_at


def _from_deviation(kind: AlertKind, deviation: Deviation, why: str, asked: Question) -> Raised:
    raised_at = known(deviation.known_at, deviation.noted_at, asked)
    return Raised(kind, deviation.deviation_id, raised_at, why, (deviation.entry_id,), "review_deviation")


def _left_alone(session: Session, asked: Question) -> Raised | None:
    """The companion has gone and nobody has come instead."""
    known = (*session.earlier_companions, session.companion) if session.companion else ()
    left = [(one.left_at, one.left_entry_id) for one in known if one.left_at is not None and one.left_at <= asked.now]
    if not left or session.companion_at(asked.now):
        return None
    left_at, left_in = max(left, key=lambda departure: departure[0])
    why = f"The adult with the patient left at {at(left_at, asked.network.zone)}."
    about, entry = _departure_of(session, left_in)
    return Raised(AlertKind.CHAPERONE_LEFT, about, left_at, why, (entry,), "record_companion_arrival")


def _departure_of(session: Session, left_in: UUID | None) -> tuple[UUID, UUID]:
    """What the alert is about: the departure itself, so that a second one is a second alert."""
    return (left_in, left_in) if left_in is not None else (session.session_id, session.entry_id)


def _is_waiting(hold: Hold, episode: Episode) -> bool:
    """Whether the patient is in the session that this hold stops."""
    return any(hold.session_id in (None, session.session_id) for session in _running(episode))


def _is_for(hold: Hold, session: Session) -> bool:
    return hold.session_id == session.session_id


def _running(episode: Episode) -> list[Session]:
    return [session for session in episode.sessions.values() if session.is_running]


RAISED_BY: tuple[Callable[[Episode, Question], Iterable[Raised]], ...] = (
    from_holds,
    from_events,
    from_vitals,
    from_deviations,
    from_the_session,
    from_the_day_after,
    from_symptoms,
    from_overrides,
    from_age,
)
AFTER_THE_COURSE: tuple[Callable[[Episode, Question], Iterable[Raised]], ...] = (
    from_events,
    from_deviations,
    from_safety_holds,
    from_the_last_dose,
)
"""What still calls for somebody after discharge and after a death."""
