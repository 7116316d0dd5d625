"""How events come, for tools: the AsyncAPI document, which is about nobody and for everybody."""

from functools import lru_cache

import orjson
from fastapi import APIRouter
from fastapi.responses import Response

from api.contract.asyncapi import asyncapi
from api.viewer import EdgeOf

router = APIRouter(include_in_schema=False)


@router.get("/asyncapi.json", response_model=None)
def asyncapi_document(edge: EdgeOf) -> Response:
    """The stream, webhooks and Kafka topics with every message in them (AsyncAPI 3.0)."""
    return Response(_written(edge.version), media_type="application/json")


@lru_cache(maxsize=1)
def _written(version: str) -> bytes:
    """Written once: it is large, and the same for everybody."""
    return orjson.dumps(asyncapi(version))
