"""The files of secrets that a deployment starts with: addresses with passwords, keys, tokens, and one to fill in."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from deploy.database.roles import DATABASE, DatabaseRole
from deploy.failures import CannotGoOn
from store.key_file import KeyFile

ADMINISTRATOR = "postgres"
KEYS = "keys.json"
ADDRESSES: Mapping[str, str] = {
    "throughline_admin_database_url": ADMINISTRATOR,
    "throughline_migrate_database_url": DatabaseRole.OWNER,
    "throughline_database_url": DatabaseRole.APP,
    "throughline_work_database_url": DatabaseRole.WORK,
}
"""Which setting is the address of which role."""


def write_secret_files(folder: Path, host: str) -> list[str]:
    """Write every file that is not there yet, readable by this account alone; the names of those written.

    None is ever written anew: what is sealed under a key file that was replaced could not be opened again.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = [name for name, text in _texts(host).items() if _write(folder / name, text)]
    if not (folder / KEYS).exists():
        KeyFile.open_or_create(folder / KEYS)
        written.append(KEYS)
    return written


def _texts(host: str) -> dict[str, str]:
    passwords = {name: secrets.token_urlsafe(32) for name in ADDRESSES}
    addresses = {
        name: f"postgresql://{role}:{passwords[name]}@{host}/{_database_of(role)}" for name, role in ADDRESSES.items()
    }
    return {
        "postgres_password": passwords["throughline_admin_database_url"],
        **addresses,
        "oidc_client_secret": "",  # the identity provider gives it; somebody writes it here
        "throughline_session_secret": secrets.token_urlsafe(48),
        "throughline_metrics_token": secrets.token_urlsafe(32),
    }


def _database_of(role: str) -> str:
    return "postgres" if role == ADMINISTRATOR else DATABASE


def _write(path: Path, text: str) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    return True


def refuse_half_written(folder: Path) -> None:
    """The administrator's password stands in two files: with only one of them, they would not agree."""
    pair = [folder / "postgres_password", folder / "throughline_admin_database_url"]
    if len({path.exists() for path in pair}) > 1:
        raise CannotGoOn(f"{folder} holds only one of {pair[0].name} and {pair[1].name}; put the other back.")
