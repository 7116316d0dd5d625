"""What may be read without anybody being asked why, such as a refusal in a log, has no place for a patient's words."""

import re

import domain.episode
import domain.network
import domain.patient
import domain.protocol.life
import domain.psychotherapy_note
import domain.subscriber  # noqa: F401  all refusals are known before they are looked through
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import Sealed

NO_WORDS = frozenset({"name", "title", "reference", "answer"})
"""Names that stand for something else in refusals: an event type, an instrument, an episode, a figure off its scale."""
PLACE = re.compile(r"{(\w+)}")


def every(kind: type[Refused]) -> set[type[Refused]]:
    below = set(kind.__subclasses__())
    return below.union(*map(every, below)) if below else below


def sealed_fields(kind: type[Order]) -> set[str]:
    """Fields of this order, and of those derived from it, in which somebody writes."""
    own = {name for name, field in kind.model_fields.items() if "Sealed" in str(field.annotation)}
    return own.union(*map(sealed_fields, kind.__subclasses__()))


def test_no_refusal_has_a_place_for_what_somebody_wrote() -> None:
    """A message that said `{reason}` would carry free text into logs and answers, sealed or not."""
    written = sealed_fields(Order) - NO_WORDS
    assert {"reason", "note", "rationale"} <= written
    refusals = every(Refused)
    assert len(refusals) > 150
    told = {one.__name__: set(PLACE.findall(one.__doc__ or "")) & written for one in refusals}
    assert {name: places for name, places in told.items() if places} == {}


def test_a_sealed_value_in_a_message_stays_sealed() -> None:
    class Tells(Refused):
        """This was refused because of {reason}."""

    assert "wept" not in Tells(reason=Sealed.of("She wept")).message
