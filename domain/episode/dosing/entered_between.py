"""A dose of this course that became known after a later one was taken: what it makes of the later one.

Whoever dosed then kept the days and the sessions that were known: it is no deviation of theirs. The prescriber sees it
beside the later dose, with when it was entered (rules 3 and 11). Amounts count by session, whatever their order.
"""

from collections.abc import Iterator
from datetime import datetime

from domain.days import day_of, is_of_one_sitting, latest_day
from domain.episode.dosing.as_it_stood import as_it_stood
from domain.episode.dosing.dosed_before_told import known_late
from domain.episode.dosing.driving import zone_of
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions, last_dose_of, sessions_used
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.session.session import Dose, Session
from domain.episode.session.which_session import with_session
from domain.network.network import Network
from domain.protocol.protocol import Protocol


def entered_between(
    episode: Episode, session: Session, *, dose: Dose, network: Network, protocol: Protocol, now: datetime
) -> list[DeviationNoted]:
    """What is told beside later doses, each once. `session` is with this dose, `episode` as it was known before."""
    noted = [
        *_too_soon_after(episode, session, dose, network, protocol, now),
        *_over_the_sessions(episode, session, dose, now),
    ]
    return [one for one in noted if one.deviation_id not in episode.deviations]


def _too_soon_after(
    episode: Episode, session: Session, dose: Dose, network: Network, protocol: Protocol, now: datetime
) -> Iterator[DeviationNoted]:
    """For each later sitting its first dose, unless a dose was known that lay no longer before it (rule 11)."""
    on = day_of(dose.taken_at, network.zone)
    for of, later in _later_sittings(episode, session, dose, network, protocol):
        others = dosed_sessions(as_it_stood(episode, later.taken_at), of.session_id)
        known = latest_day(*(day_of(last_dose_of(other), network.zone) for other in others))
        is_news = known is None or known < on
        late = known_late(episode, later, on, now, network=network, protocol=protocol) if is_news else None
        yield from () if late is None else (late,)


def _later_sittings(
    episode: Episode, session: Session, dose: Dose, network: Network, protocol: Protocol
) -> Iterator[tuple[Session, Dose]]:
    """The first dose of every session that was taken later, and of this one on a later day."""
    hours = protocol.numbers.session_open_alert_hours.value
    zone = zone_of(episode, session, network)
    for of in dosed_sessions(episode):
        known = [one for one in of.doses.values() if one.dose_id != dose.dose_id]
        if of.session_id == session.session_id:
            known = [one for one in known if not is_of_one_sitting(one.taken_at, dose.taken_at, zone, hours)]
        first = min(known, key=lambda one: one.taken_at, default=None)
        if first is not None and first.taken_at > dose.taken_at:
            yield of, first


def _over_the_sessions(episode: Episode, session: Session, dose: Dose, now: datetime) -> Iterator[DeviationNoted]:
    """The dose whose session is one more by now than the plan of then authorised (rule 3)."""
    with_it = with_session(episode, session.session_id, doses=session.doses)
    for of in dosed_sessions(episode):
        later = min(of.doses.values(), key=lambda one: one.taken_at)
        if of.session_id == session.session_id or not dose.taken_at < later.taken_at < now:
            continue
        then = as_it_stood(episode, later.taken_at)
        if then.plan is None:
            continue
        authorised = then.plan.terms.sessions_authorised
        used = sessions_used(as_it_stood(with_it, later.taken_at), then.plan)
        if sessions_used(then, then.plan) <= authorised < used:
            values = {"sessions_used": used, "sessions_authorised": authorised}
            yield note_deviation("3", "sessions_known_late", later.dose_id, now, **values)
