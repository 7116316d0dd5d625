"""What an ID token proves, checked as OpenID Connect Core 1.0 asks in 3.1.3.7; everything else proves nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from api.identity.errors import NotProven

ALGORITHMS = ("RS256", "ES256")
"""Signatures by keys that the provider alone has: not `none`, and not HS256, whose key we would hold as well."""
LEEWAY = timedelta(seconds=30)
LONGEST_SUBJECT = 255


class Wanted(NamedTuple):
    """What the token has to say. `since`: the person proved who they are no earlier than then."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    since: datetime | None = None
    is_told_when: bool = False
    """The token has to say when that was."""


class Proof(NamedTuple):
    """Who signed in at the provider. `email` only where the provider says that it has verified it."""

    issuer: str
    subject: str
    email: str | None = None
    provider_session: str | None = None
    authenticated_at: datetime | None = None


class KeyIsNotKnown(Exception):
    """The token names a key that is not among those known."""


def proof_in(token: str, access_token: str | None, keys: KeySet, wanted: Wanted) -> Proof:
    """What the token proves. NotProven says why nothing; KeyIsNotKnown where newer keys may help."""
    read = read_signed(token, keys)
    params = {"nonce": wanted.nonce, "client_id": wanted.client_id, "access_token": access_token}
    options = {
        "iss": {"essential": True, "value": wanted.issuer},
        "aud": {"essential": True, "value": wanted.client_id},
        "nonce": {"essential": True, "value": wanted.nonce},
    }
    claims = CodeIDToken(read.claims, read.header, options, params)
    try:
        claims.validate(int(wanted.now.timestamp()), int(LEEWAY.total_seconds()))
    except ClaimError as error:
        raise NotProven(error.claim if error.claim in CodeIDToken.REGISTERED_CLAIMS else "claims") from None
    _require_ways(claims, wanted)
    _require_party(claims, wanted)
    return Proof(
        issuer=wanted.issuer,
        subject=_subject_in(claims),
        email=_verified_email_in(claims),
        provider_session=claims["sid"] if isinstance(claims.get("sid"), str) else None,
        authenticated_at=_authenticated_at(claims, wanted),
    )


def read_signed(token: str, keys: KeySet) -> jwt.Token:
    """The token, whose signature is the provider's. NotProven, or KeyIsNotKnown."""
    try:
        return jwt.decode(token, keys, algorithms=list(ALGORITHMS))
    except InvalidKeyIdError:
        raise KeyIsNotKnown(KeyIsNotKnown.__doc__) from None
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        raise NotProven("signature") from None


def _subject_in(claims: dict[str, Any]) -> str:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise NotProven("sub")
    return subject


def _require_party(claims: dict[str, Any], wanted: Wanted) -> None:
    """With several audiences the token has to name us as the party it was issued to."""
    is_shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (is_shared or "azp" in claims) and claims.get("azp") != wanted.client_id:
        raise NotProven("azp")


def _require_ways(claims: dict[str, Any], wanted: Wanted) -> None:
    """What was asked for is not taken for granted: a provider may ignore it."""
    if wanted.acr and claims.get("acr") not in wanted.acr:
        raise NotProven("acr")
    used = claims.get("amr")
    if wanted.amr and not (isinstance(used, list) and any(way in wanted.amr for way in used)):
        raise NotProven("amr")


def _authenticated_at(claims: dict[str, Any], wanted: Wanted) -> datetime | None:
    said = claims.get("auth_time")
    if said is None and not wanted.is_told_when:
        return None
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise NotProven("auth_time")
    try:
        at = datetime.fromtimestamp(said, UTC)
    except (OverflowError, ValueError, OSError):
        raise NotProven("auth_time") from None
    if at > wanted.now + LEEWAY or (wanted.since is not None and at < wanted.since - LEEWAY):
        raise NotProven("auth_time")
    return at


def _verified_email_in(claims: dict[str, Any]) -> str | None:
    """An address that nobody verified may be anybody's, and so may one whose letters only look like somebody's."""
    email = claims.get("email")
    is_plain = isinstance(email, str) and email.isascii() and bool(email.strip())
    return email if is_plain and claims.get("email_verified") is True else None
