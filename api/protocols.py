"""Protocols as JSON: what is known, what is wrong with a document, and one route per decision on a protocol."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Depends, Header, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from api.bodies import require_plain
from api.decision_routes import add_decision_route
from api.decisions import command_from
from api.edge import Edge
from api.forms.form import slug_of
from api.orders import ReadsOrder, read_order
from api.protocol_view.known import known_versions, the_version
from api.recorded import Recorded, recorded_by
from api.viewer import EdgeOf, Viewer, ViewerOf, edge_of, viewer_of
from domain.actor import Role
from domain.decision import Decision, decision_of, require_role
from domain.network.adopt_protocol import AdoptProtocol, adopt_protocol
from domain.network.network import NETWORK
from domain.protocol.check import check, mistakes
from domain.protocol.draft_protocol import name_in
from domain.protocol.life import DECISIONS
from domain.protocol.publication import PROTOCOL, stream_id_of
from domain.protocol.which_version import DocumentOfAnotherProtocol, VersionName
from store.command import Receipt

router = APIRouter(prefix="/api/protocols", tags=["protocols"])
ProtocolName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
Version = Annotated[str, Path(pattern=r"^[0-9]{1,6}$")]
Key = Annotated[str, Header(min_length=8, max_length=200, alias="idempotency-key")]


class ProtocolAnswer(Recorded):
    """What a decision on a protocol recorded: nothing new when the same had been recorded before."""

    protocol_id: str


class Adopting(BaseModel):
    """Which version to adopt; `beside`: plans may be issued under it, the one in force stays."""

    model_config = ConfigDict(extra="forbid", strict=True)

    protocol_version: VersionName
    beside: bool = False


@router.get("")
def protocols(edge: EdgeOf, viewer: ViewerOf) -> Response:
    """Every version this network can look at, and how each stands."""
    rows = [
        {"protocol_id": one.protocol_id, "version": one.version, "title": one.title, "sha256": one.sha256,
         "stands": one.stands}
        for one in known_versions(edge, viewer).values()
    ]  # fmt: skip
    return _json({"protocols": rows})


@router.get("/{protocol_id}/{version}")
def document(edge: EdgeOf, viewer: ViewerOf, protocol_id: ProtocolName, version: Version) -> Response:
    """The whole document of a version, with its hash."""
    found = the_version(edge, viewer, protocol_id, version)
    return _json({"sha256": found.sha256, "stands": found.stands, "document": dict(found.document)})


async def _text(request: Request) -> str:
    """The body as it was written, mistakes and all: the framework would refuse what is no JSON without saying why."""
    return (await request.body()).decode("utf-8-sig", "replace")


@router.post("/check", openapi_extra={"requestBody": {"content": {"application/json": {}}, "required": True}})
def check_document(viewer: ViewerOf, text: Annotated[str, Depends(_text)]) -> Response:
    """Explain every mistake of a document, by the lines of the body as it was sent. Nothing is recorded."""
    found = check(text)
    return _json({"mistakes": len(mistakes(found)), "findings": [one._asdict() for one in found]})


@router.post("/{protocol_id}/adopt-protocol", response_model=ProtocolAnswer)
def adopt(
    request: Request, protocol_id: ProtocolName, body: Annotated[dict[str, Any], Body()], idempotency_key: Key
) -> Response:
    """Put a published or shipped version in force for the network."""
    edge, viewer = edge_of(request), viewer_of(request)
    require_role(viewer.actor, decision_of(adopt_protocol).by)
    asked = Adopting.model_validate(body)
    receipt = take_adoption(edge, viewer, protocol_id, asked.protocol_version, asked.beside, idempotency_key)
    return _answer(protocol_id, receipt)


def take_adoption(edge: Edge, viewer: Viewer, protocol_id: str, version: str, beside: bool, key: str) -> Receipt:
    """Adopt a version by its name; what is adopted is its whole document."""
    found = the_version(edge, viewer, protocol_id, version)
    order = AdoptProtocol(document=dict(found.document), beside=beside)
    command = command_from(viewer, key, ["adopt_protocol", protocol_id, version, beside])
    receipt = edge.care.decide(NETWORK, viewer.network_id, adopt_protocol, order, command=command)
    edge.people.forget(viewer.network_id)
    return receipt


def take_protocol(
    edge: Edge,
    viewer: Viewer,
    protocol_id: str,
    decision: Decision,
    body: dict[str, Any],
    key: str,
    *,
    read: ReadsOrder = read_order,
) -> Receipt:
    """Take a decision on a protocol with this body as its order."""
    require_role(viewer.actor, decision.by)
    require_plain(body)
    command = command_from(viewer, key, [decision.name, protocol_id, body])
    order = read(decision.order, body, command.command_id)
    drafted = getattr(order, "document", None)
    if drafted is not None and name_in(drafted)[0] != protocol_id:
        raise DocumentOfAnotherProtocol(field="document", protocol_id=protocol_id)
    stream_id = stream_id_of(viewer.network_id, protocol_id)
    return edge.care.decide(PROTOCOL, stream_id, decision, order, command=command)


def _answer(protocol_id: str, receipt: Receipt) -> Response:
    recorded = ProtocolAnswer(protocol_id=protocol_id, **recorded_by(receipt))
    return Response(recorded.model_dump_json(), media_type="application/json")


def _add_route(decision: Decision) -> None:
    def route(
        request: Request, protocol_id: ProtocolName, body: Annotated[dict[str, Any], Body()], idempotency_key: Key
    ) -> Response:
        edge, viewer = edge_of(request), viewer_of(request)
        return _answer(protocol_id, take_protocol(edge, viewer, protocol_id, decision, body, idempotency_key))

    add_decision_route(router, f"/{{protocol_id}}/{slug_of(decision.name)}", decision, route, ProtocolAnswer)


BY_PEOPLE = tuple(decision for decision in DECISIONS if decision.by != {Role.SYSTEM})
"""What only the operator decides has no route."""
for _decision in BY_PEOPLE:
    _add_route(_decision)


def _json(body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body, default=str), media_type="application/json")
