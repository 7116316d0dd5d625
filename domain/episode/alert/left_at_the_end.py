"""Danger does not end with the course: which holds still call for somebody after discharge."""

from domain.episode.alert.alert import AlertKind, id_of
from domain.episode.episode import Episode
from domain.episode.safety.holds import open_holds
from domain.episode.safety.safety import SAFETY_HOLDS, Hold, HoldReason


def safety_holds_left(episode: Episode) -> list[Hold]:
    """Told since the discharge, or before it and taken on by nobody. After a death there is nobody to reach."""
    if episode.has_died:
        return []
    held = (hold for hold in open_holds(episode) if hold.reason in SAFETY_HOLDS)
    return [hold for hold in held if _is_later(hold, episode) or not _was_taken_on(hold, episode)]


def emergencies_since(episode: Episode) -> list[Hold]:
    """Declared after the discharge: one is declared in any state, and somebody is called in any state."""
    if episode.has_died:
        return []
    held = (hold for hold in open_holds(episode) if hold.reason is HoldReason.EMERGENCY)
    return [hold for hold in held if episode.is_imported or _is_later(hold, episode)]


def _is_later(hold: Hold, episode: Episode) -> bool:
    return episode.closed_at is not None and (hold.known_at or hold.placed_at) >= episode.closed_at


def _was_taken_on(hold: Hold, episode: Episode) -> bool:
    kind = AlertKind.HIGH_RISK if hold.reason is HoldReason.HIGH_RISK else AlertKind.SAFETY_ITEM
    return id_of(kind, hold.hold_id) in episode.acknowledgements
