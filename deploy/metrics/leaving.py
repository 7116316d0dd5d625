"""What leaves the house: how far the relay to Kafka is behind, and deliveries to webhooks by what came of them.

No label names a subscriber: how many are behind and how far the last of them is, says enough to look.
"""

from collections.abc import Iterable
from typing import Any

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from psycopg import Connection

RELAY = """
    SELECT CASE WHEN subscriber_id IS NULL THEN 'internal' ELSE 'subscribers' END AS topics,
           max(greatest(0, reached.head - position)), count(*) FILTER (WHERE parked IS NOT NULL),
           max(extract(epoch FROM clock_timestamp() - moved_at))::float8
      FROM publish_checkpoint,
           LATERAL (SELECT coalesce(max(head), 0) AS head FROM read_models.checkpoint WHERE NOT is_shadow) AS reached
     WHERE is_served
     GROUP BY topics
"""
WAITING = """
    SELECT count(*), coalesce(max(extract(epoch FROM clock_timestamp() - queued_at)), 0)::float8,
           coalesce(max(tries), 0)
      FROM webhook_delivery
     WHERE settled_at IS NULL
"""
SETTLED = (
    "SELECT result, count(*) FROM webhook_delivery WHERE settled_at > clock_timestamp() - interval '1 hour' GROUP BY 1"
)
ATTEMPTS = """
    SELECT CASE WHEN failure IS NOT NULL THEN failure
                WHEN status IS NULL THEN 'under_way' ELSE (status / 100) || 'xx' END AS outcome, count(*)
      FROM webhook_attempt
     WHERE tried_at > clock_timestamp() - interval '1 hour'
     GROUP BY outcome
"""
DISABLED = "SELECT count(*) FROM webhook_endpoint WHERE state = 'disabled'"


def relay(connection: Connection[Any]) -> Iterable[Metric]:
    """The topic that is farthest behind, of ours and of subscribers; and topics where nothing is sent."""
    lag = GaugeMetricFamily(
        "throughline_relay_lag_events", "Events that the topic farthest behind lacks.", labels=["topics"]
    )
    parked = GaugeMetricFamily(
        "throughline_relay_parked_topics",
        "Topics that wait for somebody to say from where to go on.",
        labels=["topics"],
    )
    quiet = GaugeMetricFamily(
        "throughline_relay_quiet_seconds", "Since the place of the longest unmoved topic moved.", labels=["topics"]
    )
    for topics, events, waiting, seconds in connection.execute(RELAY):
        lag.add_metric([topics], events)
        parked.add_metric([topics], waiting)
        quiet.add_metric([topics], seconds)
    return (lag, parked, quiet)


def deliveries(connection: Connection[Any]) -> Iterable[Metric]:
    """Webhooks, for a role that sees every network: waiting, and what came of those of the last hour."""
    ((waiting, oldest, tries),) = connection.execute(WAITING).fetchall()
    ((disabled,),) = connection.execute(DISABLED).fetchall()
    settled = GaugeMetricFamily(
        "throughline_deliveries_last_hour", "Deliveries settled within the last hour.", labels=["outcome"]
    )
    attempts = GaugeMetricFamily(
        "throughline_delivery_attempts_last_hour",
        "Attempts of the last hour, by answer or failure.",
        labels=["outcome"],
    )
    for family, query in ((settled, SETTLED), (attempts, ATTEMPTS)):
        for outcome, count in connection.execute(query.encode()):
            family.add_metric([outcome], count)
    return (
        GaugeMetricFamily("throughline_deliveries_waiting", "Deliveries that are not settled.", waiting),
        GaugeMetricFamily("throughline_delivery_oldest_seconds", "How long the first of them has waited.", oldest),
        GaugeMetricFamily("throughline_delivery_most_tries", "Tries of the one tried most often.", tries),
        GaugeMetricFamily("throughline_webhooks_disabled", "Endpoints that are disabled.", disabled),
        settled,
        attempts,
    )
