"""`GET /metrics`: figures for a monitor that brings the token of this installation; for everybody else not there.

They hold nothing about a person, but tell how busy a clinic is. Where no token is set only a demonstration shows them.
"""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.figures import may_read
from api.viewer import EdgeOf
from store.errors import NotFound

router = APIRouter(tags=["operation"])


@router.get("/metrics", response_class=Response)
def metrics(request: Request, edge: EdgeOf) -> Response:
    """Figures of this process and of the tables, in the format of Prometheus; needs `Authorization: Bearer …`."""
    token = edge.figures.token
    is_allowed = edge.is_demo if token is None else may_read(request.headers.get("authorization"), token)
    if not is_allowed:
        raise NotFound(NotFound.__doc__)
    return Response(edge.figures.text(), media_type=CONTENT_TYPE_LATEST)
