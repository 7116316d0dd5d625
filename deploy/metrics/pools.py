"""Connections of this process to the database: in use, at rest, and requests that wait for one."""

from collections.abc import Iterable, Mapping

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from store.datastore import Datastore


class Pools(Collector):
    """Asks the pools when somebody asks for figures."""

    def __init__(self, datastores: Mapping[str, Datastore]) -> None:
        """Each under a name of ours."""
        self._datastores = datastores

    def collect(self) -> Iterable[Metric]:
        held = GaugeMetricFamily(
            "throughline_pool_connections", "Connections to the database.", labels=["pool", "state"]
        )
        waiting = GaugeMetricFamily("throughline_pool_waiting", "Requests that wait for a connection.", labels=["pool"])
        for name, datastore in self._datastores.items():
            stats = datastore.pool.get_stats()
            at_rest = stats.get("pool_available", 0)
            held.add_metric([name, "at_rest"], at_rest)
            held.add_metric([name, "in_use"], stats.get("pool_size", 0) - at_rest)
            held.add_metric([name, "most"], stats.get("pool_max", 0))
            waiting.add_metric([name], stats.get("requests_waiting", 0))
        return (held, waiting)
