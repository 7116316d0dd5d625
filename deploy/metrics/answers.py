"""Answers over HTTP, by route and status."""

from prometheus_client import CollectorRegistry, Histogram

from api.answers import Answered

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class AnswerFigures:
    """Watches every answer of one process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "throughline_answer_seconds",
            "From a request to the end of its answer, by route: addresses stay out, they carry ids.",
            ["method", "route", "status"],
            buckets=SECONDS,
            registry=registry,
        )

    def note(self, answered: Answered) -> None:
        """One answer is over."""
        labels = self._seconds.labels(answered.method, answered.route, str(answered.status))
        labels.observe(answered.seconds)
