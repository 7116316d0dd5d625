"""What may change in a published schema: optional fields are added; all else needs a new version of the event."""

from collections.abc import Iterator, Mapping
from typing import Any

ANNOTATIONS = frozenset({"$schema", "$id", "title", "description", "default", "examples"})
"""Words about a shape; they may be bettered, and no check reads them."""
FURTHER_IN = frozenset({"properties", "required", "anyOf", "items", "prefixItems", "additionalProperties", "enum"})


def breaks(old: Mapping[str, Any], new: Mapping[str, Any], at: str = "data") -> Iterator[str]:
    """Each change that is more than an optional field added, in words with its place."""
    for keyword in sorted((old.keys() | new.keys()) - ANNOTATIONS - FURTHER_IN):
        if old.get(keyword) != new.get(keyword):
            yield f"{at}: {keyword} was {old.get(keyword)}, is {new.get(keyword)}"
    yield from _fields(old, new, at)
    yield from _values(old, new, at)
    for keyword in ("items", "additionalProperties"):
        yield from _inside(old.get(keyword), new.get(keyword), f"{at}[]" if keyword == "items" else f"{at}.*")
    for keyword in ("anyOf", "prefixItems"):
        yield from _each(old.get(keyword, []), new.get(keyword, []), at)


def _fields(old: Mapping[str, Any], new: Mapping[str, Any], at: str) -> Iterator[str]:
    before, now = old.get("properties", {}), new.get("properties", {})
    must_before, must_now = set(old.get("required", ())), set(new.get("required", ()))
    for name in sorted(before.keys() - now.keys()):
        yield f"{at}.{name} is gone"
    for name in sorted(must_now - before.keys()):
        yield f"{at}.{name} is new and not optional"
    for name in sorted((must_before ^ must_now) & before.keys() & now.keys()):
        yield f"{at}.{name} was {'always there' if name in must_before else 'optional'}, and is not any more"
    for name in before.keys() & now.keys():
        yield from breaks(before[name], now[name], f"{at}.{name}")


def _values(old: Mapping[str, Any], new: Mapping[str, Any], at: str) -> Iterator[str]:
    """A closed set stays as it is: a consumer may have covered every value of it."""
    before, now = set(old.get("enum", ())), set(new.get("enum", ()))
    if ("enum" in old) != ("enum" in new):
        yield f"{at}: was {'a closed set' if 'enum' in old else 'open'}, and is not any more"
    for value in sorted(map(str, before ^ now) if "enum" in old and "enum" in new else ()):
        yield f"{at}: the value {value} is {'gone' if value in map(str, before) else 'new'}"


def _inside(old: Any, new: Any, at: str) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from breaks(old, new, at)
    elif old != new:
        yield f"{at}: was {old}, is {new}"


def _each(old: list[Any], new: list[Any], at: str) -> Iterator[str]:
    if len(old) != len(new):
        yield f"{at}: had {len(old)} possible shapes, has {len(new)}"
        return
    for before, now in zip(old, new, strict=True):
        yield from breaks(before, now, at)
