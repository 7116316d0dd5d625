"""The data of the demonstration: an invented network and, beside it, one with a real series of scores."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.database.embedded import embedded_cluster
from deploy.demo.cast import LINDQVIST, PARK
from deploy.demo.seed import seed
from deploy.operating.founding import admit
from deploy.operating.networks import networks
from deploy.outcomes.destination import Destination, existing, founded_with_protocol
from deploy.outcomes.import_outcomes import import_outcomes
from deploy.outcomes.outcome_file import parse_offsets, read_outcomes
from deploy.progress import Advance
from deploy.wiring import Wiring
from domain.clinician.admit_clinician import AdmitClinician
from domain.instrument import load
from domain.sealed import Sealed

REAL_SERIES = Path(__file__).parents[2] / "tests" / "data" / "btheb.csv"
SECOND_NETWORK, SECOND_TITLE, SECOND_ZONE = "btheb", "Beat the Blues (imported)", "Europe/London"
VISITS = "bdi.pre=0m,bdi.2m=2m,bdi.4m=4m,bdi.6m=6m,bdi.8m=8m"
FIRST_VISIT_ON = date(2004, 1, 1)
"""As in the command that the README gives, so that it finds nothing new here."""

Shown = Callable[[str], AbstractContextManager[Advance]]
"""Opens a progress bar for the work it names."""


class Unfinished:
    """A mark in the data folder while demonstration data is written: a run cut short there begins anew."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._mark = data / "demo.unfinished"

    def clear_away(self) -> bool:
        """Drop a half-written database; whether there was one."""
        if not self._mark.exists():
            return False
        folder = (self._data / "postgres").resolve()
        if folder.exists():
            embedded_cluster(folder).stop()  # whoever was killed could not stop it
            shutil.rmtree(folder)
        self._mark.unlink()
        return True

    def begin(self) -> None:
        self._mark.touch()

    def end(self) -> None:
        self._mark.unlink(missing_ok=True)


def seed_when_empty(wiring: Wiring, shown: Shown) -> bool:
    """Write the demonstration's data into an empty log; whether there was anything to do."""
    if networks(wiring):
        return False
    unfinished = Unfinished(wiring.settings.data)
    unfinished.begin()
    with _not_waiting_for_the_disk(wiring):
        with shown("Courses of care") as advance:
            seed(wiring, wiring.clock(), advance)
        if REAL_SERIES.exists():  # it lies beside the tests of a clone, not in an installed package
            with shown("Imported outcomes") as advance:
                _import_real_series(wiring, advance)
        wiring.close()
    unfinished.end()
    return True


@contextmanager
def _not_waiting_for_the_disk(wiring: Wiring) -> Iterator[None]:
    """Demonstration data that a crash cuts short is written anew, so that no single commit needs to wait.

    Our own commit at the end does wait, and with it everything before is on the disk.
    """
    with psycopg.connect(wiring.addresses.for_owner, autocommit=True) as owner:
        database = sql.Identifier(owner.info.dbname)
        owner.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(database))
        try:
            yield
        finally:
            owner.execute(sql.SQL("ALTER DATABASE {} RESET synchronous_commit").format(database))


def _import_real_series(wiring: Wiring, advance: Advance) -> None:
    """A second network with real scores and real drop-out, seen by two of the demonstration's people."""
    instrument = load("bdi-ii")
    parsed = read_outcomes(
        REAL_SERIES,
        instrument,
        patient_column="rownames",
        start_on=FIRST_VISIT_ON,
        wide=parse_offsets(VISITS),
    )
    import_outcomes(wiring, _second_network(wiring), instrument, parsed, REAL_SERIES.name, advance)


def _second_network(wiring: Wiring) -> Destination:
    founded = founded_with_protocol(wiring, slug=SECOND_NETWORK, title=SECOND_TITLE, zone=SECOND_ZONE)
    for person in (LINDQVIST, PARK):
        order = AdmitClinician(email=Sealed.of(person.email), display_name=Sealed.of(person.name), roles=(person.role,))
        admit(wiring, founded, order, person.email)
    return existing(wiring, SECOND_NETWORK, LINDQVIST.email)
