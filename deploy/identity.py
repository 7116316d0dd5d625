"""The identity provider of an installation, from its settings."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

from api.identity.provider import IdentityProvider
from api.identity.registration import Registration
from deploy.settings import Settings
from store.command import Clock

SECONDS = 5.0
"""For each step of an answer: somebody waits at the sign-in page, and a thread with them."""


@contextmanager
def identity_provider(settings: Settings, clock: Clock) -> Iterator[IdentityProvider | None]:
    """The provider; None where none is set. Nothing is asked of it before somebody signs in."""
    registration = registration_of(settings)
    if registration is None:
        yield None
        return
    trusted = ssl.create_default_context()
    if settings.oidc_ca_file is not None:
        trusted.load_verify_locations(settings.oidc_ca_file)
    with httpx.Client(verify=trusted, timeout=SECONDS, follow_redirects=False) as http:
        yield IdentityProvider(registration, http, clock)


def registration_of(settings: Settings) -> Registration | None:
    """How this installation is known to the provider; None where none is set."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.address is None:
        return None
    secret = settings.oidc_client_secret_file
    return Registration(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=secret.read_text().strip() or None if secret else None,
        address=settings.address,
        title=settings.oidc_title or urlsplit(settings.oidc_issuer).hostname or settings.oidc_issuer,
        acr=tuple((settings.oidc_acr or "").split()),
        amr=tuple((settings.oidc_amr or "").split()),
    )
