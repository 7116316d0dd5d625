"""A change of one check-in link of an episode."""

from typing import Any
from uuid import UUID

from domain.episode.episode import Episode
from domain.stream import change, put


def with_link(episode: Episode, link_id: UUID, **fields: Any) -> Episode:
    """The episode with these fields of a link changed; as it was where there is no such link."""
    link = episode.check_in_links.get(link_id)
    if link is None:
        return episode
    return change(episode, check_in_links=put(episode.check_in_links, link_id, change(link, **fields)))
