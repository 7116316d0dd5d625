"""The figures of one process, put together; a registry of its own, so that two in one process do not meet."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.registry import Collector

from deploy.metrics.answers import AnswerFigures
from deploy.metrics.commands import CommandFigures
from deploy.metrics.settling import SettlingFigures


class Metrics:
    """What is counted while a process works, and what is looked up when somebody asks."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.commands = CommandFigures(self._registry)
        self.answers = AnswerFigures(self._registry)
        self.settling = SettlingFigures(self._registry)

    def look_up(self, collectors: Iterable[Collector]) -> None:
        """From now on, whenever somebody asks, these are asked too."""
        for collector in collectors:
            self._registry.register(collector)

    def text(self) -> bytes:
        """Everything in the format that Prometheus reads."""
        return generate_latest(self._registry)
