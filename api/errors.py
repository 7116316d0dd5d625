"""The one table from what can go wrong to an HTTP status; the JSON side of it."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import psycopg
from eventsourcing.persistence import DataError, PersistenceError
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from api.problems import NOT_FOUND, Mistake, Problem, mistakes_in
from api.purpose import PurposeIsMissing
from api.unsafe_requests import SAFE_METHODS
from api.viewer import NobodyIsSignedIn, ReasonIsMissing
from domain.decision import RoleMayNotDecide
from domain.episode.course.explain_late_entry import LateEntryNeedsReason
from domain.episode.gates.gate import Gate, GatesAreClosed
from domain.refusal import Refused
from projections.gone_through import NotYetGoneThrough
from store.errors import Busy, KeyWasDestroyed, KeyWasUsedForAnother, NotFound, ReadingCouldNotBeLogged

NOT_RECORDED = "Not recorded"
NOT_SHOWN = "Not shown"
"""Whoever only reads asked for nothing to be recorded."""
NOTHING = "Nothing was recorded."
RETRY_SOON = {"retry-after": "2"}


class ThingHasChanged(Exception):
    """What this form showed has changed meanwhile; nothing was recorded. Load it again and decide anew."""


def problem_of(error: Exception) -> Problem:
    """The problem document of any error; what is not in the table is ours to mend and says nothing else."""
    match error:
        case NotFound():
            return NOT_FOUND
        case NobodyIsSignedIn():
            return Problem(title="Not signed in", status=401, detail="Sign in, then send this again.")
        case PurposeIsMissing():
            return Problem(title="Purpose is missing", status=403, detail=str(error))
        case ReasonIsMissing():
            return Problem(title="Reason is missing", status=403, detail=str(error))
        case RoleMayNotDecide():
            return Problem(title=NOT_RECORDED, status=403, detail=error.message, rule=error.rule)
        case GatesAreClosed():
            gates = tuple(gate_as_json(gate) for gate in error.gates)
            return Problem(title=NOT_RECORDED, status=409, detail=str(error), missing=error.missing, gates=gates)
        case LateEntryNeedsReason():
            mistake = Mistake(field="late_reason", says=error.message)
            return Problem(title=NOT_RECORDED, status=422, detail=error.message, rule=error.rule, mistakes=(mistake,))
        case Refused():
            mistakes = (Mistake(field=error.field, says=error.message),) if error.field else ()
            return Problem(
                title=NOT_RECORDED,
                status=409,
                detail=error.message,
                rule=error.rule,
                missing=error.missing,
                mistakes=mistakes,
            )
        case RequestValidationError() | ValidationError():
            found = mistakes_in(list(error.errors()))  # type: ignore[arg-type]
            detail = f"{_things_to_mend(len(found))} {NOTHING}"
            return Problem(title=NOT_RECORDED, status=422, detail=detail, mistakes=found)
        case KeyWasDestroyed():
            return Problem(title=NOT_RECORDED, status=409, detail=str(error))
        case KeyWasUsedForAnother():
            return Problem(title=NOT_RECORDED, status=422, detail=str(error))
        case ThingHasChanged():
            return Problem(title=NOT_RECORDED, status=412, detail=str(error))
        case Busy() | ReadingCouldNotBeLogged() | NotYetGoneThrough():
            return Problem(title="Try again", status=503, detail=str(error))
        case psycopg.DataError() | DataError():
            return Problem(title=NOT_RECORDED, status=422, detail=f"A value is out of range. {NOTHING}")
        case psycopg.Error() | PersistenceError():
            return Problem(title="Try again", status=503, detail="The database does not answer. Try again in a moment.")
        case HTTPException() if error.status_code == 404:
            return NOT_FOUND
        case HTTPException():
            return Problem(title="Not done", status=error.status_code, detail=str(error.detail))
    return Problem(title="Failed", status=500, detail="This is our mistake, not yours. Nothing half-done was kept.")


def gate_as_json(gate: Gate) -> dict[str, Any]:
    """A gate as integrators read it."""
    return asdict(gate)


def json_handler(request: Request, error: Exception) -> Response:
    """Answers the JSON side."""
    problem = problem_of(error)
    if request.method in SAFE_METHODS and problem.title == NOT_RECORDED:
        problem = problem.model_copy(update={"title": NOT_SHOWN, "detail": problem.detail.removesuffix(f" {NOTHING}")})
    return problem.response(RETRY_SOON if problem.status == 503 else None)


Handler = Callable[[Request, Exception], Response]


def _things_to_mend(count: int) -> str:
    return "One thing is to be mended." if count == 1 else f"{count} things are to be mended."
