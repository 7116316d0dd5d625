"""A clinic in a real database behind the real web application: the network, its people, and browsers signed in as them.

The clock stands still until a test moves it. Read models are brought up to date before a page is asked for.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
from fastapi.testclient import TestClient

import domain.episode  # noqa: F401  every event and effect is known before the first is read
from api.app import create_app
from api.edge import Edge
from api.figures import Figures
from api.people import People
from api.session_cookie import SESSION_COOKIE
from api.tails import Tails
from api.unsafe_requests import TOKEN_HEADER, token_for
from deploy.metrics.pools import Pools
from deploy.metrics.registry import Metrics
from deploy.metrics.standing import Standing, oldest_append
from deploy.metrics.wired import FOLLOWERS
from domain.actor import Actor, Role
from domain.clinician.admit_clinician import AdmitClinician, admit_clinician
from domain.clinician.clinician import CLINICIAN
from domain.clinician.complete_training import CompleteTraining, complete_training
from domain.clinician.record_licence import RecordLicence, record_licence
from domain.derived import derived_id
from domain.network.adopt_protocol import AdoptProtocol, adopt_protocol
from domain.network.create_network import CreateNetwork, create_network
from domain.network.name_on_call import NameOnCall, name_on_call
from domain.network.network import NETWORK
from domain.order import Order
from domain.protocol.shipped import CURRENT, document
from domain.sealed import Sealed
from domain.stream import Stream
from store.application import CareApplication
from store.care import Care
from store.check_in_links import CheckInLinks
from store.command import Command, Receipt
from store.datastore import Datastore
from store.key_file import KeyFile
from store.keyring import Keyring
from store.reader import Reader
from store.sign_in import SignInSessions
from tests.api.caught_up import CaughtUp
from tests.postgres import Database
from workers.reaction import Reaction

ZONE = ZoneInfo("America/Los_Angeles")
MORNING = datetime(2026, 3, 12, 9, 42, tzinfo=ZONE).astimezone(UTC)
"""Thu 12 Mar 2026, 09:42: the moment at which the clinic opens."""
CRISIS_TEXT = "Nobody watches this live. Danger now: 911. Crisis line 988, call or text."
ON_CALL_NUMBER = "555-0142"


def local(text: str) -> datetime:
    """An instant from the clinic's local time: `local("2026-03-17 14:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


