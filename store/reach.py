"""Which episodes something concerns that happened elsewhere, as the append itself wrote it down."""

from datetime import datetime
from uuid import UUID

from store.datastore import Datastore

OF_THE_PATIENT = """
    SELECT other.episode_id
      FROM patient_episode AS this
      JOIN patient_episode AS other ON other.network_id = this.network_id AND other.patient_id = this.patient_id
     WHERE this.episode_id = %(stream_id)s
       AND other.episode_id <> this.episode_id
     ORDER BY other.episode_id
"""
OPEN_OF_THE_PATIENT = """
    SELECT known.episode_id
      FROM patient_episode AS known
      JOIN reservations AS held ON held.network_id = known.network_id AND held.stream_id = known.episode_id
     WHERE known.patient_id = %(stream_id)s
       AND held.kind = 'open_episode'
     ORDER BY known.episode_id
"""
OPEN = """
    SELECT stream_id
      FROM reservations
     WHERE kind = 'open_episode'
       AND key <> stream_id::text
     ORDER BY stream_id
"""
OF_THE_CLINICIAN = """
    SELECT DISTINCT member.episode_id
      FROM care_team_member AS member
      JOIN reservations AS held ON held.network_id = member.network_id AND held.stream_id = member.episode_id
     WHERE member.clinician_id = %(stream_id)s
       AND (member.until_at IS NULL OR member.until_at > %(now)s)
       AND held.kind = 'open_episode'
     ORDER BY member.episode_id
"""


def other_episodes_of_the_patient(datastore: Datastore, network_id: UUID, episode_id: UUID) -> list[UUID]:
    """The patient's other episodes in this network, open or closed."""
    with datastore.in_network(network_id) as connection:
        return [found for (found,) in connection.execute(OF_THE_PATIENT, {"stream_id": episode_id})]


def open_episodes_of_the_patient(datastore: Datastore, network_id: UUID, patient_id: UUID) -> list[UUID]:
    """The patient's open episode in this network, if there is one."""
    with datastore.in_network(network_id) as connection:
        return [found for (found,) in connection.execute(OPEN_OF_THE_PATIENT, {"stream_id": patient_id})]


def open_episodes(datastore: Datastore, network_id: UUID) -> list[UUID]:
    """Every episode of the network that is open; imported history never is. An erased patient keeps their own place."""
    with datastore.in_network(network_id) as connection:
        return [found for (found,) in connection.execute(OPEN)]


def open_episodes_of_the_clinician(
    datastore: Datastore, network_id: UUID, clinician_id: UUID, now: datetime
) -> list[UUID]:
    """Open episodes on whose care team the person is at that moment, or will be."""
    with datastore.in_network(network_id) as connection:
        rows = connection.execute(OF_THE_CLINICIAN, {"stream_id": clinician_id, "now": now})
        return [found for (found,) in rows]
