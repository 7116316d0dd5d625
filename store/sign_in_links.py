"""Which clinician somebody is who signs in with the identity provider: found by address once, by subject ever after."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from store.blind_index import email_token, provider_session_token, subject_token
from store.datastore import Datastore
from store.key_file import KeyEncryptionKey
from store.networks import networks

LINK = """
    INSERT INTO clinician_sign_in (network_id, clinician_id, subject_token, linked_at)
    VALUES (%s, %s, %s, %s)
        ON CONFLICT DO NOTHING
 RETURNING clinician_id
"""
UNLINK = """
    WITH ended AS (
        UPDATE clinician_sign_in
           SET ended_at = %(now)s
         WHERE network_id = %(network_id)s AND clinician_id = %(clinician_id)s AND ended_at IS NULL
     RETURNING network_id, clinician_id, subject_token
    ), signed_out AS (
        DELETE FROM sign_in_session AS s
         USING ended
         WHERE (s.network_id, s.actor_id) = (ended.network_id, ended.clinician_id)
           AND s.subject_token = ended.subject_token
    )
    SELECT count(*) FROM ended
"""


class Place(NamedTuple):
    """Where a person works, and whether they may."""

    network_id: UUID
    clinician_id: UUID
    is_suspended: bool


class SignInLinks:
    """Links between subjects of an identity provider and clinicians; issuer, subject and address only by keyed hash."""

    def __init__(self, datastore: Datastore, kek: KeyEncryptionKey) -> None:
        self._datastore = datastore
        self._kek = kek

    def subject(self, issuer: str, subject: str) -> bytes:
        """The token of a subject."""
        return subject_token(self._kek, issuer, subject)

    def provider_session(self, issuer: str, session: str) -> bytes:
        """The token of a session at the provider."""
        return provider_session_token(self._kek, issuer, session)

    def places(self, subject: bytes, verified_email: str | None, *, now: datetime) -> list[Place]:
        """Everywhere this subject works, by title of the network.

        Where nobody is linked to the subject yet, the person admitted under the verified address is, for good, unless
        they are suspended or linked to another subject: an address may be given to somebody else one day.
        """
        found = self._found(subject, verified_email)
        for place, is_linked in found:
            if not is_linked and not place.is_suspended:
                self.link(place.network_id, place.clinician_id, subject, now=now)
        if any(not is_linked for _, is_linked in found):  # another sign-in may have been first
            linked = {place for place, is_linked in self._found(subject, None) if is_linked}
            return [place for place, _ in found if place in linked or place.is_suspended]
        return [place for place, _ in found]

    def link(self, network_id: UUID, clinician_id: UUID, subject: bytes, *, now: datetime) -> bool:
        """Whether it is linked now; not where either of the two is linked already."""
        with self._datastore.in_network(network_id, read_only=False) as connection:
            return connection.execute(LINK, [network_id, clinician_id, subject, now]).fetchone() is not None

    def unlink(self, network_id: UUID, clinician_id: UUID, *, now: datetime) -> bool:
        """Ends the link and signs its subject out; whether there was one. For the workers' role."""
        about = {"network_id": network_id, "clinician_id": clinician_id, "now": now}
        with self._datastore.in_network(network_id, read_only=False) as connection:
            row = connection.execute(UNLINK, about).fetchone()
        return row is not None and row[0] > 0

    def _found(self, subject: bytes, verified_email: str | None) -> Sequence[tuple[Place, bool]]:
        known = [one.network_id for one in networks(self._datastore)]
        emails = [email_token(self._kek, one, verified_email) if verified_email else None for one in known]
        with self._datastore.get_connection() as connection:
            rows = connection.execute(
                "SELECT network_id, clinician_id, status, is_linked"
                " FROM places_of_subject(%s, %s::uuid[], %s::bytea[])",
                [subject, known, emails],
            ).fetchall()
        return [(Place(network_id, who, status != "active"), is_linked) for network_id, who, status, is_linked in rows]
