"""The library's own test case for recorders, on ours.

One of the library's cases is out by design: NonInterleavingNotificationIDsBaseCase asks that the positions of two
appends never interleave, which takes a lock on the whole table and lets only one append commit at a time. Our readers
wait for holes instead (see `store/gaps.py`), so interleaved positions harm nobody.
"""

from collections.abc import Iterator

import pytest
from eventsourcing.tests.persistence import ApplicationRecorderTestCase

from store.datastore import Datastore
from store.recorder import CareRecorder
from store.wake import Wake
from tests.postgres import Servers


class BareEvents(ApplicationRecorderTestCase[CareRecorder]):
    """Stored events that come with nothing, in a network of their own, under the application's role."""

    kind: str

    @pytest.fixture(autouse=True)
    def _recorder(self, servers: Servers) -> Iterator[None]:
        with servers.get(self.kind).fresh_database() as database:
            datastore = Datastore(database.app_url, max_size=16)
            with Wake(database.app_url) as wake:
                self.recorder = CareRecorder(datastore, on_append=wake.signal)
                yield
            datastore.close()

    def create_recorder(self) -> CareRecorder:
        return self.recorder

    def test_insert_subscribe(self) -> None:
        """The library leaves this one optional: its own subscription is woken by our hint and misses nothing."""
        self.optional_test_insert_subscribe()


class TestOnTheEmbeddedServer(BareEvents):
    kind = "embedded"


@pytest.mark.postgres15
class TestOnDebiansServer(BareEvents):
    kind = "debian"


del BareEvents, ApplicationRecorderTestCase  # they are not to be collected themselves
