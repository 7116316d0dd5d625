"""Who is looking: the person behind the request's cookie, and what of an episode they may see."""

from typing import Annotated, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from api.edge import Edge
from api.people import Surroundings
from api.purpose import PurposeIsMissing, purpose_in
from api.session_cookie import secret_in
from api.stored_history import stored_history
from api.unsafe_requests import token_for
from api.withheld import as_read_by
from domain.access import READ, Relation, acting, permits, relation_of
from domain.actor import Actor, Role
from domain.decision import Decision
from domain.episode.episode import EPISODE, Episode
from domain.event import Recorded
from domain.network.network import NETWORK
from domain.sensitivity import Sensitivity
from store.errors import NotFound
from store.sign_in import WhyOut


class NobodyIsSignedIn(Exception):
    """Sign in first."""

    def __init__(self, why: WhyOut, waits_at: str = "") -> None:
        """`waits_at`: the address at which what was sent too late waits for its author."""
        self.why, self.waits_at = why, waits_at
        super().__init__(NobodyIsSignedIn.__doc__)


class ReasonIsMissing(Exception):
    """Say first why you open this episode: `POST take-access` with `because` and `reason`."""

    def __init__(self, episode_id: UUID) -> None:
        self.episode_id = episode_id
        super().__init__(ReasonIsMissing.__doc__)


class Viewer(NamedTuple):
    """The signed-in person, in the network they chose."""

    actor: Actor
    around: Surroundings
    secret: str
    csrf_token: str
    correlation_id: UUID
    purpose: str | None = None
    """Why compliance reads the episode of this request."""

    @property
    def name(self) -> str:
        colleague = self.around.colleagues.get(self.actor.actor_id)
        return colleague.name if colleague else "Somebody"

    @property
    def network_id(self) -> UUID:
        return self.actor.network_id

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.around.network.zone)

    @property
    def role(self) -> Role:
        """The role whose pages come first."""
        order = (Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR, Role.COMPLIANCE)
        return next((role for role in order if role in self.actor.roles), Role.SYSTEM)


class OpenedEpisode(NamedTuple):
    """An episode this person may read, and how they stand to it."""

    episode_id: UUID
    episode: Episode
    version: int
    relation: Relation
    as_read: tuple[Recorded, ...] | None = None
    """The history this person reads instead of the stored one, where something is withheld; the state is of it too."""

    @property
    def shows_clinical(self) -> bool:
        """Coordination sees names, phases and what is due; no scores, vitals, diagnoses or free text."""
        return self.relation is not Relation.COORDINATION


def edge_of(request: Request) -> Edge:
    """What this application was put together with."""
    edge: Edge = request.app.state.edge
    return edge


def request_id_of(request: Request) -> UUID:
    """The id under which everything that this request causes can be found."""
    request_id: UUID = request.state.request_id
    return request_id


def viewer_of(request: Request) -> Viewer:
    """The signed-in person; NobodyIsSignedIn says why there is none."""
    edge = edge_of(request)
    secret = secret_in(request, has_tls=edge.is_under_tls(request))
    if not secret:
        raise NobodyIsSignedIn(WhyOut.UNKNOWN)
    found = edge.sign_in.holder(secret)
    if isinstance(found, WhyOut):
        raise NobodyIsSignedIn(found)
    viewer = viewer_as(request, edge, found, secret)
    if not viewer.actor.roles:
        raise NobodyIsSignedIn(WhyOut.UNKNOWN)
    return viewer._replace(purpose=purpose_in(request, secret, edge.secret))


def viewer_as(request: Request, edge: Edge, actor: Actor, secret: str) -> Viewer:
    """This person with the roles they have now, in the network they chose."""
    around = edge.people.around(actor.network_id)
    admitted = as_admitted_now(actor, around)
    return Viewer(admitted, around, secret, token_for(secret, edge.secret), request_id_of(request))


def as_admitted_now(actor: Actor, around: Surroundings) -> Actor:
    """Without the roles that the network has taken back since the person signed in; a new one waits for a sign-in."""
    colleague = around.colleagues.get(actor.actor_id)
    if colleague is None:
        return actor  # admitted a moment ago: lists may be behind
    return actor._replace(roles=actor.roles & frozenset(colleague.roles))


async def _edge(request: Request) -> Edge:
    """Without a thread of its own, which a `def` would be given: it waits for nothing."""
    return edge_of(request)


ViewerOf = Annotated[Viewer, Depends(viewer_of)]
EdgeOf = Annotated[Edge, Depends(_edge)]


def may_decide(viewer: Viewer, one: OpenedEpisode, decision: Decision) -> bool:
    """Whether this person may take such a decision here, as who they are in this episode."""
    here = acting(viewer.actor, one.relation)
    return here.has(*decision.by) and permits(here, decision.name, one.relation)


def opened(edge: Edge, viewer: Viewer, episode_id: UUID) -> OpenedEpisode:
    """The episode as it stands now, if the person may read it; otherwise it does not exist for them.

    What is withheld from them is withheld here, once: whoever asks for state or history gets what they may read.
    """
    episode, version = edge.care.state(EPISODE, episode_id, network_id=viewer.network_id)
    now = edge.clock()
    relation = relation_of(viewer.actor, episode, now)
    if relation is not Relation.TEAM and viewer.actor.has(Role.PRESCRIBER):
        network, _ = edge.care.state(NETWORK, viewer.network_id, network_id=viewer.network_id)  # not as remembered
        relation = relation_of(viewer.actor, episode, now, called=network.called_at(now))
    if version and relation is Relation.CALLED:
        raise ReasonIsMissing(episode_id)
    if version == 0 or not permits(viewer.actor, READ, relation):
        raise NotFound(NotFound.__doc__)
    if relation is Relation.COMPLIANCE and viewer.purpose is None:
        raise PurposeIsMissing(episode_id)
    if permits(viewer.actor, READ, relation, Sensitivity.SUBSTANCE_USE, purpose=viewer.purpose):
        return OpenedEpisode(episode_id, episode, version, relation)
    history = stored_history(edge, viewer.network_id, episode_id, version)
    read = as_read_by(relation, history, viewer.around.network.protocol)
    return OpenedEpisode(episode_id, read.episode, version, relation, read.history)