class Browser:
    """A browser in which one person is signed in; after a rest, or a journey of the clock, they sign in again."""

    def __init__(self, clinic: "Clinic", actor: Actor) -> None:
        self.clinic, self.actor = clinic, actor
        self.http = TestClient(clinic.app, follow_redirects=False)
        self._signed_in_at: datetime | None = None

    def get(self, path: str, **more: Any) -> httpx.Response:
        self.clinic.catch_up_with_decisions()
        self._sign_in()
        answer: httpx.Response = self.http.get(path, **more)
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        """A form, with the token of this sign-in session."""
        self.clinic.catch_up_with_decisions()
        return self._sent(path, data=data, **more)

    def _sent(self, path: str, **more: Any) -> httpx.Response:
        self._sign_in()
        headers = {TOKEN_HEADER: self.token} | more.pop("headers", {})
        answer: httpx.Response = self.http.post(path, headers=headers, **more)
        return answer

    def decide(
        self, episode_id: UUID, decision: str, body: dict[str, Any] | None = None, **headers: str
    ) -> httpx.Response:
        """An order to the JSON route of a decision, under a key of its own unless `idempotency_key` is given."""
        sent = {"idempotency-key": uuid4().hex} | {name.replace("_", "-"): value for name, value in headers.items()}
        path = f"/api/episodes/{episode_id}/{decision.replace('_', '-')}"
        self.clinic.is_behind = True
        return self._sent(path, json=body or {}, headers=sent)

    def recorded(self, episode_id: UUID, decision: str, **body: Any) -> dict[str, Any]:
        """The same, where it has to be recorded."""
        answer = self.decide(episode_id, decision, body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    @property
    def token(self) -> str:
        return token_for(self.http.cookies[SESSION_COOKIE], self.clinic.edge.secret)

    def _sign_in(self) -> None:
        now = self.clinic.now
        if self._signed_in_at is None or abs(now - self._signed_in_at) > timedelta(minutes=14):
            secret = self.clinic.edge.sign_in.begin(self.actor.network_id, self.actor.actor_id, self.actor.roles)
            self.http.cookies.set(SESSION_COOKIE, secret)
        self._signed_in_at = now


class Clinic:
    """Bay KAP Network: its people by name, the application, and the clock."""

    care_class: type[Care] = Care
    is_behind = False

    def __init__(
        self, database: Database, keys: Path, now: datetime, network_id: UUID | None = None, *, is_founded: bool = False
    ) -> None:
        """Founds the network, unless the database holds it already."""
        self.now = now
        self.network_id = network_id or uuid4()
        self.system = Actor(uuid4(), self.network_id, frozenset({Role.SYSTEM}))
        self.caught_up = CaughtUp(database.work_url)
        self.datastore = Datastore(database.app_url, max_size=5)
        self.edge = self._edge(keys)
        self.app = create_app(self.edge)
        self.lindqvist = self._known("Dr. Mara Lindqvist", Role.THERAPIST)
        self.rivera = self._known("Dr. Alma Rivera", Role.PRESCRIBER)
        self.okafor = self._known("Tom Okafor", Role.COORDINATOR)
        self.park = self._known("June Park", Role.COMPLIANCE)
        if not is_founded:
            self._found()
        self.catch_up()
        self.therapist, self.prescriber = Browser(self, self.lindqvist), Browser(self, self.rivera)
        self.coordinator, self.compliance = Browser(self, self.okafor), Browser(self, self.park)

    def close(self) -> None:
        self.edge.tails.close()
        self.datastore.close()
        self.caught_up.close()

    def decide(
        self, stream: Stream[Any], stream_id: UUID, decision: Any, order: Order, by: Actor | None = None
    ) -> Receipt:
        """A decision past the web application, by the system itself unless somebody is named."""
        command_id = uuid4()
        command = Command(command_id, by or self.system, sha256(command_id.bytes).digest(), command_id, zone=str(ZONE))
        return self.edge.care.decide(stream, stream_id, decision, order, command=command)

    def admit(self, name: str, *roles: Role, states: tuple[str, ...] = ("CA",)) -> Actor:
        """A person of this network, licensed in these states and trained as their profession asks."""
        actor = self._known(name, *roles)
        email = f"{actor.actor_id.hex[:12]}@example.org"
        order = AdmitClinician(email=Sealed.of(email), display_name=Sealed.of(name), roles=roles)
        self.decide(CLINICIAN, actor.actor_id, admit_clinician, order)
        self._qualify(actor.actor_id, roles, states)
        self.catch_up()
        return actor

    def travel(self, **by: float) -> None:
        """Move the clock: `travel(minutes=30)`."""
        self.now += timedelta(**by)

    def catch_up(self) -> None:
        """Bring read models up to date, and forget remembered names."""
        assert self.caught_up.wait_until()
        self.edge.people.forget(self.network_id)
        self.is_behind = False

    def catch_up_with_decisions(self) -> None:
        """Before anybody looks at a page: decisions themselves ask no read model."""
        if self.is_behind:
            self.catch_up()

    def react(self) -> None:
        """Let every policy react to what has happened; nothing does so by itself here."""
        self.caught_up.react(Reaction(self.edge.care, self.datastore, self.edge.clock))
        self.catch_up()

    def _edge(self, keys: Path) -> Edge:
        kek = KeyFile.open_or_create(keys)
        keyring = Keyring(self.datastore, kek)
        metrics = Metrics()
        metrics.look_up([Pools({"app": self.datastore}), Standing(self.datastore, (*FOLLOWERS, oldest_append))])
        application, watch = CareApplication(self.datastore), metrics.commands.note
        care = self.care_class(application, keyring, kek, clock=lambda: self.now, seeding=True, watch=watch)
        return Edge(
            care=care,
            datastore=self.datastore,
            keyring=keyring,
            kek=kek,
            reader=Reader(self.datastore, network_id=self.network_id),
            sign_in=SignInSessions(self.datastore, lambda: self.now, lambda network_id, actor_id: False),
            people=People(care, self.datastore, keyring),
            waiting=self.caught_up,  # type: ignore[arg-type]  # the same two questions, answered at once
            links=CheckInLinks(self.datastore, keyring, kek, lambda: self.now),
            tails=Tails(self.datastore, self.datastore.conninfo, poll_seconds=0.05),
            clock=lambda: self.now,
            secret=b"clinic",
            is_demo=True,
            version="test",
            figures=Figures(metrics.text),
            watch_answers=metrics.answers.note,
            schema_address="https://throughline.example",
        )

    def _found(self) -> None:
        """The network, its protocol, its people, and who is on call."""
        self._open()
        self.admit("Dr. Mara Lindqvist", Role.THERAPIST)
        self.admit("Dr. Alma Rivera", Role.PRESCRIBER)
        self.admit("Tom Okafor", Role.COORDINATOR)
        self.admit("June Park", Role.COMPLIANCE)
        on_call = NameOnCall(prescriber_id=self.rivera.actor_id, phone=ON_CALL_NUMBER)
        self.decide(NETWORK, self.network_id, name_on_call, on_call)

    def _known(self, name: str, *roles: Role) -> Actor:
        return Actor(derived_id("clinician", name, self.network_id), self.network_id, frozenset(roles))

    def _open(self) -> None:
        order = CreateNetwork(
            slug="bay-kap", title="Bay KAP Network", zone=str(ZONE), crisis_text=CRISIS_TEXT, practice_state="CA"
        )
        self.decide(NETWORK, self.network_id, create_network, order)
        self.decide(NETWORK, self.network_id, adopt_protocol, AdoptProtocol(document=document(*CURRENT)))

    def _qualify(self, clinician_id: UUID, roles: Iterable[Role], states: tuple[str, ...]) -> None:
        for role in {Role.THERAPIST, Role.PRESCRIBER} & set(roles):
            for state in states:
                body = {"profession_role": role, "state": state, "licence_number": "X-4711", "expires_on": "2030-01-01"}
                self.decide(CLINICIAN, clinician_id, record_licence, RecordLicence.model_validate(body))
        for course in ("kap-theory-and-method", "kap-protocols") if Role.THERAPIST in roles else ():
            training = CompleteTraining(course=course, course_version="2024", completed_on=date(2025, 1, 31))
            self.decide(CLINICIAN, clinician_id, complete_training, training)


class CareAtItsClock(Care):
    """Records at the clinic's clock, as seeding does; everywhere else the database says when something was recorded."""

    def decide(self, *what: Any, command: Command) -> Receipt:
        return super().decide(*what, command=command._replace(recorded_at=command.recorded_at or self._clock()))


class PunctualClinic(Clinic):
    """A clinic in which late is late against its own clock, not against today."""

    care_class = CareAtItsClock


@contextmanager
def opened_clinic(database: Database, now: datetime = MORNING, kind: type[Clinic] = Clinic) -> Iterator[Clinic]:
    """A clinic at a moment, closed afterwards."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="throughline-keys-"))
        clinic = kind(database, Path(folder) / "keys.json", now)
        stack.callback(clinic.close)
        yield clinic
