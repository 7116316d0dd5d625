"""A house with a subscriber in it, for tests of what leaves the house."""

from typing import Any
from uuid import UUID, uuid4

from domain.actor import Role
from domain.order import Order
from domain.subscriber.grant_disclosure import GrantDisclosure, grant_disclosure
from domain.subscriber.issue_key import IssueKey, issue_key
from domain.subscriber.register_subscriber import RegisterSubscriber, register_subscriber
from domain.subscriber.subscriber import SUBSCRIBER, KeyScope, Purpose, Way
from store.feed import log_id_of
from store.reader import Reader
from store.row import Row
from store.subscribers import Subscriber, show_key, subscriber_of_key, subscribers_of
from store.view import View
from tests.store.house import House

ADDRESS = "https://throughline.example"
"""Where the house is reached."""


class Subscribed:
    """A house with one subscriber, and the decisions about it."""

    def __init__(self, home: House, way: Way = Way.FEED) -> None:
        self.home = home
        self.subscriber_id = uuid4()
        self.compliance = home.admit(Role.COMPLIANCE)
        order = RegisterSubscriber(title="Lakeside Registry", purpose=Purpose.RESEARCH, way=way)
        self.decide(register_subscriber, order)

    def decide(self, decide: Any, order: Order) -> None:
        self.home.decide(SUBSCRIBER, self.subscriber_id, decide, order, by=self.compliance)

    def grant(self, **fields: Any) -> UUID:
        order = GrantDisclosure(grant_id=uuid4(), **fields)
        self.decide(grant_disclosure, order)
        return order.grant_id

    def key(self, **fields: Any) -> tuple[UUID, str]:
        order = IssueKey(key_id=uuid4(), **fields)
        self.decide(issue_key, order)
        key = show_key(self.home.datastore, self.home.network_id, order.key_id)
        assert key is not None
        return order.key_id, key

    def holder(self, key: str, scope: KeyScope = KeyScope.EVENTS) -> Subscriber | None:
        return subscriber_of_key(self.home.datastore, key, scope)

    def episode(self) -> UUID:
        """A patient is registered and referred: three events, two of them of the episode."""
        episode_id = uuid4()
        self.home.refer(episode_id, self.home.register("Ada Canary"), self.home.admit(Role.THERAPIST))
        return episode_id

    @property
    def now(self) -> Subscriber:
        """The subscriber as its row has it."""
        known = subscribers_of(self.home.datastore, self.home.network_id)
        return next(one for one in known if one.subscriber_id == self.subscriber_id)

    @property
    def view(self) -> View:
        with self.home.datastore.get_connection() as connection:
            return View(self.now, log_id_of(connection), address=ADDRESS)

    def rows(self) -> list[Row]:
        return Reader(self.home.datastore, network_id=self.home.network_id).rows(0, 1000)
