"""The schemas that were published: files that are only ever added to, since a consumer may have built on each of them.

A file is named `episode.DoseTaken.v1.r2.json`: stream, stored name, version of the event, and the revision of its
schema. A revision only adds optional fields, so whoever reads the newest of a version reads every event of it.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent / "published"
NAMED = re.compile(r"(?P<name>(?:[a-z_]+\.[A-Za-z]+|thin)\.v[1-9][0-9]*)\.r(?P<revision>[1-9][0-9]*)\.json")


class Published(NamedTuple):
    """One schema as it was published. `name` has the version in it: `episode.DoseTaken.v1`."""

    name: str
    revision: int
    text: str

    @property
    def file_name(self) -> str:
        return f"{self.name}.r{self.revision}.json"

    @property
    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found


@cache
def published() -> dict[str, tuple[Published, ...]]:
    """Every revision by its name, in the order of publication."""
    return published_in(FOLDER)


def published_in(folder: Path) -> dict[str, tuple[Published, ...]]:
    """The same of another folder. ValueError on a file whose name says nothing, or a revision that is missing."""
    found: dict[str, list[Published]] = {}
    for path in folder.glob("*.json"):
        if (named := NAMED.fullmatch(path.name)) is None:
            raise ValueError(f"{path.name} is not named as a published schema is: stream.StoredName.v1.r1.json")
        one = Published(named["name"], int(named["revision"]), path.read_text(encoding="utf-8"))
        found.setdefault(one.name, []).append(one)
    in_order = {name: tuple(sorted(each, key=lambda one: one.revision)) for name, each in sorted(found.items())}
    for name, each in in_order.items():
        if [one.revision for one in each] != list(range(1, len(each) + 1)):
            raise ValueError(f"{name} lacks a revision: published schemas are kept for good")
    return in_order


def by_address(file_name: str) -> Published | None:
    """What stands at `/schemas/{file_name}`: a revision by its whole name, or the newest of a version."""
    return _addresses().get(file_name)


@cache
def _addresses() -> dict[str, Published]:
    every = {one.file_name: one for each in published().values() for one in each}
    return every | {f"{name}.json": each[-1] for name, each in published().items()}


def is_for_good(file_name: str) -> bool:
    """Whether what stands at this address never changes."""
    return NAMED.fullmatch(file_name) is not None
