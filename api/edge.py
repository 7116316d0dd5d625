"""What the routes are handed when the application is put together."""

from dataclasses import dataclass

from store.access_log import AccessLog
from store.reader import Reader

from api.people import People
from projections.engine.waiting import Waiting
from store.care import Care
from store.command import Clock
from store.datastore import Datastore
from store.keyring import Keyring
from store.sign_in import SignInSessions


@dataclass(frozen=True)
class Edge:
    """One process's doors into store and read models, all under the application role."""

    care: Care
    datastore: Datastore
    keyring: Keyring
    reader: Reader
    access_log: AccessLog
    sign_in: SignInSessions
    people: People
    waiting: Waiting
    clock: Clock
    secret: bytes
    """Signs the tokens of forms."""
    is_demo: bool
    version: str
