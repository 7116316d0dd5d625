"""What coordination arranges before a booked dosing session: a call with the chaperone, a way home."""

from collections.abc import Iterable
from datetime import timedelta

from domain.actor import Role
from domain.days import day_of
from domain.episode.due.obligation import Obligation, whose
from domain.episode.due.sessions import next_booked
from domain.episode.episode import Episode
from domain.episode.gates.arranged import arranged
from domain.episode.gates.gate import Question
from domain.episode.gates.words import at
from domain.episode.session.session import SessionKind

WHAT = {"chaperone_verified": "Call the chaperone", "transport": "Settle the way home"}


def arrangements(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """For the next dosing session. Wanted some hours before it, and of use until it begins: its day is the due day."""
    booked, hours = next_booked(episode, SessionKind.DOSING), asked.protocol.numbers.chaperone_check_hours
    if booked is None or hours is None or booked.starts_at <= asked.now:
        return
    zone, wanted_by = asked.network.zone, booked.starts_at - timedelta(hours=hours.value)
    for gate in arranged(episode, asked._replace(session=booked, way=booked.way)):
        if not gate.is_open:
            yield Obligation(
                key=f"{gate.key}:{booked.session_id}",
                what=WHAT[gate.key],
                why=f"By {at(wanted_by, zone)}; dosing session {booked.number} is booked for "
                f"{at(booked.starts_at, zone)}.",
                with_role=Role.COORDINATOR,
                with_id=whose(episode, Role.COORDINATOR, asked.now),
                due_on=day_of(booked.starts_at, zone),
                rule=gate.rule,
                decision=gate.opens.decision,
                entries=(booked.entry_id,),
            )
