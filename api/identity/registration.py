"""How an installation is known to its identity provider, and what it asks of it."""

from typing import NamedTuple

PATH_BACK = "/sign-in/return"
"""Where the provider sends the browser back to; the address registered there ends with it."""


class Registration(NamedTuple):
    """`address` is where people reach this installation: never what a request says, which its sender writes."""

    issuer: str
    client_id: str
    client_secret: str | None
    address: str
    title: str
    """What people call the provider."""
    acr: tuple[str, ...] = ()
    """The provider has to say one of these about how the person signed in; empty asks for none."""
    amr: tuple[str, ...] = ()
    """It has to say that one of these ways was used, such as `mfa`; empty asks for none."""

    @property
    def address_back(self) -> str:
        return self.address.rstrip("/") + PATH_BACK
