"""A network with a subscriber that takes webhooks, its line with a clock of the test's own, and what happens there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from domain.actor import Role
from domain.order import Order
from domain.subscriber.grant_disclosure import GrantDisclosure, grant_disclosure
from domain.subscriber.register_subscriber import RegisterSubscriber, register_subscriber
from domain.subscriber.subscriber import SUBSCRIBER, Purpose, Subscriber, Way
from domain.subscriber.webhook.endpoint import EndpointState
from domain.subscriber.webhook.rotate_secret import RotateSecret, rotate_secret
from domain.subscriber.webhook.set_webhook import SetWebhook, set_local_webhook
from store.datastore import Datastore
from store.reader import Reader
from store.webhooks.attempts import Shown, shown
from store.webhooks.endpoints import Endpoint, endpoint_of
from store.webhooks.secrets import open_secrets
from tests.postgres import Database
from tests.store.house import House, house
from tests.workers.webhook.receiver import Received, Receiver, Reply, answer, is_challenge
from workers.webhook.line import Line
from workers.webhook.means import Means


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def move(self, pause: timedelta) -> None:
        self.now += pause


class Hooked:
    """One subscriber and the worker's side of it."""

    def __init__(self, home: House, work: Datastore, seconds: float = 10.0) -> None:
        self.home, self.work = home, work
        self.clock = SetClock()
        self.subscriber_id = uuid4()
        self.means = Means(work, home.care, home.kek, self.clock, lambda: 0.0, may_be_local=True, seconds=seconds)
        self.reader = Reader(work)
        self.secret = ""
        self.compliance = home.admit(Role.COMPLIANCE)
        order = RegisterSubscriber(title="Lakeside Registry", purpose=Purpose.RESEARCH, way=Way.WEBHOOK)
        self.decide(register_subscriber, order)

    def decide(self, decide: Any, order: Order) -> None:
        self.home.decide(SUBSCRIBER, self.subscriber_id, decide, order, by=self.compliance)

    def grant(self, **fields: Any) -> None:
        self.decide(grant_disclosure, GrantDisclosure(grant_id=uuid4(), **fields))

    def set_webhook(self, url: str) -> None:
        self.decide(set_local_webhook, SetWebhook(url=url, endpoint_id=uuid4(), secret_id=uuid4()))
        self.secret = self.secret_now()

    def rotate(self, overlap_hours: int) -> str:
        """The secret before; the new one is `secret`."""
        before = self.secret
        self.decide(rotate_secret, RotateSecret(secret_id=uuid4(), overlap_hours=overlap_hours))
        self.secret = self.secret_now()
        return before

    def secret_now(self) -> str:
        """As it is shown once."""
        with self.home.datastore.in_network(self.home.network_id) as connection:
            (secret,) = open_secrets(connection, self.home.kek, [self.endpoint.secret_id])
        return secret

    def episode(self) -> UUID:
        """A patient is registered and referred: two events of the episode."""
        episode_id = uuid4()
        self.home.refer(episode_id, self.home.register("Ada Canary"), self.home.admit(Role.THERAPIST))
        return episode_id

    @property
    def state(self) -> Subscriber:
        found: Subscriber = self.home.care.state(SUBSCRIBER, self.subscriber_id, network_id=self.home.network_id)[0]
        return found

    @property
    def is_confirmed(self) -> bool:
        return self.state.webhook is not None and self.state.webhook.state is EndpointState.CONFIRMED

    @property
    def endpoint(self) -> Endpoint:
        with self.work.get_connection() as connection:
            found = endpoint_of(connection, self.subscriber_id)
        assert found is not None
        return found

    def line(self) -> Line:
        return Line(self.means, self.reader, self.endpoint)

    def go(self, rounds: int = 20) -> None:
        """Rounds until nothing is to be done at this moment."""
        with self.line() as line:
            for _ in range(rounds):
                if not line.round():
                    return
        raise AssertionError("it does not come to rest")

    def confirm_and_go(self) -> None:
        """The challenge is answered, and what waits is posted."""
        self.go()
        assert self.is_confirmed

    def deliveries(self) -> list[Shown]:
        """All that were queued, the newest first."""
        with self.home.datastore.in_network(self.home.network_id) as connection:
            return shown(connection, self.subscriber_id, before=None, most=1_000)


def agreeing(hooked: Hooked, then: Callable[[Received], Reply] = lambda _: Reply()) -> Callable[[Received], Reply]:
    """Answers a challenge as the holder of the secret does, and everything else as said."""
    return lambda received: answer(received, hooked.secret) if is_challenge(received) else then(received)


@contextmanager
def hooked(database: Database, seconds: float = 10.0) -> Iterator[Hooked]:
    """With a subscriber that takes webhooks and was granted everything from the beginning, thin."""
    work = Datastore(database.work_url)
    with house(database.app_url) as home:
        one = Hooked(home, work, seconds)
        one.grant(with_history=True)
        try:
            yield one
        finally:
            work.close()


def by_stream(receiver: Receiver) -> dict[str, list[int]]:
    """The positions of what came, by stream, each once: repetitions of an event known by its id are left out."""
    found: dict[str, list[int]] = {}
    for event in receiver.events():
        positions = found.setdefault(event["subject"], [])
        if event["position"] not in positions:
            positions.append(event["position"])
    return found


def chain(events: list[dict[str, int]]) -> dict[int, int | None]:
    """Each position with the one before it, as a view without a gap has them."""
    positions = sorted(event["position"] for event in events)
    return dict(zip(positions, [None, *positions], strict=False))
