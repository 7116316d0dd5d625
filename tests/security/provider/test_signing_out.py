"""Signing out here and at the provider."""

from typing import Any

import pytest

from api.session_cookie import SESSION_COOKIE
from tests.identity_provider import CLIENT_ID
from tests.security.entrance import Entrance, Visitor


def test_signing_out_ends_the_session_here_and_leads_on_to_the_provider(entrance: Entrance, visitor: Visitor) -> None:
    visitor.sign_in("mara")
    secret = visitor.http.cookies[SESSION_COOKIE]
    answer = visitor.post("/sign-out", {})
    assert answer.status_code == 200
    assert f"{entrance.provider.issuer}/oauth2/end_session?client_id={CLIENT_ID}" in answer.text
    assert "post_logout_redirect_uri=http%3A%2F%2Ftestserver%2Fsign-in" in answer.text
    assert "id_token" not in answer.text
    visitor.http.cookies.set(SESSION_COOKIE, secret)
    assert not visitor.is_in


def logout_token(entrance: Entrance, **claims: Any) -> str:
    """What the provider posts when somebody signed out there."""
    at = int(entrance.clinic.now.timestamp())
    said = {"iss": entrance.provider.issuer, "aud": CLIENT_ID, "iat": at, "exp": at + 120, "jti": "1", "sub": "mara"}
    said |= {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}} | claims
    return entrance.provider.sign({name: value for name, value in said.items() if value is not None})


def told(entrance: Entrance, token: str) -> int:
    answer = entrance.visitor().http.post("/sign-in/provider/signed-out", data={"logout_token": token})
    return int(answer.status_code)


def test_signing_out_at_the_provider_signs_out_here(entrance: Entrance) -> None:
    entrance.provider.says = {"sid": "desk 1"}
    first, second = entrance.visitor(), entrance.visitor()
    first.sign_in("mara")
    entrance.provider.says = {"sid": "desk 2"}
    second.sign_in("mara")
    assert told(entrance, logout_token(entrance, sub=None, sid="desk 3")) == 200
    assert (first.is_in, second.is_in) == (True, True)
    assert told(entrance, logout_token(entrance, sid="desk 1")) == 200
    assert (first.is_in, second.is_in) == (False, True)
    assert told(entrance, logout_token(entrance, sub="alma")) == 200
    assert second.is_in
    assert told(entrance, logout_token(entrance)) == 200
    assert not second.is_in


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "n"}, {"events": {}}, {"events": None}, {"aud": "other"}, {"iss": "https://evil.example"}, {"iat": 0},
     {"sub": None}, {"sub": ["mara"]}, {"exp": 1}, {"jti": None}],
)  # fmt: skip
def test_nobody_is_signed_out_by_a_token_that_is_not_meant_so(
    entrance: Entrance, visitor: Visitor, claims: dict[str, Any]
) -> None:
    visitor.sign_in("mara")
    assert told(entrance, logout_token(entrance, **claims)) == 400
    assert told(entrance, "") == told(entrance, "x.y.z") == 400
    assert visitor.is_in
