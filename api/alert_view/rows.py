"""Alerts as rows above a list. Who is called from outside a care team sees the reference alone."""

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple
from uuid import UUID

from api.alert_view.shown import AlertShown, Looking, ToldOf, alert_shown
from api.alert_view.told import told_in
from api.edge import Edge
from api.list_view.look import Look
from api.list_view.patient import Patient, episode_href
from api.viewer import Viewer
from projections.alerting import Alerting, alerting, to_chase
from projections.engine.read_model import ReadModel
from projections.patient import Patient as Listed
from store.care_team import within_reach

ALWAYS_SHOWN = 3


class AlertRow(NamedTuple):
    name: str
    href: str
    reference: str
    born: str | None
    alert: AlertShown
    is_mine: bool
    """This person may take it on, or was called for it."""
    is_folded: bool = False


class Alerts(NamedTuple):
    """All alerts for one person; `near` are the episodes whose patients they may know by name."""

    found: Sequence[Alerting]
    near: Set[UUID]
    told: Sequence[ToldOf] = ()

    @property
    def named(self) -> list[Listed]:
        """The patients who are named, each once."""
        patients = {one.patient.episode_id: one.patient for one in self.found}
        return [patient for episode_id, patient in patients.items() if episode_id in self.near]


def read_alerts(edge: Edge, viewer: Viewer, look: Look, model: ReadModel) -> Alerts:
    """One query for the network's alerts, and one for the care teams this person is on."""
    with edge.datastore.in_network(viewer.network_id) as connection:
        found = alerting(connection, model, network_id=viewer.network_id, moment=look.moment, who=viewer.actor)
    episodes = {one.patient.episode_id for one in found}
    near = within_reach(edge.datastore, viewer.actor, episodes, look.now)
    return Alerts(found, near, told_in(edge, viewer, episodes))


def read_to_chase(edge: Edge, viewer: Viewer, look: Look) -> Alerts:
    """What has come to coordination, across the network: every patient by name, and nothing clinical."""
    with edge.datastore.in_network(viewer.network_id) as connection:
        found = to_chase(connection, network_id=viewer.network_id, moment=look.moment, who=viewer.actor)
    episodes = {one.patient.episode_id for one in found}
    return Alerts(found, episodes, told_in(edge, viewer, episodes))


def alert_rows(alerts: Alerts, patients: Mapping[UUID, Patient], look: Look, *, back: str) -> list[AlertRow]:
    """In the order of urgency; outside one's care teams without name and without what it is about."""
    looking = Looking(look.by, look.now, look.zone, look.name_of)
    rows = []
    for one in alerts.found:
        episode_id = one.patient.episode_id
        shown = alert_shown(one.alert, looking, episode_href(episode_id), back=back, told=alerts.told)
        patient = patients.get(episode_id) if episode_id in alerts.near else None
        rows.append(_named(one, shown, patient) if patient else _nameless(one, shown))
    return _folded(rows)


def _folded(rows: list[AlertRow]) -> list[AlertRow]:
    """The gravest and whatever waits for this person stay in sight; of the others the list below is in sight."""
    away = [place for place, row in enumerate(rows) if place >= ALWAYS_SHOWN and not row.is_mine]
    if len(away) < 2:
        return rows
    return [row._replace(is_folded=place in away) for place, row in enumerate(rows)]


def _named(one: Alerting, shown: AlertShown, patient: Patient) -> AlertRow:
    episode_id, reference = one.patient.episode_id, one.patient.reference
    return AlertRow(
        patient.name, episode_href(episode_id), reference, patient.born, shown, bool(shown.acknowledge_href)
    )


def _nameless(one: Alerting, shown: AlertShown) -> AlertRow:
    """For whoever is called: the reference, and what kind of alert; the rest after they have said why they look."""
    episode_id, reference = one.patient.episode_id, one.patient.reference
    shown = shown._replace(why="", settle=None, acknowledge_href="")
    return AlertRow(reference, episode_href(episode_id), "opens with a reason", None, shown, is_mine=True)
