"""One real Apache Kafka broker in a folder of its own, of which a test can end, kill and freeze the process."""

import base64
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import psutil
from kafka.admin import KafkaAdminClient, ScramMechanism, UserScramCredentialUpsertion

from deploy.database.data_folder import one_at_a_time
from tests.ports import free_ports
from tests.waiting import LOOK_SECONDS, PATIENCE_SECONDS

POM = Path(__file__).parents[1] / "deploy" / "kafka" / "pom.xml"
JARS = POM.with_name("jars")
NEEDED = ("java", "mvn")
GRACE_SECONDS = 60
PEOPLES_PORTS = (9092, 9093, 9094)
SMALL = ("-Xmx256m", "-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""A broker of tests is idle most of the time: it gets little memory and no compiler threads."""

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=OPEN://127.0.0.1:{open},USERS://127.0.0.1:{users},CONTROLLER://127.0.0.1:{controller}
listener.security.protocol.map=OPEN:PLAINTEXT,USERS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=OPEN
sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.users.scram-sha-256.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
log.cleaner.dedupe.buffer.size=2097152
num.network.threads=2
num.io.threads=2
log.dirs={logs}
"""
"""On OPEN everybody is ANONYMOUS and may do everything; on USERS a name and an ACL are needed, as in a deployment."""

LOGGING = """\
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p %c: %m%n
"""


class BrokerIsNotInstalled(Exception):
    """Java or Maven is missing, without which no broker can be had."""


class BrokerDidNotStart(Exception):
    """The broker did not start; the end of its own words says why."""


@dataclass(frozen=True)
class Broker:
    """A broker by its folder; any process of the same account may start and stop it."""

    folder: Path
    open_port: int
    users_port: int
    controller_port: int

    @property
    def bootstrap(self) -> str:
        """Where everybody may do everything."""
        return f"127.0.0.1:{self.open_port}"

    @property
    def users_bootstrap(self) -> str:
        """Where users sign in by SCRAM-SHA-256 and may do what their ACLs say."""
        return f"127.0.0.1:{self.users_port}"

    def add_user(self, name: str) -> str:
        """Let somebody sign in where users do, and may do nothing yet; the password."""
        password = uuid4().hex
        client = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        try:
            wanted = UserScramCredentialUpsertion(name, ScramMechanism.SCRAM_SHA_256, password)
            refused = client.alter_user_scram_credentials([wanted])
        finally:
            client.close()
        assert refused == {name: None}, refused
        return password

    def start(self) -> None:
        """Create what is missing and start the broker unless it runs; it accepts requests when this returns."""
        if not (self.folder / "format.done").exists():
            self._format()
        if not self.is_running():
            with self._log.open("ab") as log:
                started = subprocess.Popen(
                    [*_java(self.folder), "kafka.Kafka", str(self._properties)],
                    cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
            self._pid_file.write_text(f"{started.pid} {psutil.Process(started.pid).create_time()}")
        try:
            self._await_requests()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """End the broker in good order."""
        self._signal(signal.SIGTERM)
        self._await_end()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._signal(signal.SIGKILL)
        self._await_end()

    def freeze(self) -> None:
        """Let it hang: connections stay open and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen one go on."""
        self._signal(signal.SIGCONT)

    def is_running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None

    @property
    def _process(self) -> psutil.Process | None:
        if not self._pid_file.exists():
            return None
        pid, started_at = self._pid_file.read_text().split()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(int(pid), os.WNOHANG)  # a child of ours that ended is no process any more
        with contextlib.suppress(psutil.NoSuchProcess):
            found = psutil.Process(int(pid))
            if str(found.create_time()) == started_at and found.status() != psutil.STATUS_ZOMBIE:
                return found
        return None

    @property
    def _pid_file(self) -> Path:
        return self.folder / "broker.pid"

    @property
    def _log(self) -> Path:
        return self.folder / "broker.log"

    @property
    def _properties(self) -> Path:
        return self.folder / "broker.properties"

    def _signal(self, number: signal.Signals) -> None:
        if (process := self._process) is not None:
            process.send_signal(number)

    def _format(self) -> None:
        ports = {"open": self.open_port, "users": self.users_port, "controller": self.controller_port}
        self.folder.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(PROPERTIES.format(**ports, logs=self.folder / "logs"))
        (self.folder / "log4j2.properties").write_text(LOGGING)
        cluster_id = base64.urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
        # One argument: an id in this alphabet may begin with a dash, and alone would be read as an option of its own.
        arguments = (
            "kafka.tools.StorageTool",
            "format",
            "--config",
            str(self._properties),
            f"--cluster-id={cluster_id}",
        )
        done = subprocess.run([*_java(self.folder), *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            raise BrokerDidNotStart(f"{done.stdout}{done.stderr}"[-2000:])
        (self.folder / "format.done").touch()

    def _await_requests(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not all(_answers(port) for port in (self.open_port, self.users_port)):
            if time.monotonic() > until or not self.is_running():
                raise BrokerDidNotStart(self._log.read_text(errors="replace")[-2000:])
            time.sleep(0.05)

    def _await_end(self) -> None:
        until = time.monotonic() + GRACE_SECONDS
        while self.is_running():
            if time.monotonic() > until:
                self._signal(signal.SIGKILL)
            time.sleep(LOOK_SECONDS)


def new_broker(folder: Path) -> Broker:
    """A broker on free ports, started; BrokerIsNotInstalled where Java or Maven is missing."""
    resolve()
    broker = Broker(folder, *free_ports(3))
    broker.start()
    return broker


def resolve() -> None:
    """Let Maven copy the pinned broker beside its description, once for each description."""
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        raise BrokerIsNotInstalled(f"Not installed: {' and '.join(missing)} (Debian: default-jre-headless, maven).")
    wanted = sha256(POM.read_bytes()).hexdigest()
    done = JARS / "resolved"
    JARS.mkdir(exist_ok=True)
    with one_at_a_time(JARS / "turn"):
        if done.exists() and done.read_text() == wanted:
            return
        for jar in JARS.glob("*.jar"):
            jar.unlink()
        maven = ("mvn", "--quiet", "--batch-mode", "--strict-checksums", "--file", str(POM))
        subprocess.run([*maven, "dependency:copy-dependencies"], check=True, stdin=subprocess.DEVNULL)
        done.write_text(wanted)


def _java(folder: Path) -> list[str]:
    logging = f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}"
    return ["java", *SMALL, logging, "-cp", f"{JARS}/*"]


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def serve() -> None:
    """A broker for people, on Kafka's usual port, until Ctrl-C or SIGTERM; its topics are kept in `.data/kafka`."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # else the broker, in a session of its own, would stay
    resolve()
    broker = Broker(Path(".data/kafka").absolute(), *PEOPLES_PORTS)
    with contextlib.suppress(KeyboardInterrupt):
        broker.start()
        sys.stdout.write(
            f"Kafka listens. In another window: export THROUGHLINE_KAFKA_BOOTSTRAP={broker.bootstrap}\n"
            "Then start Throughline, and once it runs: .venv/bin/throughline topics apply\n"
        )
        sys.stdout.flush()
        while broker.is_running():
            time.sleep(0.5)
    broker.stop()


if __name__ == "__main__":
    serve()
