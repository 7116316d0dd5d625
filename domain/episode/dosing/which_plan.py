"""The plan a dose is given under."""

from domain.episode.episode import Episode
from domain.episode.plan.plan import Plan
from domain.refusal import Refused


class NoPlanIsIssued(Refused):
    """No plan has been issued. A prescriber issues one first."""

    rule = "3"


def plan_of(episode: Episode) -> Plan:
    """The latest plan; the gate of rule 3 says whether it is in force."""
    if episode.plan is None:
        raise NoPlanIsIssued
    return episode.plan
