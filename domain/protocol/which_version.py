"""Finding the draft or the published version an order names, and what stands in the way of publishing one."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from domain.protocol.check import check, mistakes
from domain.protocol.publication import Draft, Publication, Published
from domain.protocol.written import written_out
from domain.refusal import Refused

VersionName = Annotated[str, Field(pattern=r"^[0-9]{1,6}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class NoSuchDraft(Refused):
    """There is no draft of version {version}. Draft it first."""


class NoSuchVersion(Refused):
    """Version {version} was never published. Publish it first."""


class DocumentOfAnotherProtocol(Refused):
    """Here the protocol {protocol_id} is kept. Draft a document of another name on its own."""


class DocumentHasMistakes(Refused):
    """The document has mistakes: {count}. The first is on line {line}: {says} Mend them, and draft it again."""


class DraftHasChanged(Refused):
    """The draft was changed after you opened it. Look at it again, then decide."""


def draft_of(publication: Publication, version: str, sha256: str | None = None) -> Draft:
    """The draft of that version; with a hash, as it stood when somebody looked at it."""
    draft = publication.drafts.get(version)
    if draft is None:
        raise NoSuchDraft(field="protocol_version", version=version)
    if sha256 not in (None, draft.sha256):
        raise DraftHasChanged(field="sha256")
    return draft


def published_of(publication: Publication, version: str) -> Published:
    """The published version of that name."""
    published = publication.versions.get(version)
    if published is None:
        raise NoSuchVersion(field="protocol_version", version=version)
    return published


def require_own(publication: Publication, protocol_id: str) -> None:
    """Refuse a document of another protocol than the one kept here."""
    if publication.protocol_id not in (None, protocol_id):
        raise DocumentOfAnotherProtocol(field="document", protocol_id=publication.protocol_id)


def require_no_mistakes(document: Mapping[str, Any]) -> None:
    """Refuse a document with mistakes, naming the first; lines are those of the document as it is written out."""
    if found := mistakes(check(written_out(document))):
        first = found[0]
        raise DocumentHasMistakes(field="document", count=len(found), line=first.line, says=first.says)
