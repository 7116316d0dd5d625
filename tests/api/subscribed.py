"""A subscriber of the clinic: registered, granted something, and holding a key."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from domain.order import Order
from domain.subscriber.grant_disclosure import GrantDisclosure, grant_disclosure
from domain.subscriber.issue_key import IssueKey, issue_key
from domain.subscriber.register_subscriber import RegisterSubscriber, register_subscriber
from domain.subscriber.revoke_key import RevokeKey, revoke_key
from domain.subscriber.subscriber import SUBSCRIBER, KeyScope, Purpose, Way
from domain.subscriber.withdraw_grant import WithdrawGrant, withdraw_grant
from store.disclosures import Disclosure, disclosures
from store.subscribers import show_key
from tests.api.clinic import Clinic


def keys_are_good_today(clinic: Clinic) -> None:
    """Keys live by the database's clock, which no test stops: those of the clinic's year would be over in the next."""
    with clinic.datastore.in_network(clinic.network_id, read_only=False) as connection:
        connection.execute("UPDATE subscriber_key SET expires_at = clock_timestamp() + interval '1 hour'")


class ClinicsSubscriber:
    """Lakeside Registry, which follows the clinic's events."""

    def __init__(self, clinic: Clinic, title: str = "Lakeside Registry", way: Way = Way.FEED) -> None:
        self.clinic, self.subscriber_id = clinic, uuid4()
        self.decide(register_subscriber, RegisterSubscriber(title=title, purpose=Purpose.RESEARCH, way=way))
        self.key_id, self.key = self.another_key()

    def decide(self, decide: Any, order: Order) -> None:
        self.clinic.decide(SUBSCRIBER, self.subscriber_id, decide, order, by=self.clinic.park)

    def grant(self, **fields: Any) -> None:
        self.decide(grant_disclosure, GrantDisclosure(grant_id=uuid4(), **fields))

    def withdraw(self) -> None:
        self.decide(withdraw_grant, WithdrawGrant())

    def another_key(self, *scopes: KeyScope) -> tuple[UUID, str]:
        order = IssueKey(key_id=uuid4(), scopes=scopes or tuple(KeyScope))
        self.decide(issue_key, order)
        keys_are_good_today(self.clinic)
        key = show_key(self.clinic.datastore, self.clinic.network_id, order.key_id)
        assert key is not None
        return order.key_id, key

    def revoke(self) -> None:
        self.decide(revoke_key, RevokeKey(key_id=self.key_id))

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}

    def disclosed(self) -> list[Disclosure]:
        """What was written down, the latest first."""
        return disclosures(self.clinic.datastore, self.clinic.network_id)

    def get(self, http: httpx.Client, **asked: Any) -> httpx.Response:
        return http.get("/events", params=asked, headers=self.headers)
