"""The workers of this installation by name, each as the tasks that a supervisor keeps running.

However many of them run in a process, one connection listens for appends: their task `listen` is the same.
"""

import random
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from deploy.failures import CannotGoOn
from deploy.kafka.wiring import KAFKA_IS_OFF, brokers_of, names_of, relay_of
from deploy.messages import address_of, channel_of, schema_address_of
from deploy.operating.erasures import keep_in_step
from deploy.read_models import open_log
from deploy.settings import PREFIX
from deploy.wiring import Wiring, erased_list_of
from domain.policies import POLICIES
from projections import READ_MODELS
from store.wake import News, Wake
from workers.deliver import Deliverer
from workers.expire import Expiry
from workers.project import Projector
from workers.react import Reactor
from workers.reaction import Reaction
from workers.remembering import Remembered
from workers.remind import Reminder
from workers.reminding import Means
from workers.supervisor import Task
from workers.tidy import every_minute, tidy
from workers.webhook.means import Means as DeliveryMeans


def project(wiring: Wiring, news: News) -> Mapping[str, Task]:
    """Keeps the read models at the head of the log, and fills those that are missing."""
    url = wiring.addresses.for_work
    projector = Projector(url, partial(open_log, url, wiring.metrics.settling.note), READ_MODELS, wait=news.wait())
    return {"project": projector.run, "project-missing": projector.build_missing, "listen": news.listen}


def react(wiring: Wiring, news: News) -> Mapping[str, Task]:
    """Carries out policies; what they decide is announced like any other append."""
    url = wiring.addresses.for_work
    wait = news.wait(gather_seconds=GATHER_SECONDS)
    reaction = Reaction(wiring.care, wiring.datastore, wiring.clock)
    reactor = Reactor(url, partial(open_log, url, wiring.metrics.settling.note), POLICIES, reaction, wait=wait)
    return {"react": reactor.run, "listen": news.listen, "announce": partial(_announce, wiring)}


def remind(wiring: Wiring, news: News) -> Mapping[str, Task]:
    """Tells staff what is due and which alerts have reached them; nothing where no way of sending is set."""
    channel = channel_of(wiring)
    if channel is None:
        return {}
    means = Means(wiring.care, wiring.keyring, channel, wiring.clock, address_of(wiring), Remembered())
    return {"remind": Reminder(wiring.addresses.for_work, means).run}


def deliver(wiring: Wiring, news: News) -> Mapping[str, Task]:
    """Posts events to the webhooks of subscribers."""
    url = wiring.addresses.for_work
    means = DeliveryMeans(
        wiring.deliveries,
        wiring.care,
        wiring.kek,
        wiring.clock,
        random.random,
        may_be_local=wiring.settings.webhooks_may_be_local,
        address=schema_address_of(wiring),
    )
    return {"deliver": Deliverer(url, means, wait=news.wait()).run, "listen": news.listen}


def expire(wiring: Wiring, news: News) -> Mapping[str, Task]:
    """Notes licences that have run out; policies look at what counts on them."""
    return {"expire": Expiry(wiring.care, wiring.datastore, wiring.clock).run}


def publish(wiring: Wiring, news: News) -> Mapping[str, Task]:
    """Publishes the log to Kafka; nothing where Kafka is off."""
    brokers = brokers_of(wiring.settings)
    if brokers is None:
        return {}
    url = wiring.addresses.for_work
    names, address = names_of(wiring.settings), schema_address_of(wiring)
    relay = relay_of(url, brokers, names, wiring.every_network, address, wait=news.wait())
    return {"publish": relay.run, "listen": news.listen}


def keep_house(wiring: Wiring, news: News) -> Mapping[str, Task]:
    """Drops what has had its time, and keeps the list of the erased."""
    tasks: dict[str, Task] = {"tidy": partial(tidy, wiring.addresses.for_work)}
    if (path := erased_list_of(wiring.settings)) is not None:
        tasks["erased"] = partial(every_minute, partial(keep_in_step, wiring, path))
    return tasks


NOTHING_TO_SEND_WITH = (
    f"Set {PREFIX}SMTP_URL to a mail server, or {PREFIX}SPOOL to a folder: without one of them nobody is told anything."
)
WORKERS: Mapping[str, Callable[[Wiring, News], Mapping[str, Task]]] = {
    "project": project,
    "react": react,
    "remind": remind,
    "deliver": deliver,
    "expire": expire,
    "publish": publish,
    "tidy": keep_house,
}


def tasks_of(wiring: Wiring, names: Iterable[str]) -> dict[str, Task]:
    """The tasks of these workers; of all, where none is named."""
    wanted = list(names) or list(WORKERS)
    for name in wanted:
        if name not in WORKERS:
            raise CannotGoOn(f"There is no worker {name[:40]}; choose from: {', '.join(WORKERS)}.")
    news = News(wiring.addresses.for_work)
    found = {task: run for name in wanted for task, run in WORKERS[name](wiring, news).items()}
    if not found:
        raise CannotGoOn(KAFKA_IS_OFF if wanted == ["publish"] else NOTHING_TO_SEND_WITH)
    return found


GATHER_SECONDS = 0.05
"""What policies do in other episodes may come so much later; a page of events costs them little more than one."""


def _announce(wiring: Wiring, stopping: threading.Event) -> None:
    """Tell everybody who listens of what this process appends."""
    with Wake(wiring.addresses.for_app) as wake:
        wiring.care.application.recorder.on_append = wake.signal
        stopping.wait()
