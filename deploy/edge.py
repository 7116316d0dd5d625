"""The doors of one API process into store and read models, and what keeps them open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from uuid import UUID

from api.edge import Edge
from api.episode_view.timeline_shown import WrittenDays
from api.figures import Figures
from api.kept import Kept
from api.people import People
from api.tails import Tails
from deploy.check_in_mail import mail_of
from deploy.database.migrate import pending
from deploy.identity import identity_provider
from deploy.messages import schema_address_of
from deploy.metrics.wired import metrics_of_api
from deploy.session_secret import secret_of
from deploy.wiring import Wiring
from domain.event import Recorded
from projections.engine.waiting import Key, Waiting, read_checkpoints
from store.check_in_links import CheckInLinks
from store.reader import Reader
from store.sign_in import SignInSessions
from store.wake import Wake
from workers.kafka.names import TopicNames


@contextmanager
def open_edge(wiring: Wiring) -> Iterator[Edge]:
    """The doors, all under the application role, while the process serves."""
    datastore = wiring.datastore

    def checkpoints() -> dict[Key, int]:
        with datastore.get_connection() as connection:
            return read_checkpoints(connection)

    with Wake(wiring.addresses.for_app) as wake, identity_provider(wiring.settings, wiring.clock) as provider:
        wiring.on_append = wake.signal
        metrics_of_api(wiring)
        waiting, tails = Waiting(checkpoints), Tails(datastore, wiring.addresses.for_app)
        timelines, histories = Kept[WrittenDays](), Kept[tuple[Recorded, ...]](256)
        datastore.on_another_history.extend((timelines.clear, histories.clear))
        try:
            yield Edge(
                care=wiring.care,
                datastore=datastore,
                keyring=wiring.keyring,
                kek=wiring.kek,
                reader=Reader(datastore),
                sign_in=SignInSessions(datastore, wiring.clock, _Dosing(wiring).has_a_session_open),
                people=People(wiring.care, datastore, wiring.keyring),
                waiting=waiting,
                links=CheckInLinks(datastore, wiring.keyring, wiring.kek, wiring.clock),
                tails=tails,
                clock=wiring.clock,
                secret=secret_of(wiring),
                is_demo=wiring.settings.demo,
                version=version("throughline"),
                topic_of=_topics_of(wiring),
                missing_migrations=lambda connection: [migration.name for migration in pending(connection)],
                figures=Figures(wiring.metrics.text, wiring.settings.metrics_token),
                watch_answers=wiring.watch_answer,
                send_mail=mail_of(wiring),
                webhooks_may_be_local=wiring.settings.webhooks_may_be_local,
                address=wiring.settings.address or "",
                schema_address=schema_address_of(wiring),
                provider=provider,
                timelines=timelines,
                histories=histories,
            )
        finally:
            tails.close()
            waiting.close()


def _topics_of(wiring: Wiring) -> Callable[[UUID], str]:
    if wiring.settings.kafka_bootstrap is None:
        return lambda subscriber_id: ""
    return TopicNames(wiring.settings.kafka_prefix).of_subscriber


class _Dosing:
    """Whether somebody is in the middle of a dosing session: then a rest does not sign them out."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def has_a_session_open(self, network_id: UUID, actor_id: UUID) -> bool:
        from domain.episode.episode import EPISODE

        with self._wiring.datastore.in_network(network_id) as connection:
            episodes = connection.execute(
                "SELECT DISTINCT episode_id FROM care_team_member"
                " WHERE clinician_id = %s AND (until_at IS NULL OR until_at > %s)",
                [actor_id, self._wiring.clock()],
            ).fetchall()
        states = (self._wiring.care.state(EPISODE, one, network_id=network_id)[0] for (one,) in episodes)
        return any(session.is_running for state in states for session in state.sessions.values())
