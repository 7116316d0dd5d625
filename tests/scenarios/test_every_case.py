"""Every acceptance case of the clinical rules is a test that carries its id, so that a reader finds it by name."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
CASES = {
    "a": 2, "b": 2, "c": 4, "d": 12, "e": 3, "f": 2, "h": 3, "i": 2, "l": 2, "m": 3, "n": 1, "p": 7, "q": 1, "r": 1,
    "s": 2, "t": 2, "u": 1, "v": 11, "w": 1, "x": 3, "y": 1,
}  # fmt: skip
"""How many there are under each letter: V1 to V11 about vitals, D1 to D12 about doses, and so on."""
IDS = re.compile(r"test_((?:[a-z]\d{1,2}_)(?:and_[a-z]\d{1,2}_)*)")


def named(file: Path) -> set[str]:
    """The ids that the names of a file's tests begin with."""
    functions = (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef))
    begun = (found[1] for node in functions if (found := IDS.match(node.name)))
    return {case for ids in begun for case in re.findall(r"[a-z]\d{1,2}", ids)}


def test_every_case_has_a_test_of_its_name() -> None:
    told: set[str] = set().union(*(named(file) for file in TESTS.rglob("test_*.py")))
    wanted = {f"{letter}{number}" for letter, most in CASES.items() for number in range(1, most + 1)}
    assert sorted(wanted - told) == []
