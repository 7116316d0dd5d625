"""How commands answer: a table for people or one JSON document on stdout, everything else on stderr."""

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
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    if not table.row_count:
        typer.echo(empty)
        return
    Console(highlight=False, markup=False, emoji=False).print(table)


def print_facts(facts: Mapping[str, object]) -> None:
    """One fact per line, names aligned."""
    width = max(map(len, facts))
    for name, value in facts.items():
        typer.echo(f"{name:<{width}}  {'' if value is None else value}")


def say(sentence: str) -> None:
    """A word about what is going on, beside the answer."""
    typer.echo(sentence, err=True)
