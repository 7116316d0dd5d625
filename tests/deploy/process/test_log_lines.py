"""Log lines: JSON, with kind and place of a failure and never its message; sentences for failures likewise."""

import json
import subprocess
import sys
from errno import ENOSPC

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError

from deploy.failures import CannotGoOn, in_one_sentence
from domain.refusal import Refused

PROGRAM = """
import logging, structlog, threading, warnings
from deploy.process.log_lines import configure_log_lines
configure_log_lines("test")
log = structlog.get_logger("here")
log.info("begun", events=3)
try:
    raise ValueError("Zaphod Beeblebrox")
except ValueError:
    log.exception("stopped", read_model="caseload_v1")
    logging.getLogger("uvicorn.error").exception("request of %s failed", "Zaphod Beeblebrox")
logging.getLogger("psycopg.pool").warning("error connecting in %r: %s", "pool", "password=Beeblebrox")
logging.getLogger("psycopg.pool").info("not worth a line")
logging.getLogger("kafka.cluster").error("Topic %s not found in cluster metadata", "said by us")


def stop():
    raise KeyError("Zaphod Beeblebrox")


class Left:
    def __del__(self):
        raise ValueError("Zaphod Beeblebrox")


thread = threading.Thread(target=stop)
thread.start()
thread.join()
Left()
warnings.warn("a whole number is expected, not 'Zaphod Beeblebrox'")
"""


def test_every_line_is_json_without_messages_of_failures() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert "Beeblebrox" not in done.stderr
    begun, stopped, request, pool, thread, left, warned = [json.loads(line) for line in done.stderr.splitlines()]
    assert (begun["event"], begun["level"], begun["events"]) == ("begun", "info", 3)
    assert (stopped["read_model"], stopped["failure"]) == ("caseload_v1", "ValueError in <string>:8")
    assert (request["logger"], request["failure"]) == ("uvicorn.error", "ValueError in <string>:8")
    assert (pool["event"], pool["process"]) == ("error connecting in %r: %s", "test")
    for one, failure in ((thread, "KeyError in <string>:18"), (left, "ValueError in <string>:23")):
        assert (one["event"], one["failure"]) == ("failure_nobody_caught", failure)
    assert (warned["kind"], warned["place"]) == ("UserWarning", "<string>:30")


def caused_by(cause: Exception) -> Exception:
    """As the event store wraps what its database says."""
    failure = PersistenceError("Key (name)=(Beeblebrox)")
    failure.__cause__ = cause
    return failure


NO_ROOM = "No room is left on the disk. Make room, then repeat this: what is recorded already stays as it is."


class PatientIsElsewhere(Refused):
    """This patient is with {whom}."""


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (CannotGoOn("Do this instead."), "Do this instead."),
        (PatientIsElsewhere(whom="others", missing="a referral"), "This patient is with others. a referral"),
        (FileNotFoundError(2, "No such file or directory", "here.csv"), "No such file or directory: here.csv"),
        (
            psycopg.errors.UniqueViolation("Key (name)=(Beeblebrox) already exists"),
            "The database refused (UniqueViolation); nothing was recorded by this step.",
        ),
        (caused_by(psycopg.errors.DiskFull("could not extend file")), NO_ROOM),
        (OSError(ENOSPC, "No space left on device"), NO_ROOM),
    ],
)
def test_a_failure_is_one_sentence(failure: Exception, sentence: str) -> None:
    assert in_one_sentence(failure) == sentence


def test_a_fault_names_its_place_and_not_what_it_was_about() -> None:
    try:
        {"a": 1}["Beeblebrox"]
    except KeyError as fault:
        sentence = in_one_sentence(fault)
    assert sentence.startswith("A fault of the program: KeyError in test_log_lines.py:")
    assert "Beeblebrox" not in sentence
