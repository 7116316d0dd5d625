"""`throughline rebuild`: fill read models anew beside the live ones, compare, and switch."""

from typing import Annotated

import typer

from deploy.commands.output import AsJson, print_json, print_table


def rebuild(
    model: Annotated[str, typer.Argument(help="Name of a read model, or all.")],
    as_json: AsJson = False,
) -> None:
    """Rebuild a read model from the first event on; the live one stays readable and is compared cell by cell."""
    from deploy.progress import progress_bar
    from deploy.read_models import engine, models_named
    from deploy.wiring import wired
    from projections.engine.rebuild import rebuild as fill_anew
    from workers.shift import new_holder

    models = models_named(model)
    with wired() as wiring, engine(wiring) as (connection, log), progress_bar("Events") as advance:
        head = log.head()
        done = fill_anew(
            connection, log, models, holder=new_holder(), progress=lambda _, position: advance(position, head)
        )
    if as_json:
        print_json([one._asdict() for one in done])
    else:
        print_table(list(done[0]._fields) if done else [], done)
