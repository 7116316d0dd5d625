"""Where people work, as the sign-in page offers it; in a demonstration for everybody, who are invented."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from api.edge import Edge
from api.people import Colleague
from domain.actor import Role
from store.networks import networks

OPENS = {
    Role.THERAPIST: "Caseload",
    Role.PRESCRIBER: "Worklist",
    Role.COORDINATOR: "Coordination",
    Role.COMPLIANCE: "Replay",
}


class Workplace(NamedTuple):
    """A network to work in, and as what."""

    network_id: UUID
    network_title: str
    roles: Collection[Role]

    @property
    def role_words(self) -> str:
        return " and ".join(role.value for role in OPENS if role in self.roles)


class Post(NamedTuple):
    """One person's place in one network."""

    network_id: UUID
    network_title: str
    colleague: Colleague

    @property
    def role_words(self) -> str:
        return Workplace(self.network_id, self.network_title, self.colleague.roles).role_words


class DemoPerson(NamedTuple):
    """An invented person, with every place where they work."""

    name: str
    posts: tuple[Post, ...]

    @property
    def opens(self) -> str:
        return next((word for role, word in OPENS.items() if role in self.posts[0].colleague.roles), "Caseload")


def demo_people(edge: Edge) -> list[DemoPerson]:
    """Everybody who can be signed in, under one name where they work in several networks."""
    posts: dict[str, list[Post]] = {}
    for known in networks(edge.datastore):
        for colleague in edge.people.around(known.network_id).colleagues.values():
            posts.setdefault(colleague.name, []).append(Post(known.network_id, known.title, colleague))
    order = list(OPENS)
    people = [DemoPerson(name, tuple(found)) for name, found in posts.items()]
    return sorted(people, key=lambda p: (min(order.index(r) for r in p.posts[0].colleague.roles if r in OPENS), p.name))
