"""The webhook receiver to start from, as the process that delivers meets it: killed, repeated, forged, with a gap."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standardwebhooks import Webhook

from tests.api.contract.quickstarts.program import Program, kept_in, missing_in, started
from tests.ports import free_port
from tests.postgres import Database
from tests.waiting import PATIENCE_SECONDS
from tests.workers.webhook.hooked import Hooked, hooked

NAME = "webhook_receiver.py"


@pytest.fixture
def hook(database: Database) -> Iterator[Hooked]:
    with hooked(database) as one:
        yield one


@pytest.fixture
def port() -> int:
    return free_port()


def test_it_keeps_every_event_once_through_a_kill_and_a_repetition(hook: Hooked, port: int, tmp_path: Path) -> None:
    hook.set_webhook(f"http://127.0.0.1:{port}/hook")
    with started(NAME, tmp_path, **settings(hook, port)) as program:
        listening(program, port)
        hook.episode()
        hook.confirm_and_go()
        delivered = kept_in(tmp_path)
        assert sorted(delivered) == seen(hook)
        program.kill()
        hook.episode()
        hook.go()
        assert kept_in(tmp_path) == delivered
    with started(NAME, tmp_path, **settings(hook, port)) as program:
        listening(program, port)
        hook.clock.move(timedelta(minutes=2))
        hook.go()
        assert sorted(kept_in(tmp_path)) == seen(hook)
        assert missing_in(tmp_path) == []
        item = newest(tmp_path)
        assert post(hook, port, item).status_code == 204
        program.says(f"again {item['position']}")
        assert sorted(kept_in(tmp_path)) == seen(hook)


def test_it_says_what_is_missing_until_that_comes(hook: Hooked, port: int, tmp_path: Path) -> None:
    hook.set_webhook(f"http://127.0.0.1:{port}/hook")
    with started(NAME, tmp_path, **settings(hook, port)) as program:
        listening(program, port)
        hook.episode()
        hook.confirm_and_go()
        last = newest(tmp_path)
        before, after = ({**last, "id": str(uuid4()), "position": last["position"] + n} for n in (1, 2))
        post(hook, port, {**after, "previous": before["position"]})
        program.says(f"missing {last['logid']}:{before['position']}")
    with started(NAME, tmp_path, **settings(hook, port)) as program:
        listening(program, port)
        assert missing_in(tmp_path) == [before["position"]]
        post(hook, port, {**before, "previous": last["position"]})
        assert missing_in(tmp_path) == []


def test_it_takes_nothing_that_is_not_signed(hook: Hooked, port: int, tmp_path: Path) -> None:
    hook.set_webhook(f"http://127.0.0.1:{port}/hook")
    with started(NAME, tmp_path, **settings(hook, port)) as program:
        listening(program, port)
        hook.episode()
        hook.confirm_and_go()
        kept = kept_in(tmp_path)
        item = newest(tmp_path) | {"id": str(uuid4()), "position": 10_000}
        other = "whsec_" + "A" * 32
        assert post(hook, port, item, secret=other).status_code == 401
        assert post(hook, port, item, changed={**item, "position": 9}).status_code == 401
        assert httpx.post(f"http://127.0.0.1:{port}/hook", json=item, timeout=PATIENCE_SECONDS).status_code == 401
        assert kept_in(tmp_path) == kept


def settings(hook: Hooked, port: int) -> dict[str, str]:
    return {"WEBHOOK_SECRET": hook.secret, "PORT": str(port)}


def listening(program: Program, port: int) -> None:
    def answers() -> bool:
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", port)) == 0

    program.until(answers, "its port")


def seen(hook: Hooked) -> list[int]:
    """The positions that were queued for the subscriber: its view."""
    return sorted(one.position for one in hook.deliveries() if one.position is not None)


def newest(folder: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(folder / "events.db")) as kept:
        ((body,),) = kept.execute("SELECT body FROM event ORDER BY position DESC LIMIT 1")
    found: dict[str, Any] = json.loads(body)
    return found


def post(
    hook: Hooked, port: int, item: dict[str, Any], *, secret: str | None = None, changed: dict[str, Any] | None = None
) -> httpx.Response:
    """Post an item signed by the library; `changed` is sent in its place, under the signature of the other."""
    body, now = json.dumps(item), datetime.now(UTC)
    headers = {
        "webhook-id": str(item["id"]),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret or hook.secret).sign(str(item["id"]), now, body),
    }
    content = body if changed is None else json.dumps(changed)
    return httpx.post(f"http://127.0.0.1:{port}/hook", content=content, headers=headers, timeout=PATIENCE_SECONDS)
