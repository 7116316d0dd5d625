"""Load over HTTP by `wrk`, which costs the machine less than any client in Python."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from uuid import uuid4

SCRIPT = """
local paths, headers, body, run, n = {paths}, {headers}, {body}, "{run}", 0
function request()
  n = n + 1
  headers["Idempotency-Key"] = run .. "-" .. n
  return wrk.format("{method}", paths[n % #paths + 1], headers, body)
end
"""


class WrkIsMissing(Exception):
    """The load comes from `wrk`, which is not installed; `apt-get install wrk` brings it."""


class RequestsFailed(Exception):
    """Some answers were no success, so their rate says nothing."""


def rate(
    address: str,
    paths: Sequence[str],
    *,
    concurrency: int,
    seconds: int,
    headers: Mapping[str, str],
    body: str | None = None,
) -> float:
    """Requests per second, taking the paths in turn; every request has an idempotency key of its own."""
    if shutil.which("wrk") is None:
        raise WrkIsMissing(WrkIsMissing.__doc__)
    script = SCRIPT.format(
        paths=_table(paths),
        headers="{" + ", ".join(f"[{json.dumps(k)}] = {json.dumps(v)}" for k, v in headers.items()) + "}",
        body=json.dumps(body) if body else "nil",
        run=uuid4().hex,
        method="POST" if body else "GET",
    )
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", f"-c{concurrency}", f"-d{seconds}s", "-s", file.name, address]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RequestsFailed(said)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    return float(found[1]) if found else 0.0


def _table(values: Sequence[str]) -> str:
    return "{" + ", ".join(json.dumps(value) for value in values) + "}"
