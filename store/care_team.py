"""Who is on which care team, as the append itself wrote it down: lists may be behind, access never is."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from domain.access import CARES
from domain.actor import Actor, Role
from store.datastore import Datastore

WITHIN_REACH = """
    SELECT asked.episode_id
      FROM unnest(%(episodes)s::uuid[]) AS asked (episode_id)
     WHERE EXISTS (
               SELECT FROM care_team_member AS member
                WHERE member.episode_id = asked.episode_id AND member.clinician_id = %(clinician_id)s
                  AND member.role = ANY(%(cares)s)
                  AND member.from_at <= %(now)s AND (member.until_at IS NULL OR member.until_at > %(now)s))
        OR %(is_prescriber)s AND NOT EXISTS (
               SELECT FROM care_team_member AS member
                WHERE member.episode_id = asked.episode_id AND member.role = %(prescriber)s
                  AND member.from_at <= %(now)s AND (member.until_at IS NULL OR member.until_at > %(now)s))
"""


def within_reach(datastore: Datastore, actor: Actor, episodes: Iterable[UUID], now: datetime) -> set[UUID]:
    """Those of these episodes on whose team the person is at that moment; for prescribers the referral pool too."""
    wanted = list(set(episodes))
    if not wanted:
        return set()
    parameters = {
        "episodes": wanted,
        "clinician_id": actor.actor_id,
        "now": now,
        "is_prescriber": actor.has(Role.PRESCRIBER),
        "prescriber": Role.PRESCRIBER.value,
        "cares": [role.value for role in CARES if actor.has(role)],
    }
    with datastore.in_network(actor.network_id) as connection:
        return {episode_id for (episode_id,) in connection.execute(WITHIN_REACH, parameters)}
