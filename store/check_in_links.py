"""One-time links: the secret in the patient's address, its hash here, the tries at the birth date, and the draft."""

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from domain.sealed import Sealed
from store.blind_index import address_token
from store.command import Clock
from store.datastore import Datastore
from store.errors import KeyWasDestroyed
from store.key_file import KeyEncryptionKey
from store.keyring import Keyring
from store.sealing import Token

SECRET_BYTES = 32
TRIES_PER_HOUR = 30
"""Failed tries from one address, over all links: a clinic's whole waiting room stays below it, a guesser does not."""
DRAFT_FIELD = "check_in_draft"
LARGEST_DRAFT = 32_000
OF_EPISODE = """
    SELECT link_id, network_id, episode_id, patient_id, language, expires_at, wrong_dates, opened_at, consumed_at,
           ended_at, NULL
      FROM check_in_link
     WHERE network_id = %(network)s
       AND episode_id = %(episode)s
"""
CLAIM_TRY = """
    UPDATE check_in_link
       SET wrong_dates = wrong_dates + 1
     WHERE network_id = %(network)s
       AND link_id = %(link)s
       AND ended_at IS NULL
       AND wrong_dates < %(allowed)s
    RETURNING wrong_dates
"""
OPENED = """
    UPDATE check_in_link
       SET wrong_dates = 0,
           opened_at = coalesce(opened_at, %(now)s)
     WHERE network_id = %(network)s
       AND link_id = %(link)s
       AND ended_at IS NULL
    RETURNING link_id
"""
KEEP_DRAFT = """
    UPDATE check_in_link
       SET draft = %(draft)s
     WHERE network_id = %(network)s
       AND link_id = %(link)s
       AND ended_at IS NULL
    RETURNING link_id
"""


class FoundLink(NamedTuple):
    """A link as it stands beside the log; whether it may be answered, the episode decides."""

    link_id: UUID
    network_id: UUID
    episode_id: UUID
    patient_id: UUID
    language: str
    expires_at: datetime
    wrong_dates: int
    opened_at: datetime | None
    consumed_at: datetime | None
    ended_at: datetime | None
    draft: str | None

    def is_open_at(self, moment: datetime) -> bool:
        return self.ended_at is None and moment < self.expires_at


class CheckInLinks:
    """Makes and finds links. One per process; threads share it."""

    def __init__(self, datastore: Datastore, keyring: Keyring, kek: KeyEncryptionKey, clock: Clock) -> None:
        self._datastore = datastore
        self._keyring = keyring
        self._kek = kek
        self._clock = clock

    def issue(self, network_id: UUID, link_id: UUID) -> str | None:
        """A fresh secret of 256 bits for a link that is open, handed out here and nowhere else; the former one is void.

        None where the link has ended.
        """
        secret, now = token_urlsafe(SECRET_BYTES), self._clock()
        with self._datastore.in_network(network_id, read_only=False) as connection:
            row = connection.execute(
                """
                UPDATE check_in_link
                   SET token_hash = %(hash)s, issued_at = %(now)s
                 WHERE network_id = %(network)s
                   AND link_id = %(link)s
                   AND ended_at IS NULL
                   AND expires_at > %(now)s
                RETURNING link_id
                """,
                {"hash": _hash(secret), "now": now, "network": network_id, "link": link_id},
            ).fetchone()
        return secret if row else None

    def find(self, secret: str) -> FoundLink | None:
        """The link of this secret; one query, whether there is one or not."""
        with self._datastore.get_connection() as connection:
            row = connection.execute("SELECT * FROM check_in_link_of(%s)", [_hash(secret)], prepare=True).fetchone()
        return FoundLink._make(row) if row else None

    def of_episode(self, network_id: UUID, episode_id: UUID) -> dict[UUID, FoundLink]:
        """All links of an episode, for the list that staff see."""
        with self._datastore.in_network(network_id) as connection:
            rows = connection.execute(OF_EPISODE, {"network": network_id, "episode": episode_id}).fetchall()
        return {row[0]: FoundLink._make(row) for row in rows}

    def claim_try(self, link: FoundLink, allowed: int) -> int | None:
        """Count a try at the birth date before it is looked at, so that a thousand at once are a thousand.

        None where all that are allowed have been used.
        """
        row = self._change(link, CLAIM_TRY, allowed=allowed)
        return row[0] if row else None

    def opened(self, link: FoundLink) -> None:
        """The birth date was right: the count begins anew, and staff see that the link was opened."""
        self._change(link, OPENED)

    def keep_draft(self, link: FoundLink, text: str) -> bool:
        """Keep what was typed so far, sealed for the patient.

        False where it is too much, the link has ended, or the person was erased.
        """
        if len(text) > LARGEST_DRAFT:
            return False
        try:
            key = self._keyring.key_of(link.network_id, link.patient_id)
        except KeyWasDestroyed:
            return False
        place = Token(key.key_id, key.person_id, link.link_id, 0, DRAFT_FIELD)
        return self._change(link, KEEP_DRAFT, draft=place.close(key.cipher, text)) is not None

    def draft(self, link: FoundLink) -> str:
        """What was typed so far; empty where nothing was, or where the person was erased."""
        if link.draft is None:
            return ""
        try:
            return self._keyring.open(
                Sealed(token=link.draft), network_id=link.network_id, person=link.patient_id, field=DRAFT_FIELD
            )
        except KeyWasDestroyed:
            return ""

    def tries_from(self, address: str) -> int:
        """Failed tries from an address in this hour."""
        with self._datastore.get_connection() as connection:
            row = connection.execute(
                "SELECT tries FROM check_in_try WHERE address_hash = %s AND hour = date_trunc('hour', %s::timestamptz)",
                [self._address(address), self._clock()],
            ).fetchone()
        return row[0] if row else 0

    def failed_from(self, address: str) -> None:
        """One more failed try from an address."""
        with self._datastore.get_connection() as connection:
            connection.execute("SELECT note_check_in_try(%s, %s)", [self._address(address), self._clock()])

    def _change(self, link: FoundLink, statement: LiteralString, **values: object) -> tuple[Any, ...] | None:
        """Change the row of a link that is open; None where it has ended."""
        known = {"network": link.network_id, "link": link.link_id, "now": self._clock()}
        with self._datastore.in_network(link.network_id, read_only=False) as connection:
            return connection.execute(statement, known | values).fetchone()

    def _address(self, address: str) -> bytes:
        return address_token(self._kek, address)


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "replace")).digest()
