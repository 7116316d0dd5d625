"""The secret that signs the forms of pages and the messages left in a folder."""

import os
import secrets

from deploy.settings import PREFIX
from deploy.wiring import Wiring


class SessionSecretIsMissing(Exception):
    """The secret that signs forms is not set."""


def secret_of(wiring: Wiring) -> bytes:
    """The one set, or for the embedded database one of its own that outlives a restart."""
    if wiring.settings.session_secret is not None:
        return wiring.settings.session_secret.encode()
    if not wiring.addresses.is_embedded:
        raise SessionSecretIsMissing(f"Set {PREFIX}SESSION_SECRET to 32 random characters or more; it signs forms.")
    path = wiring.settings.data / "session.secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return path.read_bytes()
