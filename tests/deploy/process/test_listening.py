"""Where the server says it is reached."""

from pathlib import Path
from typing import cast

import pytest

from deploy.database.addresses import Addresses
from deploy.messages import schema_address_of
from deploy.process.listening import address_at, address_of, listen, served_at, told_in
from deploy.settings import Settings
from deploy.wiring import Wiring


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("localhost", "http://localhost:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 told, not listened on
        ("::", "http://[::1]:8000"),
    ],
)
def test_the_address_is_one_a_browser_takes(host: str, said: str) -> None:
    assert address_at(host, 8000) == said


def test_a_port_that_the_system_chose_is_said() -> None:
    with listen("127.0.0.1", 0) as door:
        assert address_of(door) == f"http://127.0.0.1:{door.getsockname()[1]}"


def test_other_commands_on_the_data_folder_know_the_address_while_it_is_served(tmp_path: Path) -> None:
    wiring = Wiring(Settings(data=tmp_path), cast(Addresses, None), name="events")
    assert schema_address_of(wiring) == "http://127.0.0.1:8000"
    with told_in(tmp_path, "http://127.0.0.1:8123"):
        assert schema_address_of(wiring) == "http://127.0.0.1:8123"
    assert served_at(tmp_path) == ""
