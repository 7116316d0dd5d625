"""The published schemas: each revision at its own address for good, the newest of a version under its name."""

from functools import cache
from hashlib import sha256

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.contract.published import Published, by_address, is_for_good, published
from api.contract.streams import name_of, sent_types, type_of
from store.errors import NotFound

router = APIRouter(include_in_schema=False)
SCHEMA = "application/schema+json"
FOR_GOOD = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=300"


@router.get("/schemas")
def schemas() -> JSONResponse:
    """Every schema there is: of which event type, at which addresses. It is about nobody, and for everybody."""
    return JSONResponse(_index())


@router.get("/schemas/{file_name}", response_model=None)
def schema(request: Request, file_name: str) -> Response:
    """One schema (JSON Schema 2020-12): a revision by its whole name, or the newest of a version."""
    found = by_address(file_name)
    if found is None:
        raise NotFound(NotFound.__doc__)
    tag = f'"{sha256(found.text.encode()).hexdigest()[:32]}"'
    headers = {"cache-control": FOR_GOOD if is_for_good(file_name) else FOR_NOW, "etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(found.text, media_type=SCHEMA, headers=headers)


@cache
def _index() -> dict[str, list[dict[str, object]]]:
    types = {name_of(of): type_of(of) for of in sent_types()}
    return {"schemas": [_entry(name, each, types.get(name)) for name, each in published().items()]}


def _entry(name: str, revisions: tuple[Published, ...], event_type: str | None) -> dict[str, object]:
    """`type` is there where events of this version are recorded today; older versions keep their schemas."""
    return {
        "name": name,
        **({"type": event_type} if event_type else {}),
        "schema": f"/schemas/{name}.json",
        "revisions": [f"/schemas/{one.file_name}" for one in revisions],
    }
