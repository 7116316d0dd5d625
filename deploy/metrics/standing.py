"""How far whatever follows the log has come, what waits aside, and appends that have not ended: asked of the tables."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import psycopg
from eventsourcing.persistence import PersistenceError
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg import Connection

from projections.engine.lease import Leased
from projections.engine.positions import Position, positions
from store.datastore import Datastore

Question = Callable[[Connection[Any]], Iterable[Metric]]
"""Asks the tables one thing, and says it as figures."""

PARKED = """
    SELECT read_model, count(*), count(*) FILTER (WHERE failure IS NOT NULL),
           extract(epoch FROM clock_timestamp() - min(parked_at))::float8
      FROM read_models.parked_event
     WHERE NOT is_shadow
     GROUP BY read_model
"""
OLDEST_APPEND = """
    SELECT coalesce(max(extract(epoch FROM clock_timestamp() - activity.xact_start)), 0)::float8
      FROM pg_locks AS held
      JOIN pg_stat_activity AS activity USING (pid)
     WHERE held.relation = 'public.events'::regclass AND held.mode = 'RowExclusiveLock' AND held.granted
       AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""Of appends under one's own role; all of them are under that of the API. PostgreSQL hides times of others'."""


class Standing(Collector):
    """Asks its questions whenever somebody asks for figures. A database that does not answer is a figure too."""

    def __init__(self, datastore: Datastore, questions: Sequence[Question]) -> None:
        self._datastore = datastore
        self._questions = questions

    def collect(self) -> Iterable[Metric]:
        found: list[Metric] = []
        try:
            with self._datastore.get_connection() as connection:
                for question in self._questions:
                    found.extend(question(connection))
        except (psycopg.Error, PersistenceError):
            return [_answers(False)]
        return [_answers(True), *found]


def followers(kind: str, known: Sequence[Leased]) -> Question:
    """How far each of these has come; `kind` is read_model or policy."""

    def ask(connection: Connection[Any]) -> Iterable[Metric]:
        return _as_figures(kind, positions(connection, known))

    return ask


def parked(connection: Connection[Any]) -> Iterable[Metric]:
    """How many events wait aside for each follower, and how long the oldest has waited."""
    count = GaugeMetricFamily(
        "throughline_parked_events", "Events aside: failed, or behind one that failed.", labels=["name", "why"]
    )  # fmt: skip
    oldest = GaugeMetricFamily(
        "throughline_parked_oldest_seconds", "How long the first of them has waited.", labels=["name"]
    )
    for name, all_of_them, failed, seconds in connection.execute(PARKED):
        count.add_metric([name, "failed"], failed)
        count.add_metric([name, "behind_a_failed_one"], all_of_them - failed)
        oldest.add_metric([name], seconds)
    return (count, oldest)


def oldest_append(connection: Connection[Any]) -> Iterable[Metric]:
    """How long the append that holds readers back has been going on."""
    ((seconds,),) = connection.execute(OLDEST_APPEND).fetchall()
    return (
        GaugeMetricFamily(
            "throughline_oldest_append_seconds",
            "Age of the oldest append that has not ended: readers of the log wait for it.",
            seconds,
        ),
    )


def _as_figures(kind: str, standing: Sequence[Position]) -> Iterable[Metric]:
    lag = GaugeMetricFamily(
        f"throughline_{kind}_lag_events", "Events of the log that it has not taken in.", labels=["name", "version"]
    )
    quiet = GaugeMetricFamily(
        f"throughline_{kind}_quiet_seconds",
        "Since somebody last kept it up; absent where nobody has begun.",
        labels=["name", "version"],
    )
    for one in standing:
        labels = [one.name, str(one.version)]
        lag.add_metric(labels, one.lag)
        if one.seconds_since_heartbeat is not None:
            quiet.add_metric(labels, one.seconds_since_heartbeat)
    return (lag, quiet)


def _answers(is_well: bool) -> Metric:
    return GaugeMetricFamily("throughline_database_answers", "1 while the database answers.", is_well)
