"""A protocol document as people read and edit it: one number, rule or entry to a line."""

from collections.abc import Mapping
from json import dumps
from typing import Any

LONGEST_CHARACTERS = 200_000
"""Five times the longest that is shipped. Reading with lines takes some 30 µs a name, and a request asks for it."""
LINE_BY_LINE = ("numbers", "plan_seed", "sources")
"""Objects that are opened; every list of entries is."""


def written_out(document: Mapping[str, Any]) -> str:
    """The document as text; the same content is always written the same."""
    parts = [_part(name, value) for name, value in document.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _part(name: str, value: Any) -> str:
    match value:
        case dict() if name in LINE_BY_LINE and value:
            inside = ",\n".join(f"    {_json(key)}: {_json(item)}" for key, item in value.items())
            return f"  {_json(name)}: {{\n{inside}\n  }}"
        case list() if value and all(isinstance(item, dict) for item in value):
            inside = ",\n".join(f"    {_json(item)}" for item in value)
            return f"  {_json(name)}: [\n{inside}\n  ]"
    return f"  {_json(name)}: {_json(value)}"


def _json(value: Any) -> str:
    return dumps(value, ensure_ascii=False)
