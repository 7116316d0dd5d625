"""The way out: no address inside is ever connected to, nothing takes longer than allowed, and nothing is followed."""

import datetime as dt
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.subscriber.webhook.address import Address, is_loopback, is_public, local_address
from tests.waiting import PATIENCE_SECONDS
from tests.workers.webhook.receiver import Received, Receiver, Reply, receiver
from workers.webhook.post import Failure, Outcome, Post

NAME = "hooks.example.org"


def posted(running: Receiver, *, seconds: float = PATIENCE_SECONDS) -> Outcome:
    post = Post(is_loopback, seconds=seconds)
    try:
        return post.send(local_address(running.url), b"{}", {"content-type": "application/json"})
    finally:
        post.close()


def test_what_is_answered_is_noted_by_status_and_size() -> None:
    with receiver(lambda _: Reply(200, body=b"thanks")) as running:
        outcome = posted(running)
    assert (outcome.status, outcome.failure, outcome.answer_bytes) == (200, None, 6)
    assert outcome.is_delivered
    assert running.received[0].body == b"{}"


def test_a_receiver_at_an_address_of_the_sixth_version_is_named_in_brackets() -> None:
    with receiver(host="::1") as running:
        assert posted(running).status == 204
    assert running.received[0].headers["host"] == f"[::1]:{running.port}"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 304, 400, 429, 500, 503])
def test_anything_but_success_is_no_delivery_and_no_redirect_is_followed(status: int) -> None:
    with receiver(lambda _: Reply(204)) as elsewhere:
        headers = (("location", elsewhere.url), ("retry-after", "30"))
        with receiver(lambda _: Reply(status, headers)) as running:
            outcome = posted(running)
        assert outcome.status == status
        assert not outcome.is_delivered
        assert outcome.retry_after == "30"
        assert elsewhere.received == []


def drip(handler: BaseHTTPRequestHandler) -> None:
    """An answer byte by byte, each well within any time-out between two."""
    try:
        for sign in b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + b"a" * 1000:
            handler.wfile.write(bytes([sign]))
            handler.wfile.flush()
            time.sleep(0.02)
    except OSError:
        pass  # the other side has hung up


def test_an_answer_that_comes_byte_by_byte_does_not_hold_us() -> None:
    with receiver(lambda _: Reply(write=drip)) as running:
        outcome = posted(running, seconds=0.3)
    assert (outcome.status, outcome.failure) == (None, Failure.NOT_IN_TIME)


def wait_for(released: threading.Event) -> None:
    released.wait(PATIENCE_SECONDS)


def test_a_receiver_that_never_answers_does_not_hold_us() -> None:
    released = threading.Event()
    with receiver(lambda _: Reply(write=lambda _: wait_for(released))) as running:
        outcome = posted(running, seconds=0.3)
        released.set()
    assert (outcome.status, outcome.failure) == (None, Failure.NOT_IN_TIME)


def test_no_more_than_the_beginning_of_a_huge_answer_is_read() -> None:
    with receiver(lambda _: Reply(200, body=b"a" * 5_000_000)) as running:
        outcome = posted(running)
    assert (outcome.status, outcome.answer_bytes) == (200, 4096)


def test_a_connection_that_breaks_off_is_said_to() -> None:
    with receiver(lambda _: Reply(write=lambda _: None)) as running:
        assert posted(running).failure is Failure.BROKE_OFF


def test_nobody_there_is_said_to_be() -> None:
    with receiver() as running:
        address = local_address(running.url)
    assert Post(is_loopback).send(address, b"{}", {}).failure is Failure.NOT_REACHED


