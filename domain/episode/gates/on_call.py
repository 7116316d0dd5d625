"""On-call prescriber: somebody can be reached while the patient is under the medicine, to the end of the session."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import at
from domain.network.network import OnCall
from domain.network.rota import Stretch, rota

NAME_ONE = Opens(act="A coordinator or prescriber names one.", decision="name_on_call", by=Role.COORDINATOR)


def on_call(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed while for some part of the session no working prescriber is named."""
    stretches = rota(asked.network, asked.now, session_ends_at(episode, asked))
    gap = next((stretch for stretch in stretches if not _is_reachable(stretch, asked)), None)
    if gap is not None:
        fact = f"Nobody is on call at {at(gap.from_at, asked.network.zone)}."
        missing = "a prescriber on call" if gap is stretches[0] else "a prescriber on call to the end of the session"
        yield asked.closed("+on_call", "on_call", fact, missing=missing, opens=NAME_ONE)
        return
    duties = dict.fromkeys(stretch.duty for stretch in stretches if stretch.duty is not None)
    yield asked.open("+on_call", "on_call", *(_said(duty, asked) for duty in duties))


def session_ends_at(episode: Episode, asked: Question) -> datetime:
    """When the session is over as planned: its booked end, and not before a dose now would have been observed."""
    plan, session = episode.plan, asked.session
    observed = plan.terms.observation_minutes if plan else asked.protocol.numbers.observation_minutes.value
    ends_at = asked.now + timedelta(minutes=observed)
    return max(ends_at, session.starts_at + timedelta(minutes=session.minutes)) if session else ends_at


def _is_reachable(stretch: Stretch, asked: Question) -> bool:
    """Named, and not known to be suspended or away."""
    if stretch.duty is None or asked.network.is_away(stretch.duty.prescriber_id, stretch.from_at):
        return False
    who = asked.clinicians.get(stretch.duty.prescriber_id)
    return who is None or who.is_active_as(Role.PRESCRIBER)


def _said(duty: OnCall, asked: Question) -> str:
    until = f" until {at(duty.until_at, asked.network.zone)}" if duty.until_at else ""
    return f"A prescriber is on call{until}: {duty.phone}."
