"""What the identity provider says when somebody signed out there (Back-Channel Logout 1.0, section 2.6)."""

from datetime import datetime, timedelta
from typing import NamedTuple

from joserfc.errors import ClaimError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from api.identity.errors import NotProven
from api.identity.proof import LEEWAY, read_signed

EVENT = "http://schemas.openid.net/event/backchannel-logout"
GOOD_FOR = timedelta(minutes=2)
"""Said again later, it would end sessions that were begun since."""


class SignedOut(NamedTuple):
    """Whose sessions end: all of a subject, or those of one session at the provider."""

    subject: str | None
    provider_session: str | None


def signed_out_in(token: str, keys: KeySet, *, issuer: str, client_id: str, now: datetime) -> SignedOut:
    """Who signed out. NotProven, or KeyIsNotKnown where newer keys may help."""
    claims = read_signed(token, keys).claims
    registry = JWTClaimsRegistry(
        int(now.timestamp()),
        int(LEEWAY.total_seconds()),
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        iat={"essential": True},
        jti={"essential": True},
    )
    try:
        registry.validate(claims)
    except ClaimError as error:
        raise NotProven(error.claim if error.claim in registry.options else "claims") from None
    events = claims.get("events")
    if "nonce" in claims or not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise NotProven("events")  # an ID token is none
    if claims["iat"] < (now - GOOD_FOR).timestamp():
        raise NotProven("iat")
    subject, session = claims.get("sub"), claims.get("sid")
    if not (subject or session) or not all(one is None or isinstance(one, str) for one in (subject, session)):
        raise NotProven("sub")
    return SignedOut(subject, session)
