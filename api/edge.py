"""What the routes are handed when the application is put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fastapi import Request
from psycopg import Connection

from api.answers import Watch
from api.figures import NO_FIGURES, Figures
from api.identity.provider import IdentityProvider
from api.kept import Kept
from api.people import People
from api.tails import Tails
from domain.event import Recorded
from projections.coordination import Standings, no_standings
from projections.engine.waiting import Waiting
from store.care import Care
from store.check_in_links import CheckInLinks
from store.command import Clock
from store.datastore import Datastore
from store.drafts import Drafts
from store.held_forms import HeldForms
from store.key_file import KeyEncryptionKey
from store.keyring import Keyring
from store.psychotherapy_notes import PsychotherapyNotes
from store.reader import Reader
from store.sign_in import SignInSessions
from store.sign_in_links import SignInLinks

SendMail = Callable[[str, str, str], bool]
"""Hands a mail over: to whom, subject and text; whether it was taken."""


@dataclass(frozen=True)
class Edge:
    """One process's doors into store and read models, all under the application role."""

    care: Care
    datastore: Datastore
    keyring: Keyring
    kek: KeyEncryptionKey
    """Finds people by name without storing one."""
    reader: Reader
    sign_in: SignInSessions
    people: People
    waiting: Waiting
    links: CheckInLinks
    tails: Tails
    """The newest events, for those who follow them."""
    clock: Clock
    secret: bytes
    """Signs the tokens of forms."""
    is_demo: bool
    version: str
    topic_of: Callable[[UUID], str] = lambda subscriber_id: ""
    """The Kafka topic of a subscriber; empty while Kafka is off."""
    missing_migrations: Callable[[Connection[Any]], Sequence[str]] = lambda connection: ()
    """Names of migrations that this release needs and the database lacks."""
    figures: Figures = NO_FIGURES
    """What `/metrics` answers, and to whom."""
    watch_answers: Watch | None = None
    """Told of every answer."""
    send_mail: SendMail | None = None
    """None where no mail server is set: then links are given by hand."""
    webhooks_may_be_local: bool = False
    """In development a webhook may be set to this very machine."""
    address: str = ""
    """Where people reach the pages from outside; the address of the request where nobody said."""
    schema_address: str = ""
    """Where the schemas of what is sent stand; empty where nobody said and it cannot be known."""
    provider: IdentityProvider | None = None
    """Where people prove who they are; None in an installation without, such as a demonstration."""

    def is_under_tls(self, request: Request) -> bool:
        """Whether browsers come by TLS; a proxy may have ended it before the request arrives here."""
        return request.scope.get("scheme") == "https" or self.address.startswith("https:")

    timelines: Kept[Any] = field(default_factory=Kept)
    """Rows of timelines as they were written last, without free text."""

    histories: Kept[tuple[Recorded, ...]] = field(default_factory=lambda: Kept(256))
    """Of episodes that pages were about, by network and episode."""

    standings: Standings = field(default_factory=no_standings)
    """What coordination found in each open episode when it went through them last."""

    @property
    def drafts(self) -> Drafts:
        """What people are still writing."""
        return Drafts(self.datastore, self.keyring)

    @property
    def held_forms(self) -> HeldForms:
        """What waits for a signature while its author proves who they are."""
        return HeldForms(self.datastore, self.keyring)

    @property
    def sign_in_links(self) -> SignInLinks:
        """Who somebody is that the identity provider names."""
        return SignInLinks(self.datastore, self.kek)

    @property
    def notes(self) -> PsychotherapyNotes:
        """Psychotherapy notes: each author's own, on connections of their own."""
        return PsychotherapyNotes(self.datastore, self.keyring, self.kek, self.clock)
