"""One attempt to sign in, or to confirm a signature, between leaving for the identity provider and coming back."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_urlsafe
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from api.identity.sealed_cookie import SealedCookie
from store.sign_in import Provenance


class Attempt(BaseModel):
    """What has to come back, and where to go then. `of_session` is the sign-in session whose holder confirms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: str
    nonce: str
    verifier: str
    started_at: datetime
    then: str = ""
    of_session: str = ""


class Choice(BaseModel):
    """Somebody has proved who they are and works in several networks; they choose one of these places."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    places: tuple[tuple[UUID, UUID], ...]
    """Networks, and who the person is there."""
    subject: str
    provider_session: str | None
    authenticated_at: datetime | None
    then: str

    @classmethod
    def of(cls, places: Sequence[tuple[UUID, UUID]], provenance: Provenance, then: str) -> Self:
        session = provenance.provider_session
        return cls(
            places=tuple(places),
            subject=provenance.subject.hex(),
            provider_session=session.hex() if session else None,
            authenticated_at=provenance.authenticated_at,
            then=then,
        )

    @property
    def provenance(self) -> Provenance:
        session = bytes.fromhex(self.provider_session) if self.provider_session else None
        return Provenance(bytes.fromhex(self.subject), session, self.authenticated_at)


ATTEMPT = SealedCookie("throughline_sign_in", Attempt, seconds=600)
CHOICE = SealedCookie("throughline_sign_in_places", Choice, seconds=300)


def begun(now: datetime, then: str, of_session: str = "") -> Attempt:
    """A fresh one: 256 bits each for what comes back with the browser, in the token, and to the token endpoint."""
    return Attempt(
        state=token_urlsafe(32),
        nonce=token_urlsafe(32),
        verifier=token_urlsafe(48),
        started_at=now,
        then=then,
        of_session=of_session,
    )
