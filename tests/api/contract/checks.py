"""Checks data against the published schemas, strictly: what nobody published is a mistake, not an extra."""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

from api.contract.published import published


def check(item: dict[str, Any]) -> None:
    """The data of a CloudEvent against the schema it names; ValidationError says what does not fit."""
    named = urlsplit(item["dataschema"])
    assert all((named.scheme, named.netloc)), "CloudEvents 1.0 takes an absolute URI"
    _checks()[named.path].validate(item["data"])


@cache
def _checks() -> dict[str, Draft202012Validator]:
    formats = Draft202012Validator.FORMAT_CHECKER
    return {
        f"/schemas/{name}.json": Draft202012Validator(_strict(each[-1].schema), format_checker=formats)
        for name, each in published().items()
    }


def _strict(schema: Any) -> Any:
    """The schema with no field beyond those it names."""
    match schema:
        case {"properties": dict(fields), **rest}:
            named = {name: _strict(of) for name, of in fields.items()}
            return {**rest, "properties": named, "additionalProperties": False}
        case {"anyOf": [*choices], **rest}:
            return {**rest, "anyOf": [_strict(choice) for choice in choices]}
        case {"items": dict(items), **rest}:
            return {**rest, "items": _strict(items)}
    return schema
