"""Which figures each kind of process gives."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.figures import Figures
from deploy.metrics.door import Door, listening
from deploy.metrics.leaving import deliveries, relay
from deploy.metrics.pools import Pools
from deploy.metrics.standing import Standing, followers, oldest_append, parked
from deploy.metrics.tasks import Tasks
from deploy.wiring import Wiring
from domain.policies import POLICIES
from projections import READ_MODELS
from workers.supervisor import Supervisor

FOLLOWERS = (followers("read_model", READ_MODELS), followers("policy", POLICIES), parked, relay)


def metrics_of_api(wiring: Wiring) -> None:
    """What `serve` looks up, under the application role."""
    pools = Pools({"app": wiring.datastore})
    wiring.metrics.look_up([pools, Standing(wiring.datastore, (*FOLLOWERS, oldest_append))])


def metrics_of_work(wiring: Wiring, supervisor: Supervisor) -> None:
    """What `work` looks up, under the workers' role."""
    pools = Pools({"app": wiring.datastore, "work": wiring.every_network})
    wiring.metrics.look_up([pools, Tasks(supervisor.states), Standing(wiring.every_network, (*FOLLOWERS, deliveries))])


@contextmanager
def monitored(wiring: Wiring, supervisor: Supervisor) -> Iterator[int | None]:
    """A worker process answers a monitor meanwhile, where the settings say at which address; the port."""
    settings = wiring.settings
    metrics_of_work(wiring, supervisor)
    door = Door(Figures(wiring.metrics.text, settings.metrics_token), supervisor.is_alive, is_demo=settings.demo)
    with listening(settings.work_listen, door) as port:
        yield port