@pytest.mark.parametrize(
    "answer",
    [
        ("127.0.0.1",),
        ("10.0.0.1",),
        ("169.254.169.254",),
        ("::ffff:127.0.0.1",),
        ("::1",),
        ("8.8.8.8", "127.0.0.1"),
        ("64:ff9b::a9fe:a9fe",),
    ],
)
def test_a_name_that_leads_inside_is_not_connected_to(answer: tuple[str, ...]) -> None:
    with receiver() as running:
        post = Post(is_public, resolver=lambda _host, _port: answer)
        outcome = post.send(Address("http", NAME, running.port, "/"), b"{}", {})
    assert outcome.failure is Failure.LEADS_INSIDE
    assert running.connections == 0


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_once_per_connection() -> None:
    """The one answer that was checked is the one connected to: a second, other answer is never used unchecked."""
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("169.254.169.254",)

    with receiver() as running:
        post = Post(is_loopback, resolver=rebinding)
        address = Address("http", NAME, running.port, "/")
        first = post.send(address, b"{}", {})
        kept = post.send(address, b"{}", {})
        assert (first.status, kept.status) == (204, 204)
        assert asked == [NAME]  # the second post went over the connection that was checked
        assert running.received[0].headers["host"] == f"{NAME}:{running.port}"
        post.close()
        again = Post(is_loopback, resolver=rebinding)
        assert again.send(address, b"{}", {}).failure is Failure.LEADS_INSIDE
        assert running.connections == 1


def test_a_resolver_that_never_answers_does_not_hold_us() -> None:
    released = threading.Event()

    def slow(_host: str, _port: int) -> tuple[str, ...]:
        released.wait(PATIENCE_SECONDS)
        return ()

    post = Post(is_public, resolver=slow, seconds=0.2)
    assert post.send(Address("http", NAME, 80, "/"), b"{}", {}).failure is Failure.NOT_IN_TIME
    released.set()
    for resolving in resolving_threads():
        resolving.join(PATIENCE_SECONDS)


def resolving_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "resolve"]


def test_a_post_that_waits_for_a_resolver_is_broken_off_and_no_process_waits_for_its_thread() -> None:
    asking, released, ended = threading.Event(), threading.Event(), list[Outcome]()

    def stuck(_host: str, _port: int) -> tuple[str, ...]:
        asking.set()
        released.wait(PATIENCE_SECONDS)
        return ()

    post = Post(is_public, resolver=stuck, seconds=PATIENCE_SECONDS)
    posting = threading.Thread(target=lambda: ended.append(post.send(Address("http", NAME, 80, "/"), b"{}", {})))
    posting.start()
    assert asking.wait(PATIENCE_SECONDS)
    post.hang_up()
    posting.join(PATIENCE_SECONDS)
    assert [outcome.status for outcome in ended] == [None]
    (resolving,) = resolving_threads()
    assert resolving.daemon, "the interpreter joins every other thread when it ends"
    released.set()
    resolving.join(PATIENCE_SECONDS)


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's side of a certificate for a name, signed by itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(plain + signed.public_bytes(pem))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=signed.public_bytes(pem).decode())


def test_the_certificate_is_that_of_the_name_though_the_connection_goes_to_a_number(tmp_path: Path) -> None:
    server, trusting = certificate(tmp_path, NAME)
    named: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: named.append(name)

    def to_here(_host: str, _port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)

    with receiver(context=server) as running:
        right = Address("https", NAME, running.port, "/")
        assert Post(is_loopback, resolver=to_here, trusted=trusting).send(right, b"{}", {}).status == 204
        assert named == [NAME]
        wrong = right._replace(host="other.example.org")
        assert (
            Post(is_loopback, resolver=to_here, trusted=trusting).send(wrong, b"{}", {}).failure is Failure.NOT_TRUSTED
        )
        assert Post(is_loopback, resolver=to_here).send(right, b"{}", {}).failure is Failure.NOT_TRUSTED
        assert len(running.received) == 1


def test_a_receiver_keeps_its_connection(tmp_path: Path) -> None:
    def answering(_: Received) -> Reply:
        return Reply(204)

    with receiver(answering) as running:
        post = Post(is_loopback)
        for _ in range(3):
            assert post.send(local_address(running.url), b"{}", {}).is_delivered
        post.close()
    assert running.connections == 1
