"""What is due around sessions: preparation, the next dose, integration, and looking after the patient afterwards."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.actor import Role
from domain.days import day_of
from domain.episode.dosing.driving import zone_of
from domain.episode.due.obligation import Obligation, whose, with_whom
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions, last_dose_of, sessions_left
from domain.episode.gates.gate import Gate, Question
from domain.episode.gates.integration import integration
from domain.episode.gates.interval import interval
from domain.episode.gates.preparation import preparation
from domain.episode.gates.words import at, clock, count
from domain.episode.plan.plan import PlanStatus
from domain.episode.session.session import Session, SessionEnd, SessionKind, SessionStatus


def sessions(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """The patient under the medicine first, then the next day, then what comes before the next dose."""
    yield from _running(episode, asked)
    yield from _afterwards(episode, asked)
    if episode.plan is None or episode.plan.status is PlanStatus.ENDED:
        return
    yield from _between(episode, asked, preparation(episode, asked), SessionKind.PREPARATION)
    if not any(session.is_running for session in episode.sessions.values()):
        yield from _between(episode, asked, integration(episode, asked), SessionKind.INTEGRATION)
        yield from _next_dose(episode, asked)


def _running(episode: Episode, asked: Question) -> Iterable[Obligation]:
    for session in episode.sessions.values():
        if not session.is_running:
            continue
        hours = asked.protocol.numbers.session_open_alert_hours.value
        began_at = max(filter(None, [session.opened_at, session.last_dose_at]), default=session.starts_at)
        yield Obligation(
            key=f"running:{session.session_id}",
            what=f"Dosing session {session.number} is under way",
            why=f"Open since {at(session.opened_at or session.starts_at, asked.network.zone)}.",
            with_role=Role.THERAPIST,
            with_id=with_whom(episode, session.therapist_id, Role.THERAPIST, asked.now),
            due_at=began_at + timedelta(hours=hours),
            decision="end_dosing_session",
            entries=(session.entry_id,),
            blocks_dosing=True,
            is_safety=session.is_emergency,
        )


def safety_call(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Who left against advice is called also in a pause, and where the course was ended before the call (T2)."""
    if not episode.has_died and (episode.closed_at is None or is_closed_before_the_call(episode, asked)):
        yield from (due for due in _afterwards(episode, asked) if due.is_safety)


def is_closed_before_the_call(episode: Episode, asked: Question) -> bool:
    """Whether the course was ended before the day after its last dose was over."""
    dosed, closed_at = dosed_sessions(episode), episode.closed_at
    return bool(dosed) and closed_at is not None and closed_at < check_in_due_at(episode, dosed[-1], asked)


def _afterwards(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """The call after leaving against advice, and the check-in of the next day, after the latest dosed session."""
    dosed = dosed_sessions(episode)
    if not dosed or dosed[-1].ended_at is None or dosed[-1].checked_in_at is not None:
        return
    session, numbers = dosed[-1], asked.protocol.numbers
    therapist = with_whom(episode, session.therapist_id, Role.THERAPIST, asked.now)
    if session.ended_as is SessionEnd.AGAINST_ADVICE and session.ended_at is not None:
        yield Obligation(
            key=f"safety_call:{session.session_id}",
            what="Safety call",
            why=f"Left against advice {at(session.ended_at, asked.network.zone)}.",
            with_role=Role.THERAPIST,
            with_id=therapist,
            due_at=session.ended_at + timedelta(minutes=numbers.safety_call_within_minutes.value),
            decision="record_next_day_check_in",
            entries=(session.entry_id,),
            is_safety=True,
        )
        return
    failed = len(session.check_in_attempts)
    is_told = failed >= numbers.check_in_attempts.value
    role = Role.PRESCRIBER if is_told else Role.THERAPIST
    yield Obligation(
        key=f"check_in:{session.session_id}",
        what="Next-day check-in",
        why=f"{count(failed, 'attempt')} failed." if failed else f"After dosing session {session.number}.",
        with_role=role,
        with_id=whose(episode, role, asked.now) if is_told else therapist,
        due_at=check_in_due_at(episode, session, asked),
        decision="record_next_day_check_in",
        entries=(session.entry_id,),
    )


def check_in_due_at(episode: Episode, session: Session, asked: Question) -> datetime:
    """The protocol's hour of the day after the last part, where the patient is."""
    zone = zone_of(episode, session, asked.network)
    day = day_of(last_dose_of(session), zone) + timedelta(days=1)
    hour = asked.protocol.numbers.next_day_check_in_hour.value
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def _between(episode: Episode, asked: Question, found: Iterable[Gate], kind: SessionKind) -> Iterable[Obligation]:
    for gate in found:
        if gate.is_open:
            continue
        booked = next_booked(episode, kind)
        yield Obligation(
            key=kind.value,
            what=f"{kind.value.capitalize()} session" if booked else f"Book the {kind.value} session",
            why=" ".join(gate.facts),
            with_role=Role.THERAPIST,
            with_id=whose(episode, Role.THERAPIST, asked.now),
            due_at=booked.starts_at if booked else None,
            rule=gate.rule,
            decision=gate.opens.decision if booked else "book_session",
            entries=gate.entries,
            blocks_dosing=True,
        )


def _next_dose(episode: Episode, asked: Question) -> Iterable[Obligation]:
    booked = next_booked(episode, SessionKind.DOSING)
    therapist = whose(episode, Role.THERAPIST, asked.now)
    if booked is not None:
        yield Obligation(
            key=f"dosing:{booked.session_id}",
            what=f"Dosing session {booked.number}, {clock(booked.starts_at, asked.network.zone)}",
            why=f"Booked for {at(booked.starts_at, asked.network.zone)}.",
            with_role=Role.THERAPIST,
            with_id=with_whom(episode, booked.therapist_id, Role.THERAPIST, asked.now),
            due_at=booked.starts_at,
            decision="open_dosing_session",
            entries=(booked.entry_id,),
        )
    elif episode.plan is not None and sessions_left(episode, episode.plan) > 0:
        gate = next(iter(interval(episode, asked)))
        yield Obligation(
            key="book_dosing",
            what="Book the next dosing session",
            why=" ".join(filter(None, [*gate.facts, gate.missing and f"{gate.missing.capitalize()}."])),
            with_role=Role.THERAPIST,
            with_id=therapist,
            rule=gate.rule,
            decision="book_session",
            entries=gate.entries,
            blocks_dosing=True,
        )


def next_booked(episode: Episode, kind: SessionKind) -> Session | None:
    """The booked session of this kind that comes first."""
    booked = [s for s in episode.sessions.values() if s.kind is kind and s.status is SessionStatus.BOOKED]
    return min(booked, key=lambda session: session.starts_at, default=None)
