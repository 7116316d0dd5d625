"""Keeps house once an hour: room for the keys of coming months; old keys, sign-in sessions and drafts are dropped."""

import threading
from collections.abc import Callable

import psycopg

from store.sign_in import LONGEST

EVERY_SECONDS = 3600.0
A_MINUTE = 60.0
KEYS_KEPT_DAYS = 30
DELIVERIES_KEPT_DAYS = 30
"""For the page that shows attempts. What was disclosed is written elsewhere, for ever."""


def tidy_once(work_url: str) -> None:
    """Everything here may be done twice, or a day late: an append needs none of it."""
    with psycopg.connect(work_url, autocommit=True, application_name="throughline tidy") as connection:
        connection.execute("SET lock_timeout = '2s'")  # a new partition waits for appends, and new ones behind it
        connection.execute("SELECT keep_command_partitions(%s)", [KEYS_KEPT_DAYS])
        connection.execute("DELETE FROM sign_in_session WHERE created_at < now() - %s", [LONGEST])
        connection.execute("UPDATE check_in_link SET draft = NULL WHERE draft IS NOT NULL AND expires_at < now()")
        connection.execute(
            "DELETE FROM webhook_delivery WHERE settled_at < now() - make_interval(days => %s)", [DELIVERIES_KEPT_DAYS]
        )
        connection.execute("DELETE FROM held_form WHERE held_at < now() - interval '1 hour'")
        connection.execute("DELETE FROM held_psychotherapy_note")  # what is older than an hour; it sees none of them
        connection.execute("DELETE FROM sign_in_record")  # what the database lets this role see: older than six years
        connection.execute("DELETE FROM check_in_try WHERE hour < now() - interval '1 day'")


def tidy(work_url: str, stopping: threading.Event) -> None:
    """Keep house until asked to end."""
    while not stopping.is_set():
        tidy_once(work_url)
        stopping.wait(EVERY_SECONDS)


def every_minute(do: Callable[[], object], stopping: threading.Event) -> None:
    """Do it now and every minute until asked to end."""
    while not stopping.is_set():
        do()
        stopping.wait(A_MINUTE)
