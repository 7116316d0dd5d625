"""Publishes what changed in the contract: writes a new revision of a schema, or refuses and says what to do instead.

`make contract` runs it. Nothing that was published is ever changed or removed.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from api.contract.additions import breaks
from api.contract.published import FOLDER, Published, published_in
from api.contract.schema import THIN, data_schema, thin_schema
from api.contract.streams import name_of, sent_types

SUMS = "SHA256SUMS"
NEEDS_VERSION = (
    "{name} has changed in more than optional fields: {changes}. Consumers have built on what is published. "
    "Give the field a default, or give the event a new version (version=… and an upcaster beside the class)."
)
NEEDS_PUBLISHING = "{name} is not published as it is now: {changes}. Run `make contract`, and commit the new file."

ALTERED = "{name} was published and has been changed or removed since. Bring it back as it was."


class Finding(NamedTuple):
    """A schema that is not published as it is now. `refused` says what to do where it may not be."""

    name: str
    schema: dict[str, Any]
    revision: int
    refused: str | None
    changes: str

    @property
    def says(self) -> str:
        return self.refused or NEEDS_PUBLISHING.format(name=self.name, changes=self.changes)


def current() -> dict[str, dict[str, Any]]:
    """Every schema of the present release by its name."""
    return {THIN: thin_schema()} | {name_of(of): data_schema(of) for of in sent_types()}


def findings(now: Mapping[str, dict[str, Any]], before: Mapping[str, tuple[Published, ...]]) -> Iterator[Finding]:
    """What is new or changed since the newest published revisions; nothing where only words differ."""
    for name, schema in now.items():
        earlier = before.get(name, ())
        if not earlier:
            yield Finding(name, schema, 1, None, "it is new")
            continue
        last = earlier[-1].schema
        if broken := "; ".join(breaks(last, schema)):
            yield Finding(name, schema, 0, NEEDS_VERSION.format(name=name, changes=broken), broken)
        elif any(breaks(schema, last)):
            yield Finding(name, schema, len(earlier) + 1, None, "optional fields were added")


def written(found: Finding) -> str:
    """The file of a new revision. Its `$id` is the address at which it stands for good."""
    address = f"/schemas/{found.name}.r{found.revision}.json"
    return json.dumps({"$id": address, **found.schema}, indent=1, ensure_ascii=False) + "\n"


def sums_of(folder: Path) -> str:
    """The hash of each published file as `sha256sum --check` reads them: a file that was changed or lost shows."""
    paths = sorted(folder.glob("*.json"))
    return "".join(f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths)


def altered_in(folder: Path) -> list[str]:
    """Published files that are not as they were published, or not there any more."""
    sums = folder / SUMS
    now = set(sums_of(folder).splitlines())
    kept = sums.read_text(encoding="utf-8").splitlines() if sums.exists() else []
    return [line.partition("  ")[2] for line in kept if line not in now]


def main(folder: Path = FOLDER) -> int:
    """Write what may be published; 1, and the reasons, where something may not."""
    found = list(findings(current(), published_in(folder)))
    refused = [one.says for one in found if one.refused] + [ALTERED.format(name=name) for name in altered_in(folder)]
    if refused:
        sys.stderr.write("\n".join(refused) + "\n")
        return 1
    for one in found:
        path = folder / f"{one.name}.r{one.revision}.json"
        path.write_text(written(one), encoding="utf-8")
        sys.stdout.write(f"{path.name}\n")
    (folder / SUMS).write_text(sums_of(folder), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
