"""Protocol documents shipped with the code: `data/<id>-<version>.json`."""

from functools import cache
from importlib.resources import files
from json import loads
from typing import Any

from domain.protocol.protocol import Protocol, hash_of
from domain.refusal import Refused

CURRENT = ("kap-core", "2")
"""The protocol a new network starts from: its id and version."""


class ProtocolIsNotShipped(Refused):
    """No protocol {protocol_id} version {protocol_version} is shipped here. Name a document of your own to adopt."""


@cache
def shipped_keys() -> tuple[tuple[str, str], ...]:
    """Id and version of every document that comes with this release, older versions first."""
    names = [entry.name.removesuffix(".json") for entry in (files(__package__) / "data").iterdir()]
    keys = [(name.rpartition("-")[0], name.rpartition("-")[2]) for name in names]
    return tuple(sorted(keys, key=lambda key: (key[0], int(key[1]))))


@cache
def _text(protocol_id: str, protocol_version: str) -> bytes:
    name = f"{protocol_id}-{protocol_version}.json"
    shipped = {entry.name: entry for entry in (files(__package__) / "data").iterdir()}
    if name not in shipped:
        raise ProtocolIsNotShipped(protocol_id=protocol_id[:40], protocol_version=protocol_version[:10])
    return shipped[name].read_bytes()


def document(protocol_id: str, protocol_version: str) -> dict[str, Any]:
    """The shipped document as a network adopts it."""
    read: dict[str, Any] = loads(_text(protocol_id, protocol_version))
    return read


@cache
def shipped_hashes() -> frozenset[str]:
    """SHA-256 of every shipped document."""
    return frozenset(hash_of(document(*key)) for key in shipped_keys())


@cache
def load_shipped(protocol_id: str, protocol_version: str) -> Protocol:
    """The shipped document, ready to ask."""
    return Protocol.model_validate_json(_text(protocol_id, protocol_version))
