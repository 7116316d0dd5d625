"""What is written in a file of its own is named in its package's table of contents: else nothing would ever ask it."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi import APIRouter

import api.forms
import api.pages
import domain
import domain.episode.gates
import domain.policies
import projections
import projections.sentences
from api.contract.streams import STREAMS
from domain.decision import Decision, decision_of
from domain.policies.policy import Policy
from projections.engine.read_model import ReadModel

ROOT = Path(__file__).parents[1]
LOADS_ALL = "import domain.episode, domain.protocol.life, domain.subscriber, domain.psychotherapy_note"
"""What a process imports before it reads the log."""


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Every module below a package, also in folders that have no file of their own."""
    for file in sorted(Path(package.__path__[0]).rglob("*.py")):
        yield import_module(_name_of(file))


def _name_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def made_in(package: ModuleType, kind: type[Any]) -> dict[str, Any]:
    """Everything of a kind that modules below a package make for themselves, by where it stands."""
    return {
        f"{module.__name__}.{name}": value
        for module in modules(package)
        for name, value in vars(module).items()
        if isinstance(value, kind) and _is_assigned(module, name)
    }


def _is_assigned(module: ModuleType, name: str) -> bool:
    """Made there, not imported from elsewhere."""
    body = ast.parse(inspect.getsource(module)).body
    targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in body if isinstance(node, ast.AnnAssign)]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def forgotten(made: dict[str, Any], table: Any) -> list[str]:
    """Where something stands that the table does not hold."""
    listed = {id(one) for one in table}
    return sorted(where for where, one in made.items() if id(one) not in listed)


def test_every_event_and_effect_is_known_before_the_first_fold() -> None:
    """A process that does not load an event stops at the first one in the log."""
    say = "import sys; print('\\n'.join(name for name in sys.modules if name.startswith('domain.')))"
    done = subprocess.run([sys.executable, "-c", f"{LOADS_ALL}; {say}"], cwd=ROOT, capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    holding = {
        _name_of(file)
        for file in (ROOT / "domain").rglob("*.py")
        if "stored_as=" in file.read_text() or "@evolve.register" in file.read_text()
    }
    assert len(holding) > 100
    assert sorted(holding - loaded) == [], "import these in the __init__ of their package"


def test_every_decision_stands_in_the_table_of_its_stream() -> None:
    decided = {
        f"{module.__name__}.{name}": decision_of(function)
        for module in modules(domain)
        for name, function in vars(module).items()
        if isinstance(getattr(function, "decision", None), Decision) and function.__module__ == module.__name__
    }
    assert len(decided) > 100
    listed = [decision for stream in STREAMS for decision in stream.decisions]
    assert forgotten(decided, listed) == [], "name these in DECISIONS, in the __init__ of their stream's package"


def test_every_gate_is_asked_at_some_checkpoint() -> None:
    gates = {
        f"{module.__name__}.{name}": function
        for module in modules(domain.episode.gates)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and list(inspect.signature(function).parameters) == ["episode", "asked"]
        and "Gate" in str(inspect.signature(function).return_annotation)
    }
    assert len(gates) > 30
    asked = [rule for rules in domain.episode.gates.RULES.values() for rule in rules]
    assert forgotten(gates, asked) == [], "name these in domain/episode/gates/__init__.py"


def test_every_policy_is_carried_out() -> None:
    policies = made_in(domain.policies, Policy)
    assert policies
    assert forgotten(policies, domain.policies.POLICIES) == [], "name these in domain/policies/__init__.py"


def test_every_read_model_is_filled() -> None:
    models = made_in(projections, ReadModel)
    assert models
    assert forgotten(models, projections.READ_MODELS) == [], "name these in projections/__init__.py"


def test_every_sentence_is_loaded_with_the_others() -> None:
    telling = {
        module.__name__: module
        for module in modules(projections.sentences)
        if "\n@says(" in inspect.getsource(module) or "\n@calls(" in inspect.getsource(module)
    }
    assert telling
    assert forgotten(telling, projections.sentences.SENTENCES) == [], "name these in projections/sentences/__init__.py"


def test_every_form_is_among_the_forms() -> None:
    areas = {
        module.__name__: module for module in modules(api.forms) if "FORMS" in vars(module) and module is not api.forms
    }
    assert areas
    assert forgotten(areas, api.forms.AREAS) == [], "name these in AREAS in api/forms/__init__.py"


def test_every_page_has_its_routes() -> None:
    routers = made_in(api.pages, APIRouter)
    assert routers
    assert forgotten(routers, api.pages.ROUTERS) == [], "name these in ROUTERS in api/pages/__init__.py"
