"""A subscriber of the clinic that takes webhooks, and the worker's side of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx

from domain.subscriber.subscriber import Way
from domain.subscriber.webhook.set_webhook import SetWebhook, set_local_webhook
from store.datastore import Datastore
from store.feed import log_id_of
from store.reader import Reader
from store.webhooks.endpoints import endpoint_of
from store.webhooks.secrets import open_secrets
from tests.api.clinic import Browser, Clinic
from tests.api.subscribed import ClinicsSubscriber
from tests.postgres import Database
from tests.workers.webhook.receiver import Received, Reply, answer, is_challenge
from workers.webhook.line import Line
from workers.webhook.means import Means
from workers.webhook.requests import carry_out_requests


class ClinicsWebhook(ClinicsSubscriber):
    """Lakeside Registry, to whom the clinic's events are posted."""

    def __init__(self, clinic: Clinic, work: Datastore) -> None:
        super().__init__(clinic, way=Way.WEBHOOK)
        self.work, self.reader, self.secret = work, Reader(work), ""
        clinic.app.state.edge = replace(clinic.edge, webhooks_may_be_local=True)
        self.api = f"/api/subscribers/{self.subscriber_id}/webhook"
        self.page = f"/subscribers/{self.subscriber_id}/webhook"

    def send(self, by: Browser, what: str, key: str | None = None, **body: Any) -> httpx.Response:
        headers = {"idempotency-key": key or uuid4().hex}
        return by.post(f"{self.api}/{what}", json=body, headers=headers)

    def set(self, by: Browser, url: str) -> httpx.Response:
        answered = self.send(by, "set-webhook", url=url)
        self.secret = answered.json().get("secret") or self.secret
        return answered

    def set_by_hand(self, url: str) -> None:
        """Without a page, which would not take this machine."""
        self.decide(set_local_webhook, SetWebhook(url=url, endpoint_id=uuid4(), secret_id=uuid4()))
        with self.clinic.datastore.in_network(self.clinic.network_id) as connection:
            endpoint = endpoint_of(connection, self.subscriber_id)
            assert endpoint is not None
            (self.secret,) = open_secrets(connection, self.clinic.edge.kek, [endpoint.secret_id])

    def go(self) -> None:
        """The worker does whatever is to be done now."""
        edge = self.clinic.edge
        means = Means(
            self.work, edge.care, edge.kek, edge.clock, lambda: 0.0, may_be_local=True, address=edge.schema_address
        )
        with self.work.get_connection() as connection:
            endpoint, log_id = endpoint_of(connection, self.subscriber_id), log_id_of(connection)
        assert endpoint is not None
        carry_out_requests(self.work, self.reader, log_id, edge.clock())
        with Line(means, self.reader, endpoint) as line:
            while line.round():
                pass

    def agreeing(self, then: Callable[[Received], Reply] = lambda _: Reply()) -> Callable[[Received], Reply]:
        """Answers a challenge as the holder of the secret does, and everything else as said."""
        return lambda received: answer(received, self.secret) if is_challenge(received) else then(received)


@contextmanager
def webhooked(clinic: Clinic, database: Database) -> Iterator[ClinicsWebhook]:
    """With everything granted, from the beginning, thin."""
    work = Datastore(database.work_url)
    try:
        made = ClinicsWebhook(clinic, work)
        made.grant(with_history=True)
        yield made
    finally:
        work.close()
