"""What the provider signs is believed as far as it says all it has to, under a key of the provider's."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.identity_provider import CLIENT_ID, OpenIdProvider, another_key
from tests.security.entrance import Entrance, Visitor, email_of, why

LIES: dict[str, Callable[[Entrance], dict[str, Any]]] = {
    "another nonce": lambda entrance: {"nonce": "n" * 43},
    "no nonce": lambda entrance: {"nonce": None},
    "a list of nonces": lambda entrance: {"nonce": ["n" * 43]},
    "another issuer": lambda entrance: {"iss": "https://evil.example"},
    "an issuer among others": lambda entrance: {"iss": [entrance.provider.issuer, "https://evil.example"]},
    "another audience": lambda entrance: {"aud": "another client"},
    "no audience": lambda entrance: {"aud": None},
    "audiences, issued to nobody": lambda entrance: {"aud": [CLIENT_ID, "another client"]},
    "audiences, issued to another": lambda entrance: {"aud": [CLIENT_ID, "other"], "azp": "other"},
    "issued to another": lambda entrance: {"azp": "another client"},
    "expired": lambda entrance: {"exp": int((entrance.clinic.now - timedelta(seconds=31)).timestamp())},
    "never expires": lambda entrance: {"exp": None},
    "of the future": lambda entrance: {"iat": int((entrance.clinic.now + timedelta(minutes=5)).timestamp())},
    "no subject": lambda entrance: {"sub": None},
    "an empty subject": lambda entrance: {"sub": ""},
    "an endless subject": lambda entrance: {"sub": "m" * 256},
    "another access token": lambda entrance: {"at_hash": "x" * 22},
    "signed in an hour ago": lambda entrance: {
        "auth_time": int((entrance.clinic.now - timedelta(hours=1)).timestamp())
    },
    "signed in at no time": lambda entrance: {"auth_time": "now"},
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_a_token_that_does_not_say_what_it_has_to_signs_nobody_in(
    entrance: Entrance, visitor: Visitor, lie: str
) -> None:
    entrance.provider.says = LIES[lie](entrance)
    answer = visitor.arrive("mara")
    assert why(answer) == "not-proven"
    assert not visitor.is_in
    entrance.provider.says = {}
    visitor.sign_in("mara")


SIGNATURES: dict[str, Callable[[OpenIdProvider, dict[str, Any]], str]] = {
    "none": lambda provider, claims: unsigned(claims),
    "our own secret": lambda provider, claims: jwt.encode(
        {"alg": "HS256"}, claims, OctKey.import_key("a secret, with spaces & signs"), algorithms=["HS256"]
    ),
    "the public key as a secret": lambda provider, claims: signed_by_hand(claims, provider.key.as_pem(private=False)),  # type: ignore[union-attr]
    "a key of somebody else": lambda provider, claims: jwt.encode(
        {"alg": "RS256", "kid": provider.key.thumbprint()}, claims, another_key()
    ),
    "a key that is not published": lambda provider, claims: jwt.encode(
        {"alg": "RS256", "kid": "other"}, claims, another_key()
    ),
    "another algorithm": lambda provider, claims: jwt.encode(
        {"alg": "RS512", "kid": provider.key.thumbprint()}, claims, provider.key, algorithms=["RS512"]
    ),
    "a changed word": lambda provider, claims: changed(provider.sign(claims)),
    "no token at all": lambda provider, claims: "token",
}


def unsigned(claims: dict[str, Any]) -> str:
    signed = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("any"), algorithms=["HS256"])
    return f"eyJhbGciOiJub25lIn0.{signed.split('.')[1]}."


def signed_by_hand(claims: dict[str, Any], secret: bytes) -> str:
    """The library would not do it."""
    head = urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")
    text = f"{head}.{unsigned(claims).split('.')[1]}"
    mark = hmac.digest(secret, text.encode(), "sha256")
    return f"{text}.{urlsafe_b64encode(mark).decode().rstrip('=')}"


def changed(token: str) -> str:
    head, body, signature = token.split(".")
    return f"{head}.{body[:-2]}{'A' if body[-2] != 'A' else 'B'}{body[-1]}.{signature}"


@pytest.mark.parametrize("signature", sorted(SIGNATURES))
def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(
    entrance: Entrance, visitor: Visitor, signature: str
) -> None:
    provider = entrance.provider
    provider.signs = lambda claims: SIGNATURES[signature](provider, claims)
    assert why(visitor.arrive("mara")) == "not-proven"
    assert not visitor.is_in


def test_a_key_that_the_provider_has_begun_to_use_is_looked_up(entrance: Entrance, visitor: Visitor) -> None:
    visitor.sign_in("mara")
    fresh = another_key("EC")
    entrance.provider.keys.append(fresh)
    entrance.provider.signs = lambda claims: jwt.encode({"alg": "ES256", "kid": fresh.thumbprint()}, claims, fresh)
    assert why(entrance.visitor().arrive("mara")) == "not-proven", "keys were asked for a moment ago"
    keys = entrance.edge.provider._published._keys  # type: ignore[union-attr]
    keys._asked_at, keys._answered_at = keys._asked_at - 11, keys._answered_at - 11
    entrance.visitor().sign_in("mara")


def test_nothing_of_a_token_is_logged_or_left_in_an_address(
    entrance: Entrance, visitor: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    there = visitor.leave()
    answer = visitor.arrive("mara", there)
    secrets = [values[0] for name, values in parse_qs(urlsplit(there).query).items() if name in ("state", "nonce")]
    written = capsys.readouterr()
    for secret in (*secrets, "code=", email_of(entrance.clinic.lindqvist), "mara"):
        assert secret not in written.out + written.err
        assert secret not in answer.headers["location"]
    assert "signed_in" in written.out + written.err
