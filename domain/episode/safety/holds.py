"""Finding a hold by its id, and the situations that stand in the way of touching it."""

from uuid import UUID

from domain.episode.episode import Episode
from domain.episode.safety.safety import Hold
from domain.refusal import Refused


class HoldIsUnknown(Refused):
    """There is no such hold in this episode. Choose one of the open holds."""

    rule = "+hold"


def hold_of(episode: Episode, hold_id: UUID) -> Hold:
    """The hold of that id, open or released."""
    if (hold := episode.holds.get(hold_id)) is None:
        raise HoldIsUnknown(field="hold_id")
    return hold


def open_holds(episode: Episode) -> list[Hold]:
    """Holds that nobody has released, the oldest first."""
    return sorted((h for h in episode.holds.values() if h.is_open), key=lambda h: (h.placed_at, str(h.hold_id)))
