"""The command line on a database of the test's own."""

import json
import logging
import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

from deploy.cli import app
from tests.postgres import Database


class CommandLine:
    """Calls `throughline` as somebody at a terminal would, and hands back what it answers."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def answer(self, *arguments: object) -> Any:
        """The JSON document of a call that must succeed."""
        return json.loads(self.text(*arguments, "--json"))

    def text(self, *arguments: object) -> str:
        """What a call that must succeed writes to stdout."""
        done = self._invoke(arguments)
        assert done.exit_code == 0, done.stderr
        return done.stdout

    def said(self, *arguments: object) -> str:
        """What a call that must succeed says to whoever sits there, beside its answer."""
        done = self._invoke(arguments)
        assert done.exit_code == 0, done.stderr
        return done.stderr

    def refusal(self, *arguments: object) -> str:
        """The one sentence of a call that must fail."""
        done = self._invoke(arguments)
        assert (done.exit_code, done.stdout) == (1, ""), done.stdout + done.stderr
        (sentence,) = done.stderr.splitlines()
        return sentence.removeprefix("throughline: ")

    def complaint(self, *arguments: object) -> Any:
        """The JSON document of a call that says in it what is wrong, and ends with 1."""
        done = self._invoke((*arguments, "--json"))
        assert done.exit_code == 1, done.stdout + done.stderr
        return json.loads(done.stdout)

    def _invoke(self, arguments: tuple[object, ...]) -> Result:
        """`serve` and `work` send all log lines to their stderr, which is closed once the call has ended."""
        hooks = threading.excepthook, sys.unraisablehook, warnings.showwarning
        root = logging.getLogger()
        handlers, level = list(root.handlers), root.level
        try:
            return CliRunner().invoke(app, list(map(str, arguments)), env=self.environment)
        finally:
            structlog.reset_defaults()
            root.handlers[:] = handlers
            root.setLevel(level)
            threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks


@pytest.fixture
def throughline(database: Database, tmp_path: Path) -> CommandLine:
    """The command line over a fresh database."""
    return CommandLine(
        {
            "THROUGHLINE_DATABASE_URL": database.app_url,
            "THROUGHLINE_WORK_DATABASE_URL": database.work_url,
            "THROUGHLINE_MIGRATE_DATABASE_URL": database.owner_url,
            "THROUGHLINE_KEY_FILE": str(tmp_path / "keys.json"),
            "THROUGHLINE_DATA": str(tmp_path / "data"),
        }
    )
