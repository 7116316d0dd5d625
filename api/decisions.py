"""One JSON route per decision on an episode: the body is the order, the answer says what was recorded."""

from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID, uuid5

import orjson
from fastapi import APIRouter, Body, Header, Request, Response

from api.bodies import require_plain
from api.companions import with_companion_id
from api.decision_route import LONGEST_KEY, LONGEST_VERSION, SHORTEST_KEY, DecisionRoute
from api.decision_routes import add_decision_route
from api.edge import Edge
from api.errors import ThingHasChanged
from api.orders import ReadsOrder, read_order
from api.recorded import Recorded, recorded_by
from api.said_otherwise import require_said_alike
from api.stored_history import stored_history
from api.viewer import Viewer, edge_of, opened, viewer_of
from domain.decision import Decision
from domain.episode import DECISIONS
from domain.episode.episode import EPISODE
from store.command import Command, Receipt
from store.errors import NotFound

router = APIRouter(prefix="/api/episodes/{episode_id}", tags=["decisions"], route_class=DecisionRoute)


class RecordedAnswer(Recorded):
    """What a decision on an episode recorded: nothing new when the same had been recorded before."""

    episode_id: UUID


def command_id_of(viewer: Viewer, key: str) -> UUID:
    """Keys of one person never meet those of another."""
    return uuid5(viewer.actor.actor_id, key)


def command_from(viewer: Viewer, key: str, body: Any) -> Command:
    """The command under this idempotency key."""
    command_id = command_id_of(viewer, key)
    digest = sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).digest()
    return Command(command_id, viewer.actor, digest, viewer.correlation_id, zone=viewer.around.network.zone)


def hide_from_others(viewer: Viewer, decision: Decision) -> None:
    """A page with this decision is none for other roles. Raises NotFound."""
    if not viewer.actor.has(*decision.by):
        raise NotFound(NotFound.__doc__)


def take(
    edge: Edge,
    viewer: Viewer,
    episode_id: UUID,
    decision: Decision,
    body: dict[str, Any],
    key: str,
    *,
    read: ReadsOrder = read_order,
) -> Receipt:
    """Take a decision with this body as its order: JSON, or `read` from a form of the pages."""
    require_plain(body)
    command = command_from(viewer, key, [decision.name, str(episode_id), body])
    known = with_companion_id(decision.order, body, edge.kek, viewer.actor.network_id)
    order = read(decision.order, known, command.command_id)
    receipt = edge.care.decide(EPISODE, episode_id, decision, order, command=command)
    if not receipt.recorded:
        require_said_alike(order, stored_history(edge, viewer.actor.network_id, episode_id, receipt.version))
    return receipt


def plan_version(edge: Edge, viewer: Viewer, episode_id: UUID) -> str:
    """The version of the plan as forms and `If-Match` carry it: `number.version`, or `none`."""
    plan = opened(edge, viewer, episode_id).episode.plan
    return f"{plan.number}.{plan.version}" if plan else "none"


def _add_route(decision: Decision) -> None:
    def route(
        request: Request,
        episode_id: UUID,
        body: Annotated[dict[str, Any], Body()],
        idempotency_key: Annotated[str, Header(min_length=SHORTEST_KEY, max_length=LONGEST_KEY)],
        if_match: Annotated[str | None, Header(max_length=LONGEST_VERSION)] = None,
    ) -> Response:
        edge, viewer = edge_of(request), viewer_of(request)  # here, not as dependencies: each would be a thread more
        if if_match is not None and if_match.strip('"') != plan_version(edge, viewer, episode_id):
            raise ThingHasChanged(ThingHasChanged.__doc__)
        receipt = take(edge, viewer, episode_id, decision, body, idempotency_key)
        recorded = RecordedAnswer(episode_id=episode_id, **recorded_by(receipt))
        return Response(recorded.model_dump_json(), media_type="application/json")

    add_decision_route(router, f"/{decision.name.replace('_', '-')}", decision, route, RecordedAnswer)


for _decision in DECISIONS:
    _add_route(_decision)
