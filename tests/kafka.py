"""The Kafka broker of a test run: the first test process that needs it starts it, the last to leave it stops it."""

from pathlib import Path

import pytest

from deploy.database.data_folder import Users, one_at_a_time
from tests.broker import Broker, BrokerIsNotInstalled, new_broker


def broker_or_skip(folder: Path) -> Broker:
    """A broker of a test's own, which that test may break and must stop."""
    try:
        return new_broker(folder)
    except BrokerIsNotInstalled as missing:
        pytest.skip(str(missing))


class Brokers:
    """One test process's share in the broker of the run."""

    def __init__(self, folder: Path) -> None:
        self._turn = folder.with_suffix(".turn")
        with one_at_a_time(self._turn):
            self._users = Users(folder.with_suffix(".users"))
            self.broker = _known(folder) or _started(folder)

    def close(self) -> None:
        """Leave the broker."""
        with one_at_a_time(self._turn):
            if self._users.leave():
                self.broker.stop()


def _known(folder: Path) -> Broker | None:
    """The broker that another process started; the same again if it was left since."""
    ports = folder / "ports"
    if not ports.exists():
        return None
    broker = Broker(folder, *map(int, ports.read_text().split()))
    broker.start()
    return broker


def _started(folder: Path) -> Broker:
    broker = broker_or_skip(folder)
    (folder / "ports").write_text(f"{broker.open_port} {broker.users_port} {broker.controller_port}")
    return broker
