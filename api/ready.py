"""Whether this installation is well, part by part, and its metrics."""

from collections.abc import Callable

import psycopg
from eventsourcing.persistence import PersistenceError
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from api.edge import Edge
from api.viewer import EdgeOf
from projections import READ_MODELS
from projections.engine.positions import positions

router = APIRouter(tags=["operation"])


@router.get("/ready")
def ready(edge: EdgeOf) -> JSONResponse:
    """200 when database, migrations, every read model and the workers are well; 503 names what is not."""
    parts = {"database": _asked(lambda: _database(edge)), "read models": _asked(lambda: _read_models(edge))}
    is_ready = all(found == "well" for found in parts.values())
    return JSONResponse({"ready": is_ready, "parts": parts}, 200 if is_ready else 503)


@router.get("/metrics")
def metrics() -> Response:
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _asked(question: Callable[[], str]) -> str:
    try:
        return question()
    except (psycopg.Error, PersistenceError) as error:
        return f"does not answer ({type(error).__name__})"


def _database(edge: Edge) -> str:
    with edge.datastore.get_connection() as connection:
        connection.execute("SELECT log_id FROM log_identity")
    return "well"


def _read_models(edge: Edge) -> str:
    with edge.datastore.get_connection() as connection:
        standing = positions(connection, READ_MODELS)
    behind = [f"{one.name} is {one.lag} events behind" for one in standing if one.heartbeat_at and not one.is_near()]
    missing = [f"{one.name} is not filled by any worker" for one in standing if one.heartbeat_at is None]
    return "; ".join(missing + behind) or "well"
