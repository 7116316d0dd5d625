"""Orders made up from a decision's own schema: mostly such as could be meant, now and then with something odd."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

MOMENTS = (
    "2026-03-14T09:42:00-07:00",
    "2026-03-14T09:47:00-07:00",
    "2026-03-14T10:12:00+00:00",
    "2026-03-14T16:41:59Z",
    "2026-03-13T23:59:59-12:00",
    "2026-03-08T02:30:00-08:00",
    "2026-11-01T01:30:00-07:00",
    "2026-03-28T10:00:00-07:00",
    "1900-01-01T00:00:00+14:00",
    "2199-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+14:00",
    "2026-03-14T09:42:00",
)
DAYS = ("2026-03-14", "2026-03-15", "2026-02-28", "2024-02-29", "1900-01-01", "2199-12-31", "9999-12-31", "2026-13-01")
AMOUNTS = ("100", "50", "0.1", "100.5", "600", "5000", "0", "-1", "1e3", "33.3", "12345678901234567890")
CODES = (
    "psychosis",
    "pregnancy",
    "ketamine_allergy",
    "9",
    "10",
    "4.crisis",
    "+hold",
    "22",
    "phq-9",
    "bdi-ii",
    "1",
    "none",
)
ZONES = ("America/Los_Angeles", "America/New_York", "UTC", "Mars/Olympus", "../../etc/passwd", "Pacific/Kiritimati")
ODD: SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.sampled_from([2**53, 10**30, -1, 0.5, 1e308, "", " ", "\x00", "NaN", [], {}, [[]], {"a": {}}]),
    st.text(max_size=30),
)
TEXT = st.one_of(
    st.text(min_size=1, max_size=60), st.sampled_from(["words", "<script>alert(1)</script>", "{{ 7*7 }}", "%s{0}"])
)


def orders_of(schema: Mapping[str, Any], ids: Sequence[str]) -> SearchStrategy[dict[str, Any]]:
    """Bodies of this schema; ids are those of things that are there, and of nothing."""
    meant = _of(schema, schema.get("$defs", {}), ids)
    return st.one_of(meant, meant, meant, st.builds(_with_something_odd, meant, st.text(max_size=8), ODD, st.randoms()))


def _with_something_odd(body: dict[str, Any], name: str, odd: Any, choice: Any) -> dict[str, Any]:
    return body | {choice.choice([*body, name]): odd}


def _of(node: Mapping[str, Any], known: Mapping[str, Any], ids: Sequence[str]) -> SearchStrategy[Any]:
    if "$ref" in node:
        return _of(known[node["$ref"].rpartition("/")[2]], known, ids)
    if "anyOf" in node:
        return st.one_of([_of(one, known, ids) for one in node["anyOf"]])
    if "const" in node:
        return st.just(node["const"])
    if "enum" in node:
        return st.sampled_from(node["enum"])
    match node.get("type"):
        case "object":
            return _object(node, known, ids)
        case "array":
            most = min(node.get("maxItems", 12), 12)
            item = _of(node["items"], known, ids) if "items" in node else ODD
            return st.lists(item, min_size=min(node.get("minItems", 0), most), max_size=most)
        case "integer":
            return st.integers(node.get("minimum", -5), node.get("maximum", 10_000))
        case "number":
            return st.sampled_from(AMOUNTS) | st.floats(allow_nan=False, allow_infinity=False)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "string":
            return _string(node, ids)
    raise AssertionError(f"no strategy for {node}")


def _object(node: Mapping[str, Any], known: Mapping[str, Any], ids: Sequence[str]) -> SearchStrategy[dict[str, Any]]:
    fields = {name: _of(field, known, ids) for name, field in node.get("properties", {}).items()}
    required = {name: fields[name] for name in node.get("required", ())}
    return st.fixed_dictionaries(required, optional={k: v for k, v in fields.items() if k not in required})


def _string(node: Mapping[str, Any], ids: Sequence[str]) -> SearchStrategy[str]:
    match node.get("format"):
        case "uuid":
            return st.sampled_from(ids) | st.uuids().map(str)
        case "date-time":
            return st.sampled_from(MOMENTS)
        case "date":
            return st.sampled_from(DAYS)
    if node.get("description") == "sealed on arrival":
        return TEXT
    if "pattern" in node:
        pattern = node["pattern"]
        return st.sampled_from(AMOUNTS) if "+-" in pattern else st.from_regex(pattern, fullmatch=True)
    return st.sampled_from((*CODES, *ZONES, *AMOUNTS)) | st.text(max_size=node.get("maxLength", 30))
