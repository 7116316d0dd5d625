"""How to begin as an integrator: three programs that run as they stand. It is about nobody, and for everybody."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from api.contract.quickstart_texts import QUICK_STARTS, named
from api.pages.catalogue import viewer_if_any
from api.shell import page
from store.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/integrate")
def integrate(request: Request) -> HTMLResponse:
    """What to ask the network for, what is promised, and a program for each way."""
    return page(request, "pages/integrate.html", viewer_if_any(request), quick_starts=QUICK_STARTS)


@router.get("/integrate/{file_name}", response_model=None)
def quick_start(file_name: str) -> Response:
    """One of the programs as a file."""
    found = named(file_name)
    if found is None:
        raise NotFound(NotFound.__doc__)
    return PlainTextResponse(found.text, headers={"content-disposition": f'attachment; filename="{found.file_name}"'})
