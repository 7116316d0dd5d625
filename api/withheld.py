"""An episode without what is withheld from a relation."""

from typing import NamedTuple

from domain.access import Relation
from domain.episode.episode import EPISODE, Episode
from domain.episode.withheld import without_substance_use
from domain.event import Recorded
from domain.protocol.protocol import Protocol


class AsRead(NamedTuple):
    episode: Episode
    history: tuple[Recorded, ...]


def as_read_by(relation: Relation, history: tuple[Recorded, ...], protocol: Protocol) -> AsRead:
    """State and history without records of substance use. The protocol says which findings are not absolute."""
    relative = frozenset(one.code for one in protocol.contraindications if not one.is_absolute)
    accounts = relation is Relation.COMPLIANCE
    read = without_substance_use(history, relative=relative, tells_of_disclosures=accounts)
    episode: Episode = EPISODE.initial
    for event, envelope in read:
        episode = EPISODE.evolve(event, episode, envelope)
    return AsRead(episode, read)
