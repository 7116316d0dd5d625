"""Every version of every protocol a network can look at: shipped, under work, published, retired, adopted."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from api.edge import Edge
from api.viewer import Viewer
from domain.network.network import NETWORK, Adoption, Network
from domain.protocol.protocol import hash_of
from domain.protocol.publication import PROTOCOL, Draft, Publication, Published
from domain.protocol.shipped import document, shipped_keys
from projections.protocols import kept_protocols
from store.errors import NotFound

Key = tuple[str, str]
"""Protocol id and version."""


class Known(NamedTuple):
    """One version. Of a draft that was never finished any field but the two of its name may be missing."""

    protocol_id: str
    version: str
    document: Mapping[str, Any]
    sha256: str
    is_shipped: bool = False
    draft: Draft | None = None
    published: Published | None = None
    adoption: Adoption | None = None
    is_in_force: bool = False

    @property
    def title(self) -> str:
        return str(self.document.get("title") or self.protocol_id)

    @property
    def href(self) -> str:
        return f"/protocols/{self.protocol_id}/{self.version}"

    @property
    def is_retired(self) -> bool:
        return self.published is not None and self.published.retired_at is not None

    @property
    def may_be_adopted(self) -> bool:
        """What is published here, or comes with the release."""
        return not self.is_retired and (self.published is not None or self.is_shipped)

    @property
    def stands(self) -> tuple[str, ...]:
        """`in force`, `adopted`, `published`, `retired`, `approved`, `draft`, `shipped`: whatever applies."""
        draft = self.draft
        words = {
            "in force": self.is_in_force,
            "adopted": self.adoption is not None and not self.is_in_force,
            "retired": self.is_retired,
            "published": self.published is not None and not self.is_retired,
            "approved": draft is not None and draft.is_approved,
            "draft": draft is not None and not draft.is_approved,
            "shipped": self.is_shipped,
        }
        return tuple(word for word, applies in words.items() if applies)


def network_now(edge: Edge, viewer: Viewer) -> Network:
    """Not as remembered: an adoption has to show at once."""
    network: Network
    network, _ = edge.care.state(NETWORK, viewer.network_id, network_id=viewer.network_id)
    return network


def known_versions(edge: Edge, viewer: Viewer) -> dict[Key, Known]:
    """All of them, by protocol and then by version."""
    network, found = network_now(edge, viewer), _shipped()
    for publication in publications(edge, viewer):
        name = publication.protocol_id or ""
        for version, published in publication.versions.items():
            found[name, version] = _known(found, name, version, published.document, published=published)
        for version, draft in publication.drafts.items():
            found[name, version] = _known(found, name, version, draft.document, draft=draft)
    for adoption in network.adoptions.values():
        key = (adoption.protocol_id, adoption.protocol_version)
        known = found.get(key) or Known(*key, adoption.document, adoption.sha256)
        found[key] = known._replace(adoption=adoption, is_in_force=adoption is network.current)
    return dict(sorted(found.items(), key=lambda item: (item[0][0], int(item[0][1]))))


def the_version(edge: Edge, viewer: Viewer, protocol_id: str, version: str) -> Known:
    """One of them; NotFound where there is none."""
    found = known_versions(edge, viewer).get((protocol_id, version))
    if found is None:
        raise NotFound(NotFound.__doc__)
    return found


def publications(edge: Edge, viewer: Viewer) -> list[Publication]:
    """What this network keeps of each protocol it works on."""
    with edge.datastore.in_network(viewer.network_id) as connection:
        kept = kept_protocols(connection)
    return [edge.care.state(PROTOCOL, one.stream_id, network_id=viewer.network_id)[0] for one in kept]


def _shipped() -> dict[Key, Known]:
    return {key: Known(*key, document(*key), hash_of(document(*key)), is_shipped=True) for key in shipped_keys()}


def _known(found: dict[Key, Known], name: str, version: str, document: Mapping[str, Any], **how: Any) -> Known:
    """A version kept here; where one of the same name is shipped with other content, what is kept here counts."""
    sha256 = next(iter(how.values())).sha256
    shipped = found.get((name, version))
    is_shipped = shipped is not None and shipped.sha256 == sha256
    return Known(name, version, document, sha256, is_shipped=is_shipped, **how)
