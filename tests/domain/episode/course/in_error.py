"""An entry of an episode, marked in error."""

from typing import Any

from domain.actor import Actor
from domain.episode.course.mark_in_error import mark_in_error
from domain.event import Event
from tests.domain.given import Scenario
from tests.domain.people import RIVERA

REASON = "wrong patient"


def marking(scenario: Scenario, event_class: type[Event], by: Actor = RIVERA, **changed: Any) -> Scenario:
    """The latest entry of that class marked in error."""
    entry = scenario.entry(event_class)
    order = {"event_id": entry.envelope.event_id, "reason": REASON, "entry": entry} | changed
    return scenario.when(mark_in_error, by=by, **order)
