"""The rows of a search: who was found, in which phase, and where the row leads."""

from typing import NamedTuple

from api import formats
from api.list_view.look import Look
from api.list_view.patient import Patient, episode_href
from domain.actor import Role
from projections.glance import Glance


class FoundRow(NamedTuple):
    name: str
    href: str
    reference: str
    born: str | None
    phase: str
    since: str
    team: str


def found_row(one: Glance, patient: Patient | None, look: Look, then: str) -> FoundRow:
    """An episode; to its replay for compliance, and for whoever asked for that."""
    replays = then == "replay" or look.by.roles == frozenset({Role.COMPLIANCE})
    members = one.course.members_at(look.now)
    return FoundRow(
        name=patient.name if patient else "",
        href=episode_href(one.case.episode_id, "/replay" if replays else ""),
        reference=one.case.reference,
        born=patient.born if patient else None,
        phase=one.phase,
        since=f"since {formats.list_date(look.day(one.case.phase_since), look.today)}",
        team=formats.and_list([look.name_of(member.clinician_id) for member in members]) or "nobody",
    )
