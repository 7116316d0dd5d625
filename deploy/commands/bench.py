"""`throughline bench`: measure against a reference run beside it; needs a clone with its development packages."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.commands.output import AsJson, print_json, print_table, say
from deploy.failures import CannotGoOn

CLONE = Path(__file__).parents[2]
BENCHES = CLONE / "tests" / "bench"
COLUMNS = ("what", "ratio", "worst", "target", "met", "spread")


def bench(name: Annotated[str, typer.Argument(help="Name of a benchmark, or all.")], as_json: AsJson = False) -> None:
    """Run a benchmark or all of them; every row is the median of many short pairs of slices, with the worst pair."""
    rows = [row for module in _modules(name) for row in _measured(module)]
    if as_json:
        print_json(rows)
    else:
        print_table(COLUMNS, [[row.get(column) for column in COLUMNS] for row in rows])


def _modules(name: str) -> list[str]:
    known = sorted(path.stem for path in BENCHES.glob("*.py") if "\ndef run(" in path.read_text(encoding="utf-8"))
    if not known:
        raise CannotGoOn("Benchmarks are part of a clone, not of an installed package; run this from a clone.")
    if name == "all":
        return known
    if name not in known:
        raise CannotGoOn(f"There is no benchmark {name[:40]}; choose all or one of: {', '.join(known)}.")
    return [name]


def _measured(module: str) -> Iterator[dict[str, Any]]:
    """The rows of one benchmark as they come; each is said at once, since the whole takes minutes."""
    sys.path.insert(0, str(CLONE))  # an installed command finds our packages, but not the tests
    for row in import_module(f"tests.bench.{module}").run():
        found: dict[str, Any] = row.as_json()
        say(f"{module}: {found['what']}: {found['ratio']} (worst {found['worst']}, target {found['target']})")
        yield found
