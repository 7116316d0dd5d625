"""What compliance decides about a patient's record as JSON: legal holds, and erasing by two people."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Header, Request
from fastapi.responses import Response

from api.bodies import require_plain
from api.decision_routes import add_decision_route
from api.decisions import command_from
from api.edge import Edge
from api.forms.form import slug_of
from api.orders import ReadsOrder, read_order
from api.recorded import Recorded, recorded_by
from api.viewer import Viewer, edge_of, viewer_of
from domain.decision import Decision, require_role
from domain.patient import OF_COMPLIANCE
from domain.patient.patient import PATIENT, Patient
from store.command import Receipt
from store.errors import NotFound

router = APIRouter(prefix="/api/patients/{patient_id}", tags=["patient records"])
Key = Annotated[str, Header(min_length=8, max_length=200, alias="idempotency-key")]


class RecordAnswer(Recorded):
    """What a decision about a patient's record recorded."""

    patient_id: UUID


def the_patient(edge: Edge, viewer: Viewer, patient_id: UUID) -> Patient:
    """A patient of this network, erased or not; NotFound otherwise."""
    state: Patient
    state, _ = edge.care.state(PATIENT, patient_id, network_id=viewer.network_id)
    if state.patient_id is None:
        raise NotFound(NotFound.__doc__)
    return state


def take_about_patient(
    edge: Edge,
    viewer: Viewer,
    patient_id: UUID,
    decision: Decision,
    body: dict[str, Any],
    key: str,
    *,
    read: ReadsOrder = read_order,
) -> Receipt:
    """Take a decision with this body as its order; for the JSON routes and the forms of the page alike."""
    require_plain(body)
    command = command_from(viewer, key, [decision.name, str(patient_id), body])
    order = read(decision.order, body, command.command_id)
    receipt = edge.care.decide(PATIENT, patient_id, decision, order, command=command)
    if decision.name == "confirm_erasure":
        edge.keyring.forget(viewer.network_id, patient_id)
    return receipt


def _add_route(decision: Decision) -> None:
    def route(
        request: Request, patient_id: UUID, body: Annotated[dict[str, Any], Body()], idempotency_key: Key
    ) -> Response:
        edge, viewer = edge_of(request), viewer_of(request)
        require_role(viewer.actor, decision.by)
        the_patient(edge, viewer, patient_id)
        receipt = take_about_patient(edge, viewer, patient_id, decision, body, idempotency_key)
        recorded = RecordAnswer(patient_id=patient_id, **recorded_by(receipt))
        return Response(recorded.model_dump_json(), media_type="application/json")

    add_decision_route(router, f"/{slug_of(decision.name)}", decision, route, RecordAnswer)


for _decision in OF_COMPLIANCE:
    _add_route(_decision)
