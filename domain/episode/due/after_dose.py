"""The check-in of the days after a dose: what the patient reports within the protocol's hours."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.actor import Role
from domain.episode.due.ending import is_ending
from domain.episode.due.obligation import Obligation, with_whom
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions, last_dose_of
from domain.episode.gates.gate import Question
from domain.protocol.numbers import Numbers


def after_dose(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """After the newest dosed session, in real hours since its last part. Anything heard in that time counts."""
    numbers, dosed = asked.protocol.numbers, dosed_sessions(episode)
    if numbers.post_dose_from_hours is None or numbers.post_dose_until_hours is None or not dosed or is_ending(episode):
        return
    session, taken_at = dosed[-1], last_dose_of(dosed[-1])
    from_at = taken_at + timedelta(hours=numbers.post_dose_from_hours.value)
    until_at = taken_at + timedelta(hours=numbers.post_dose_until_hours.value)
    if session.ended_at is None or not from_at <= asked.now or _has_lapsed(until_at, asked.now, numbers):
        return
    heard = [report.reported_at for report in episode.symptom_reports.values()]
    heard += [session.checked_in_at] if session.checked_in_at else []
    if any(at >= from_at for at in heard):
        return
    window = f"{numbers.post_dose_from_hours.value} to {numbers.post_dose_until_hours.value} h"
    yield Obligation(
        key=f"post_dose:{session.session_id}",
        what="How the patient is",
        why=f"{window} after dosing session {session.number}.",
        with_role=Role.THERAPIST,
        with_id=with_whom(episode, session.therapist_id, Role.THERAPIST, asked.now),
        due_at=until_at,
        decision="report_symptoms",
        entries=(session.entry_id,),
        is_beside=True,
    )


def _has_lapsed(until_at: datetime, now: datetime, numbers: Numbers) -> bool:
    """Whether so long has passed that nobody asks any more."""
    lapses = numbers.post_dose_lapses_hours
    return lapses is not None and now > until_at + timedelta(hours=lapses.value)
