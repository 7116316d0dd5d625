"""Where nothing may be skipped, a skipped test or file fails the run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SKIPPED_TEST = "import pytest\n@pytest.mark.skip(reason='no browser')\ndef test_it(): pass\n"
SKIPPED_FILE = "import pytest\npytest.skip('no browser', allow_module_level=True)\n"
EXPECTED_FAILURE = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_it(): assert False\n"


def run(tests: str, folder: Path, *, ci: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on one file under our rule."""
    (folder / "test_it.py").write_text(tests)
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.conftest",
            "--rootdir",
            str(folder),
            "-c",
            os.devnull,
            str(folder),
        ],
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("tests", [SKIPPED_TEST, SKIPPED_FILE])
def test_a_skip_fails_in_ci_and_says_why(tests: str, tmp_path: Path) -> None:
    done = run(tests, tmp_path, ci="true")
    assert done.returncode != 0
    assert "no browser" in done.stdout


def test_a_skip_elsewhere_is_a_skip(tmp_path: Path) -> None:
    done = run(SKIPPED_TEST, tmp_path, ci="")
    assert done.returncode == 0
    assert "1 skipped" in done.stdout


def test_an_expected_failure_is_not_a_skip(tmp_path: Path) -> None:
    assert run(EXPECTED_FAILURE, tmp_path, ci="true").returncode == 0
