"""Episodes of a network with alerts, each at one moment: what the lists show above everything else."""

from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.actor import Actor
from domain.episode.alert.alert import Alert
from projections.cases import read_glances
from projections.engine.read_model import ReadModel
from projections.glance import Glance, Moment

MAY_ALERT = """"case".network_id = %(network_id)s AND "case".may_alert"""


class Alerting(NamedTuple):
    """One alert, with the episode it is of."""

    glance: Glance
    alert: Alert


def alerting(
    connection: Connection[Any], model: ReadModel, *, network_id: UUID, moment: Moment, who: Actor
) -> list[Alerting]:
    """The alerts of the network that have reached this person or that they see, the most pressing first."""
    found = read_glances(connection, model, MAY_ALERT, {"network_id": network_id}, moment)
    mine = [Alerting(glance, one) for glance in found for one in glance.alerts if one.concerns(who)]
    return sorted(mine, key=_place)


def _place(one: Alerting) -> tuple[Any, ...]:
    alert = one.alert
    return alert.is_acknowledged, not alert.is_urgent, alert.raised_at, one.glance.case.reference
