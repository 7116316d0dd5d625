"""Problem documents (RFC 9457): what was not done, why, and what to do; never what the person typed."""

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from domain.sealed import UNWRITABLE

MEDIA_TYPE = "application/problem+json"
LONGEST_PLACE = 120


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


NO_JSON = "This is no JSON: mend it at character {at}. Check commas, brackets, and text in double quotation marks."
WORDS = {
    "greater_than_equal": "Write {ge} or more.",
    "greater_than": "Write more than {gt}.",
    "less_than_equal": "Write {le} or less.",
    "less_than": "Write less than {lt}.",
    "int_parsing": "Write a whole number.",
    "int_from_float": "Write a whole number.",
    "int_type": "Write a whole number, without quotation marks and without a decimal point.",
    "decimal_parsing": "Write a number, such as 12.5.",
    "decimal_type": "Write a number, such as 12.5.",
    "finite_number": "Write a number, such as 12.5.",
    "decimal_max_places": "Write at most {decimal_places} decimal places.",
    "decimal_max_digits": "Write at most {max_digits} figures.",
    "multiple_of": "Write a multiple of {multiple_of}.",
    "enum": "Choose one of: {expected}.",
    "literal_error": "Choose one of: {expected}.",
    "bool_parsing": "Answer yes or no.",
    "bool_type": "Answer true or false, without quotation marks.",
    "string_type": "Write text, in quotation marks.",
    "tuple_type": "Give a list, in square brackets.",
    "list_type": "Give a list, in square brackets.",
    "set_type": "Give a list, in square brackets.",
    "frozen_set_type": "Give a list, in square brackets.",
    "dict_type": "Give an object, in curly brackets.",
    "model_type": "Give an object, in curly brackets.",
    "date_type": "Write a day, such as 2026-03-17.",
    "date_from_datetime_inexact": "Write a day, such as 2026-03-17.",
    "datetime_type": "Write the time with its zone, such as 2026-03-17T14:00:00-04:00.",
    "datetime_parsing": "Write the time with its zone, such as 2026-03-17T14:00:00-04:00.",
    "datetime_from_date_parsing": "Write the time with its zone, such as 2026-03-17T14:00:00-04:00.",
    "uuid_type": "This names nothing. Choose again.",
    "date_from_datetime_parsing": "Write a day, such as 2026-03-17.",
    "date_parsing": "Write a day, such as 2026-03-17.",
    "uuid_parsing": "This names nothing. Choose again.",
    "string_too_short": "Write something.",
    "string_too_long": "Write at most {max_length} characters.",
    "string_pattern_mismatch": "This is not written as it has to be.",
    "too_short": "Give at least {min_length}.",
    "too_long": "Give at most {max_length}.",
    "model_attributes_type": "Send an object in curly brackets, as application/json.",
    "int_parsing_size": "This number is too large.",
    "url_parsing": "Write a whole address, such as https://example.org/hook.",
    "bytes_type": "Write text, in quotation marks.",
}
"""What is wrong, by the validator's word for it; figures come from the field, never from what was typed."""

NOT_FOUND = Problem(
    title="Not found", status=404, detail="There is nothing at this address, or it is not yours to see."
)
"""The same bytes whether a thing does not exist or belongs to somebody else."""


def mistakes_in(errors: list[dict[str, Any]]) -> tuple[Mistake, ...]:
    """Pydantic's findings as sentences. Their input is left out: it may be about a person."""
    return tuple(Mistake(field=_place(error), says=_sentence(error)) for error in errors)


def _place(error: dict[str, Any]) -> str:
    """A name that nobody knows may be anything, so it is cut and made printable. What is no JSON is so as a whole."""
    location = () if error["type"] == "json_invalid" else error["loc"]
    place = ".".join(str(part) for part in location if part != "body")
    return UNWRITABLE.sub("?", place[:LONGEST_PLACE])


def _character(error: dict[str, Any]) -> int:
    """Counted from 1, as editors do."""
    last = error["loc"][-1] if error["loc"] else 0
    return int(last) + 1 if isinstance(last, int) else 1


def _limits(error: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value).replace("_", " ") for name, value in error.get("ctx", {}).items()}


def _sentence(error: dict[str, Any]) -> str:
    match error["type"]:
        case "json_invalid":
            return NO_JSON.format(at=_character(error))
        case "missing":
            return "This is needed."
        case "extra_forbidden":
            return "There is no such field. Check its spelling against the API description."
        case "timezone_aware":
            return "Write the time with its zone, such as 2026-03-17T14:00:00-04:00."
        case kind if (said := WORDS.get(kind)) is not None:
            return said.format_map(_limits(error))
        case _:
            message = str(error["msg"]).removeprefix("Value error, ")
            return message[:1].upper() + message[1:].rstrip(".") + "."
