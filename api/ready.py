"""Whether this process lives, and whether this installation is well, part by part."""

from collections.abc import Callable, Sequence

import psycopg
from eventsourcing.persistence import PersistenceError
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.edge import Edge
from api.viewer import EdgeOf
from domain.policies import POLICIES
from projections import READ_MODELS
from projections.engine.lease import Leased
from projections.engine.positions import Position, positions
from store import patience
from store.publishing import places

router = APIRouter(tags=["operation"])
WELL = "well"
SECONDS = 3.0
"""How long all questions together wait for the database: whoever asks for readiness does not wait longer."""
CROWDED_OUT = "has no connection left for this process: raise its max_connections, or start fewer processes"
NEAR = 500
QUIET_SECONDS = 10


@router.get("/ready")
def ready(edge: EdgeOf) -> JSONResponse:
    """200 when database, migrations, read models, policies and the workers are well; 503 names what is not.

    Where events are published to Kafka, `kafka` says so too; care goes on without it, so it makes nothing unready.
    """
    patience.begin(SECONDS)
    questions = {
        "database": _database,
        "migrations": _migrations,
        "read models": _read_models,
        "policies": _policies,
        "workers": _workers,
    }
    parts = {part: _asked(question, edge) for part, question in questions.items()}
    is_ready = all(found == WELL for found in parts.values())
    if kafka := _asked(_kafka, edge):
        parts["kafka"] = kafka
    return JSONResponse({"ready": is_ready, "parts": parts}, 200 if is_ready else 503)


@router.get("/live")
async def live() -> dict[str, bool]:
    """200 while this process answers at all; asks nothing of anybody, so that a database's rest restarts nothing."""
    return {"live": True}


def _asked(question: Callable[[Edge], str], edge: Edge) -> str:
    try:
        return question(edge)
    except (psycopg.Error, PersistenceError) as error:
        return CROWDED_OUT if edge.datastore.is_crowded_out else f"does not answer ({type(error).__name__})"


def _database(edge: Edge) -> str:
    with edge.datastore.get_connection() as connection:
        connection.execute("SELECT log_id FROM log_identity")
    return WELL


def _migrations(edge: Edge) -> str:
    with edge.datastore.get_connection() as connection:
        missing = edge.missing_migrations(connection)
    return f"not applied: {', '.join(missing)}" if missing else WELL


def _read_models(edge: Edge) -> str:
    return _behind(_standing(edge, READ_MODELS))


def _policies(edge: Edge) -> str:
    return _behind(_standing(edge, POLICIES))


def _behind(standing: Sequence[Position]) -> str:
    behind = [one for one in standing if one.heartbeat_at is not None and one.lag > NEAR]
    return "; ".join(f"{one.name} is {one.lag} events behind" for one in behind) or WELL


def _workers(edge: Edge) -> str:
    standing = _standing(edge, [*READ_MODELS, *POLICIES])
    unfilled = [f"nobody has begun {one.name}" for one in standing if one.heartbeat_at is None]
    quiet = [one for one in standing if (one.seconds_since_heartbeat or 0) > QUIET_SECONDS]
    return "; ".join([*unfilled, *(f"nobody has kept {one.name} up for {QUIET_SECONDS} s" for one in quiet)]) or WELL


def _kafka(edge: Edge) -> str:
    """Nothing where nothing was ever published."""
    with edge.datastore.get_connection() as connection:
        known = places(connection).values()
    return "; ".join(filter(None, (place.trouble for place in known))) or (WELL if known else "")


def _standing(edge: Edge, followers: Sequence[Leased]) -> list[Position]:
    with edge.datastore.get_connection() as connection:
        return positions(connection, followers)
