"""Where the server says it is reached."""

import pytest

from deploy.process.listening import address_at, address_of, listen


@pytest.mark.parametrize(
    ("host", "said"),
    [("127.0.0.1", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000"), ("localhost", "http://localhost:8000")],
)
def test_the_address_is_one_a_browser_takes(host: str, said: str) -> None:
    assert address_at(host, 8000) == said


def test_a_port_that_the_system_chose_is_said() -> None:
    with listen("127.0.0.1", 0) as door:
        assert address_of(door) == f"http://127.0.0.1:{door.getsockname()[1]}"
