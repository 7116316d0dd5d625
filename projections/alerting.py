"""Episodes of a network with alerts, each at one moment: what the lists show above everything else."""

from json import dumps
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.actor import Actor, Role
from domain.episode.alert.alert import Alert
from domain.stream import change
from projections.caseload import CASELOAD
from projections.cases import read_glances
from projections.engine.read_model import ReadModel
from projections.glance import Moment
from projections.patient import Patient, patient_of

MAY_ALERT = """"case".network_id = %(network_id)s AND "case".may_alert"""
OF_THEIRS = f'{MAY_ALERT} AND ("case".team @> %(me)s::jsonb OR "case".course_referred_by = %(clinician_id)s)'
"""An alert comes to those of the care team, of whatever day, and to whoever referred the patient."""
TO_CHASE = "Alert to chase"
"""What an alert is about is clinical; that somebody has to be reached is not."""


class Alerting(NamedTuple):
    """One alert, with the patient it is of."""

    patient: Patient
    alert: Alert


def alerting(
    connection: Connection[Any], model: ReadModel, *, network_id: UUID, moment: Moment, who: Actor
) -> list[Alerting]:
    """The alerts of the network that have reached this person or that they see, the most pressing first."""
    where, asked = may_concern(network_id, moment, who)
    found = read_glances(connection, model, where, asked, moment)
    mine = [Alerting(patient_of(glance), one) for glance in found for one in glance.alerts if one.concerns(who)]
    return sorted(mine, key=_place)


def may_concern(network_id: UUID, moment: Moment, who: Actor) -> tuple[str, dict[str, Any]]:
    """Which episodes to look into for this person. From everywhere alerts come only to who is called, and to chase."""
    asked = {"network_id": network_id, "me": dumps([str(who.actor_id)]), "clinician_id": who.actor_id}
    is_everywhere = who.has(Role.COORDINATOR) or who.actor_id in moment.network.called_at(moment.now)
    return MAY_ALERT if is_everywhere else OF_THEIRS, asked


def to_chase(connection: Connection[Any], *, network_id: UUID, moment: Moment, who: Actor) -> list[Alerting]:
    """The same for coordination: that something waits, for whom, since when and with whom, and nothing clinical.

    Whether there is an alert at all depends on what was measured and said, which coordination's own read model does
    not keep. So it is asked of whole courses, and what it is about is left behind here.
    """
    found = alerting(connection, CASELOAD, network_id=network_id, moment=moment, who=who)
    return sorted((one._replace(alert=without_reason(one.alert)) for one in found), key=_place)


def without_reason(alert: Alert) -> Alert:
    """An alert as coordination may know it. What is grave without being urgent would tell what it is about."""
    return change(alert, name=TO_CHASE, why="", entries=(), decision=None, is_grave=alert.is_urgent)


def _place(one: Alerting) -> tuple[Any, ...]:
    return one.alert.place, one.patient.reference
