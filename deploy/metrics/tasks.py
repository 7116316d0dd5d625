"""Tasks of a worker process: which of them run, and how often they were started again."""

from collections.abc import Iterable, Mapping

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from workers.supervisor import TaskState


class Tasks(Collector):
    """Reads what the supervisor knows."""

    def __init__(self, states: Mapping[str, TaskState]) -> None:
        self._states = states

    def collect(self) -> Iterable[Metric]:
        running = GaugeMetricFamily("throughline_task_running", "1 while the task runs.", labels=["task"])
        restarts = CounterMetricFamily(
            "throughline_task_restarts", "How often a task was started again after it stopped.", labels=["task"]
        )
        for name, state in self._states.items():
            running.add_metric([name], state.is_running)
            restarts.add_metric([name], state.restarts)
        return (running, restarts)
