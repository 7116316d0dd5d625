"""How commands answer: a table for people or one JSON document on stdout, everything else on stderr."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]


def print_json(answer: Any) -> None:
    """One JSON document and a line end."""
    typer.echo(json_line(answer))


def json_line(answer: Any) -> str:
    """JSON on one line; what JSON does not know (ids, dates, paths) as text."""
    import orjson

    return orjson.dumps(answer, default=str, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z).decode()


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "Nothing to show.") -> None:
    """A table as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*map(cell, row))
    if not table.row_count:
        typer.echo(empty)
        return
    width = None if sys.stdout.isatty() else 1_000  # what reads us through a pipe wants whole cells
    Console(highlight=False, markup=False, emoji=False, width=width).print(table)


def print_facts(facts: Mapping[str, object]) -> None:
    """One fact per line, names aligned."""
    width = max(map(len, facts))
    for name, value in facts.items():
        typer.echo(f"{name.replace('_', ' '):<{width}}  {cell(value)}")


def cell(value: object) -> str:
    """A value as people read it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(cell, value))
    return str(value)


def say(sentence: str) -> None:
    """A word about what is going on, beside the answer."""
    typer.echo(sentence, err=True)
