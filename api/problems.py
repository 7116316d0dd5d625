"""Problem documents (RFC 9457): what was not done, why, and what to do; never what the person typed."""

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

MEDIA_TYPE = "application/problem+json"


class Mistake(BaseModel):
    """One thing to mend: the place in the order and the sentence that says how."""

    field: str
    says: str


class Problem(BaseModel):
    """The body of every refusal."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    rule: str | None = None
    missing: str | None = None
    mistakes: tuple[Mistake, ...] = ()
    gates: tuple[dict[str, Any], ...] = ()

    def response(self, headers: dict[str, str] | None = None) -> JSONResponse:
        content = self.model_dump(mode="json", exclude_defaults=True)
        return JSONResponse(content, self.status, headers, media_type=MEDIA_TYPE)


NOT_FOUND = Problem(
    title="Not found", status=404, detail="There is nothing at this address, or it is not yours to see."
)
"""The same bytes whether a thing does not exist or belongs to somebody else."""


def mistakes_in(errors: list[dict[str, Any]]) -> tuple[Mistake, ...]:
    """Pydantic's findings as sentences. Their input is left out: it may be about a person."""
    return tuple(Mistake(field=_place(error["loc"]), says=_sentence(error)) for error in errors)


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location if part != "body")


def _sentence(error: dict[str, Any]) -> str:
    match error["type"]:
        case "missing":
            return "This is needed."
        case "extra_forbidden":
            return "There is no such field. Check its spelling against the API description."
        case "timezone_aware":
            return "Write the time with its zone, such as 2026-03-17T14:00:00-04:00."
        case _:
            message = str(error["msg"]).removeprefix("Value error, ")
            return message[:1].upper() + message[1:].rstrip(".") + "."
