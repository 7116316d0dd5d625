"""A network with something in it, as the command line makes one."""

from pathlib import Path

import pytest

from tests.deploy.conftest import CommandLine

SCORES = "patient,taken_on,total\n1,2026-01-05,12\n2,2026-01-05,9\n1,2026-02-05,7\n"


@pytest.fixture
def filled(throughline: CommandLine, tmp_path: Path) -> CommandLine:
    """A network with the outcomes of two patients."""
    file = tmp_path / "scores.csv"
    file.write_text(SCORES)
    throughline.answer(
        "import", "outcomes", file, "--instrument", "phq-9", "--patient-column", "patient", "--network", "harbour",
        "--therapist", "a@example.org", "--create",
    )  # fmt: skip
    return throughline
