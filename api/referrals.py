"""Referring a patient: one JSON route registers and refers; a known patient is offered as a second referral."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StrictBool

from api.decisions import command_from, command_id_of
from api.edge import Edge
from api.problems import Problem
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.decision import decision_of
from domain.episode.referral.refer import refer as refer_patient
from domain.patient.language import Language
from domain.sealed import writable
from store.access_log import Read, log_reading
from store.admission import Admission, Admitted, Identity, KnownPatient, new_patient_id
from store.errors import NotFound

router = APIRouter(tags=["referrals"])
Words = Annotated[str, AfterValidator(writable)]


def _written(value: Any) -> Any:
    """A day as it is written; a bare number would be taken for seconds since 1970."""
    if isinstance(value, date | str):
        return value
    raise ValueError("write a day, such as 2026-03-17")


Day = Annotated[date, BeforeValidator(_written)]


class Referral(BaseModel):
    """A new patient by name and birth date, or a known one by id."""

    model_config = ConfigDict(extra="forbid")

    patient_id: UUID | None = None
    name: Words | None = None
    birth_date: Day | None = None
    is_another_person: StrictBool = False
    """The one known under this name and birth date is somebody else."""
    contact: Words | None = None
    reason: Words
    diagnoses: tuple[Words, ...] = ()
    medicines_note: Words | None = None
    allergies_note: Words | None = None
    risk_note: Words | None = None
    alliance_since: Day | None = None
    language: Language | None = None

    @property
    def order(self) -> dict[str, Any]:
        """What the decision itself is asked with."""
        asked = {"patient_id", "name", "birth_date", "is_another_person"}
        return self.model_dump(exclude=asked, exclude_none=True)


class ReferredAnswer(BaseModel):
    episode_id: UUID
    patient_id: UUID
    reference: str
    position: int
    repeated: bool


@router.post("/api/referrals", responses={409: {"model": Problem}})
def refer(
    referral: Referral,
    viewer: ViewerOf,
    edge: EdgeOf,
    idempotency_key: Annotated[str, Header(min_length=8, max_length=200)],
) -> Any:
    """Refer a patient, who is registered with it unless known."""
    require_referrer(viewer)
    if referral.patient_id is None and (referral.name is None or referral.birth_date is None):
        return _unknown_person()
    if known := known_patients(edge, viewer, referral, idempotency_key):
        return _known(known)
    admitted = admit(edge, viewer, referral, idempotency_key)
    return ReferredAnswer(
        episode_id=admitted.episode_id,
        patient_id=admitted.patient_id,
        reference=admitted.reference,
        position=admitted.receipt.position,
        repeated=admitted.receipt.repeated,
    )


def require_referrer(viewer: Viewer) -> None:
    """Asking who is known here is for those who may refer; for everybody else there is nothing to ask."""
    if not viewer.actor.has(*decision_of(refer_patient).by):
        raise NotFound(NotFound.__doc__)


def known_patients(edge: Edge, viewer: Viewer, referral: Referral, key: str) -> list[KnownPatient]:
    """Whom this may be, unless it has been said already or was registered under this very key.

    Naming them is a reading, and is written down.
    """
    if referral.patient_id is not None or referral.is_another_person or not referral.name or not referral.birth_date:
        return []
    own = new_patient_id(command_id_of(viewer, key))
    found = admission_of(edge).known(viewer.network_id, referral.name, referral.birth_date)
    known = [one for one in found if one.patient_id != own]
    read = [Read(one.patient_id) for one in known]
    log_reading(edge.datastore, viewer.actor, "refer:known", read, correlation_id=viewer.correlation_id)
    return known


def admit(edge: Edge, viewer: Viewer, referral: Referral, key: str) -> Admitted:
    """Register unless known, then refer."""
    identity = None
    if referral.patient_id is None and referral.birth_date is not None:
        identity = Identity.model_validate({"name": referral.name, "birth_date": referral.birth_date})
    command = command_from(viewer, key, ["refer", referral.model_dump(mode="json")])
    return admission_of(edge).refer(referral.order, identity=identity, patient_id=referral.patient_id, command=command)


def admission_of(edge: Edge) -> Admission:
    return Admission(edge.care, edge.datastore, edge.keyring, edge.kek)


def _known(known: list[KnownPatient]) -> Response:
    references = " or ".join(one.reference for one in known)
    detail = f"Registered already as {references}. Send patient_id to refer them again, or is_another_person."
    problem = Problem(title="Not recorded", status=409, detail=detail, missing="which person it is")
    body = problem.model_dump(mode="json", exclude_defaults=True)
    body["known"] = [{"patient_id": str(one.patient_id), "reference": one.reference} for one in known]
    return JSONResponse(body, 409, media_type="application/problem+json")


def _unknown_person() -> Response:
    detail = "Give name and birth date of a new patient, or patient_id of a known one."
    return Problem(title="Not recorded", status=422, detail=detail).response()
