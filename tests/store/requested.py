"""What became of requests to send something to a subscriber."""

from typing import Any
from uuid import UUID

from tests.store.house import House

OUTCOMES = """
    SELECT outcome
      FROM subscriber_request
     WHERE network_id = %s
       AND subscriber_id = %s
     ORDER BY requested_at DESC, request_id
"""


def outcomes_of(home: House, subscriber_id: Any) -> list[str | None]:
    """Of all requests of one subscriber, the latest first; None of one that waits."""
    with home.datastore.in_network(home.network_id) as connection:
        return [outcome for (outcome,) in connection.execute(OUTCOMES, [home.network_id, UUID(str(subscriber_id))])]
