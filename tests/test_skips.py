"""Where nothing may be skipped, a skipped test or file fails the run."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

FILES = {
    "test_skipped.py": "import pytest\n@pytest.mark.skip(reason='no browser')\ndef test_it(): pass\n",
    "test_skipped_as_a_whole.py": "import pytest\npytest.skip('no broker', allow_module_level=True)\n",
    "test_expected.py": "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_it(): assert False\n",
    "test_passing.py": "def test_it(): pass\n",
}


def run(folder: Path, *, ci: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on these files under our rule."""
    for name, content in FILES.items():
        (folder / name).write_text(content)
    chosen = ["-p", "tests.conftest", "--rootdir", str(folder), "-c", os.devnull, "-rA"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *chosen, "--continue-on-collection-errors", str(folder)],
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skip_fails_in_ci_and_says_why_and_an_expected_failure_does_not(tmp_path: Path) -> None:
    done = run(tmp_path, ci="true")
    assert done.returncode != 0
    assert "no broker" in done.stdout
    assert re.search("^ERROR .*test_skipped.py::test_it - skipped, but .*no browser", done.stdout, re.MULTILINE)
    assert re.search("^ERROR .*test_skipped_as_a_whole.py", done.stdout, re.MULTILINE)
    assert re.search("^PASSED .*test_passing.py::test_it", done.stdout, re.MULTILINE)
    assert re.search("^XFAIL .*test_expected.py::test_it", done.stdout, re.MULTILINE)


def test_a_skip_elsewhere_is_a_skip(tmp_path: Path) -> None:
    done = run(tmp_path, ci="")
    assert done.returncode == 0
    assert "1 passed, 2 skipped, 1 xfailed" in done.stdout
