"""An installation as it is set up for real use: no demonstration, an identity provider, people admitted by command."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.api.caught_up import CaughtUp
from tests.deploy.conftest import CommandLine
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider
from tests.ports import free_port
from tests.postgres import Database
from tests.waiting import PATIENCE_SECONDS

EMAIL = "ada@example.org"


@contextmanager
def serving(throughline: CommandLine, address: str, log: Path) -> Iterator[None]:
    """`throughline serve` as a process of its own, until it was asked to end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("THROUGHLINE_")}
    with log.open("w") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", "serve", "--port", address.rpartition(":")[2], "--json"],
            env=kept | dict(throughline.environment), stdout=subprocess.PIPE, stderr=lines, text=True,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"address": address}, log.read_text()
        yield
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.wait()


def signed_in(address: str, provider: OpenIdProvider, subject: str) -> httpx.Client:
    browser = httpx.Client(base_url=address, timeout=PATIENCE_SECONDS)
    there = browser.get("/sign-in/provider").headers["location"]
    browser.get(provider.signed_in(there, subject))
    return browser


def test_people_are_admitted_sign_in_and_are_linked_and_unlinked_by_command(
    throughline: CommandLine, database: Database, open_id: OpenIdProvider, tmp_path: Path
) -> None:
    open_id.forget()
    address, secret = f"http://127.0.0.1:{free_port()}", tmp_path / "secret"
    secret.write_text(f"{CLIENT_SECRET}\n")
    throughline.environment = {
        **throughline.environment,
        "THROUGHLINE_SESSION_SECRET": "of this test, thirty-two characters",
        "THROUGHLINE_ADDRESS": address,
        "THROUGHLINE_OIDC_ISSUER": open_id.issuer,
        "THROUGHLINE_OIDC_CLIENT_ID": CLIENT_ID,
        "THROUGHLINE_OIDC_CLIENT_SECRET_FILE": str(secret),
        "THROUGHLINE_OIDC_TITLE": "Harbour Health",
    }
    throughline.answer("network", "create", "harbour", "--title", "Harbour KAP", "--zone", "America/New_York")
    throughline.answer("network", "adopt-protocol", "harbour")
    throughline.answer("clinician", "admit", "--email", EMAIL, "--name", "Dr. Ada Stone", "--role", "prescriber")
    lists = CaughtUp(database.work_url)
    assert lists.wait_until(), "as `throughline work project` does"
    lists.close()
    open_id.knows("ada", email=EMAIL.upper(), email_verified=True)
    open_id.knows("new-ada", email=EMAIL)
    with serving(throughline, address, tmp_path / "log"):
        assert "Sign in with Harbour Health" in httpx.get(f"{address}/sign-in", timeout=PATIENCE_SECONDS).text
        ada = signed_in(address, open_id, "ada")
        assert ada.get("/stay").status_code == 204
        assert ada.get("/worklist").status_code == 200
        assert ada.get("/caseload").status_code == 404
        refusal = throughline.refusal("clinician", "link", "--email", EMAIL, "--subject", "new-ada")
        assert refusal.startswith("The person, or the account, is linked already")
        assert throughline.answer("clinician", "unlink", "--email", EMAIL)["was_linked"] is True
        assert ada.get("/stay").status_code == 303, "they are signed out"
        assert signed_in(address, open_id, "new-ada").get("/stay").status_code == 303, "nobody verified that address"
        assert throughline.answer("clinician", "link", "--email", EMAIL, "--subject", "new-ada")["linked"] is True
        assert signed_in(address, open_id, "new-ada").get("/stay").status_code == 204
        assert signed_in(address, open_id, "ada").get("/stay").status_code == 303, "another account has their place"
        throughline.answer("clinician", "suspend", "--email", EMAIL)
        assert signed_in(address, open_id, "new-ada").get("/stay").status_code == 303
    lines = (tmp_path / "log").read_text()
    assert "signed_in" in lines
    assert not [word for word in (EMAIL, "Ada", "code=", CLIENT_SECRET, "new-ada") if word in lines]
