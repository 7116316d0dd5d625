"""What went wrong, as one sentence that says what to do; never a traceback, never a value out of the database."""

import traceback
from errno import ENOSPC
from pathlib import PurePath

OURS = {"deploy", "store", "projections", "api", "workers", "domain"}
DATABASES = {"psycopg", "psycopg_pool", "eventsourcing"}
FULL_DISK = "53100"
"""How PostgreSQL says that its disk is full."""
UNREACHABLE = {"OperationalError", "PoolTimeout", "InterfaceError", "ConnectionTimeout"}


class CannotGoOn(Exception):
    """This command cannot go on; its message says what to do."""


def in_one_sentence(failure: BaseException) -> str:
    """The sentence for a failure, whatever raised it. Unknown ones name kind and place only: messages quote values."""
    from pydantic import ValidationError

    from domain.refusal import Refused

    if isinstance(failure, Refused):
        return f"{failure.message} {failure.missing or ''}".strip()
    if isinstance(failure, ValidationError):
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in failure.errors())
    if isinstance(failure, OSError) and failure.filename:
        return f"{failure.strerror}: {failure.filename}"
    if _found_no_room(failure):
        return "No room is left on the disk. Make room, then repeat this: what is recorded already stays as it is."
    raised_by = type(failure).__module__.split(".")[0]
    if raised_by in OURS:
        return str(failure) or (type(failure).__doc__ or "").strip()
    return _of_database(failure) if raised_by in DATABASES else _of_a_fault(failure)


def _found_no_room(failure: BaseException | None) -> bool:
    """Whether a full disk is behind it, here or where the database is."""
    while failure is not None:
        if getattr(failure, "sqlstate", None) == FULL_DISK or getattr(failure, "errno", None) == ENOSPC:
            return True
        failure = failure.__cause__ or failure.__context__
    return False


def _of_database(failure: BaseException) -> str:
    """The database's own words may quote rows, so only the kind is told."""
    from store.connections import is_crowded

    kind = type(failure).__name__
    if is_crowded(failure):
        return "The database has no connection left for this; raise its max_connections, or start fewer processes."
    if kind in UNREACHABLE:
        return "The database does not answer; see that it runs and that THROUGHLINE_DATABASE_URL is right."
    if kind == "InsufficientPrivilege":
        return "The database refuses this role; see that each THROUGHLINE_…DATABASE_URL names the role it is for."
    return f"The database refused ({kind}); nothing was recorded by this step."


def _of_a_fault(failure: BaseException) -> str:
    frames = traceback.extract_tb(failure.__traceback__)
    place = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
    return f"A fault of the program: {type(failure).__name__} in {place}. Repeat it with --traceback and report it."
