"""How long readers of the log wait for appends that began before they looked."""

from prometheus_client import CollectorRegistry, Histogram

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0)


class SettlingFigures:
    """Watches the readers of one process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "throughline_settle_seconds",
            "How long a reader waited for appends that could still fill a hole below where it reads.",
            buckets=SECONDS,
            registry=registry,
        )

    def note(self, seconds: float) -> None:
        """A reader waited."""
        self._seconds.observe(seconds)
