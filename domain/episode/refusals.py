"""Situations that stand in the way of many decisions in an episode."""

from domain.episode.episode import Episode
from domain.refusal import Refused


class EpisodeIsNotOpen(Refused):
    """No episode was opened here. Refer the patient first."""


class EpisodeIsClosed(Refused):
    """This episode was closed by discharge. Refer the patient again to begin a new course."""


class EpisodeIsImported(Refused):
    """This episode holds imported history only; no care is decided in it. Refer the patient to begin a course."""


def require_open_episode(episode: Episode) -> None:
    """Refuse what only an episode under way allows: one that was referred, not imported and not closed."""
    if episode.is_imported:
        raise EpisodeIsImported
    if episode.referred_at is None:
        raise EpisodeIsNotOpen
    if episode.closed_at is not None:
        raise EpisodeIsClosed
