"""The bare peer: FastAPI with `def` routes, one durable INSERT or 50 rows and Jinja; nothing else of what ours does."""

import json
import socket
import sys
from typing import Any
from uuid import UUID, uuid4

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from psycopg_pool import ConnectionPool
from pydantic import Field

from domain.episode.outcome.record_outcome import RecordOutcome
from domain.order import NewId
from tests.bench.house import INSERT, reference_values

ROWS = """
    SELECT version, topic, occurred_at, recorded_at, actor_role, payload
      FROM bench.timeline
     WHERE stream_id = %s
     ORDER BY version DESC
     LIMIT 50
"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Timeline</title></head><body><main><h1>Timeline</h1><ol>
{% for row in rows %}
<li id="event-{{ row.version }}"><time datetime="{{ row.occurred_at.isoformat() }}">{{ row.occurred_at }}</time>
<p><strong>{{ row.topic }}</strong> recorded {{ row.recorded_at }} by {{ row.actor_role }}</p>
<p>{% for name, value in row.payload.items() %}{{ name }}: {{ value }} {% endfor %}</p></li>
{% endfor %}
</ol></main></body></html>
"""
NAMES = ("version", "topic", "occurred_at", "recorded_at", "actor_role", "payload")


class Body(RecordOutcome):
    """The order of the decision, with the id that our edge would derive."""

    outcome_id: NewId = Field(default_factory=uuid4)


def application(app_url: str) -> FastAPI:
    """The two routes over a pool as large as ours."""
    app = FastAPI()
    pool = ConnectionPool(app_url, kwargs={"autocommit": True}, min_size=1, max_size=20, open=True)
    template = Environment(autoescape=True).from_string(PAGE)

    @app.post("/outcomes")
    def record(body: Body) -> dict[str, Any]:
        with pool.connection() as connection:
            connection.execute(INSERT, reference_values(body.model_dump_json().encode()))
        return {"outcome_id": body.outcome_id}

    @app.get("/timeline/{episode_id}")
    def timeline(episode_id: UUID) -> HTMLResponse:
        with pool.connection() as connection:
            rows = connection.execute(ROWS, [episode_id]).fetchall()
        return HTMLResponse(template.render(rows=[dict(zip(NAMES, row, strict=True)) for row in rows]))

    return app


if __name__ == "__main__":
    door = socket.create_server(("127.0.0.1", 0), backlog=512)
    config = uvicorn.Config(
        application(sys.argv[1]), http="httptools", loop="uvloop", lifespan="off", access_log=False, log_config=None
    )
    print(json.dumps({"address": f"http://127.0.0.1:{door.getsockname()[1]}"}), flush=True)
    uvicorn.Server(config).run(sockets=[door])
