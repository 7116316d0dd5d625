"""`throughline keys`: the keys that wrap every other key, and their rotation."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.commands.output import AsJson, print_facts, print_json, print_table
from deploy.failures import CannotGoOn

if TYPE_CHECKING:
    from deploy.wiring import Wiring

keys = typer.Typer(
    no_args_is_help=True,
    help="The key file: keys that wrap the data keys of persons and the secrets of webhooks. Events are never encrypted"
    " anew.",
)


@keys.command(name="list")
def list_keys(as_json: AsJson = False) -> None:
    """Every key of the file, and how much it wraps."""
    from deploy.wiring import wired

    with wired(name="throughline keys") as wiring:
        rows = _rows(wiring)
    print_json(rows) if as_json else print_table(["key", "wraps new", "data keys", "webhook secrets"], map(_line, rows))


@keys.command()
def add(as_json: AsJson = False) -> None:
    """Add a key to the file. From now on it wraps what is new; `rotate` brings what is there under it.

    Processes on this machine notice by themselves. Needs no database: where the file is a secret that is handed out to
    machines, add the key to a copy, hand that out to all of them, and rotate then.
    """
    from deploy.settings import read_settings
    from deploy.wiring import key_file_of
    from store.key_file import KeyFile

    path = key_file_of(read_settings())
    if not path.exists():
        raise CannotGoOn(f"There is no key file at {path}.")
    added = KeyFile.open(path).add_key()
    answer = {"key": added, "file": path, "next": "throughline keys rotate"}
    print_json(answer) if as_json else print_facts(answer)


@keys.command()
def rotate(as_json: AsJson = False) -> None:
    """Wrap everything with the newest key. Nothing need stop; what was interrupted goes on when called again."""
    from deploy.progress import progress_bar
    from deploy.wiring import wired
    from store.rewrapping import wrap_anew

    with wired(name="throughline keys") as wiring, progress_bar("Keys") as advance:
        newest, left = wiring.kek.newest, _left(wiring)
        done = 0
        with wiring.work_connection() as connection:
            for count in wrap_anew(connection, wiring.kek, newest):
                done += count
                advance(done, max(left, done))
        answer = {"key": newest, "wrapped_anew": done, "left_under_old_keys": _left(wiring)}
    print_json(answer) if as_json else print_facts(answer)


@keys.command()
def remove(
    key: Annotated[str, typer.Argument(help="An old key, as `list` names it.")], as_json: AsJson = False
) -> None:
    """Take an old key out of the file. Refused as long as anything is wrapped by it.

    Copies from before the rotation open with the key file that lies in them, not with this one.
    """
    from deploy.wiring import wired
    from store.rewrapping import is_needed

    with (
        wired(name="throughline keys") as wiring,
        wiring.every_network.get_connection() as connection,
        connection.transaction(),
    ):
        if is_needed(connection, key):
            raise CannotGoOn(f"Key {key[:20]} still wraps something. Run `throughline keys rotate` first.")
        wiring.kek.remove_key(key)
        answer = {"removed": key, "keys": wiring.kek.ids}
    print_json(answer) if as_json else print_facts(answer)


def _rows(wiring: "Wiring") -> list[dict[str, Any]]:
    """Keys of the file and, so that nobody overlooks it, keys that something names and the file lacks."""
    from store.rewrapping import WRAPPED, counts_by_key

    with wiring.work_connection() as connection:
        counted = counts_by_key(connection)
    known = wiring.kek.ids
    missing = sorted(counted.keys() - set(known))
    return [
        {
            "key": kek_id,
            "is_newest": kek_id == wiring.kek.newest,
            "is_in_file": kek_id in known,
            **{one.what: counted.get(kek_id, {}).get(one.what, 0) for one in WRAPPED},
        }
        for kek_id in (*missing, *known)
    ]


def _line(row: dict[str, Any]) -> list[object]:
    name = row["key"] if row["is_in_file"] else f"{row['key']} (missing from the file)"
    return [name, row["is_newest"], row["data_keys"], row["webhook_secrets"]]


def _left(wiring: "Wiring") -> int:
    """How much is wrapped by another than the newest key."""
    return sum(row["data_keys"] + row["webhook_secrets"] for row in _rows(wiring) if not row["is_newest"])
