"""Which gates will be closed on the day for which a dosing session is booked, because something ends before it."""

from datetime import datetime

from domain.clinician.clinician import Clinicians
from domain.days import day_of
from domain.episode.episode import Episode
from domain.episode.gates import Checkpoint, Gate, gates
from domain.episode.gates.words import all_of, on
from domain.episode.intake.intake import Way
from domain.network.network import Network
from domain.protocol.protocol import Protocol
from domain.refusal import AsksAgain

ENDS = frozenset({"eligibility", "licence", "plan", "prescription", "therapist"})
"""Open today and closed that day: it runs out in between. Closed today as well, it is somebody's next step already."""
THAT_DAY = frozenset({"interval", "interval_floor", "legal_basis"})
"""What the day alone decides."""


class ClosedThatDay(AsksAgain):
    """On {day} it may not start as things stand. Missing: {what}. Choose another day, or book it all the same."""

    confirm = "confirm_day"

    def __init__(self, closed: tuple[Gate, ...], day: str) -> None:
        """`closed` are the gates; the rule is that of the first."""
        said = all_of([f"{gate.missing} (rule {gate.rule})" for gate in closed])
        super().__init__(field="starts_at", missing=said, day=day, what=said)
        self.rule = closed[0].rule  # type: ignore[misc]  # the rule depends on what ends


def require_open_that_day(
    episode: Episode,
    starts_at: datetime,
    way: Way,
    *,
    now: datetime,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians,
) -> None:
    """Ask again where a planned dosing session falls on a day on which a dated rule closes it."""
    today, that_day = (
        gates(
            episode,
            Checkpoint.BOOK,
            now=moment,
            protocol=protocol,
            network=network,
            clinicians=clinicians,
            way=way,
        )
        for moment in (now, starts_at)
    )
    open_today = {gate.key for gate in today if gate.is_open}
    closed = tuple(
        gate
        for gate in that_day
        if gate.stands_in_the_way and (gate.key in THAT_DAY or (gate.key in ENDS and gate.key in open_today))
    )
    if closed:
        raise ClosedThatDay(closed, on(day_of(starts_at, network.zone)))
