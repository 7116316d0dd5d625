"""Ways of sending: real mail to a real server, and signed files in a folder."""

import json
import stat
from pathlib import Path
from uuid import uuid4

import pytest

from tests.workers.mail import mail_server
from workers.channels.channel import AddressWasRefused, CouldNotSend, Letter
from workers.channels.email import Email, Server, SmtpAddressIsWrong
from workers.channels.spool import Spool, signature

LETTER = Letter(uuid4(), "rivera@example.org", "Throughline: 1 thing is due", "Sign in.\n")


def test_mail_is_handed_over_under_the_id_of_its_message() -> None:
    with mail_server() as mailbox:
        channel = Email(Server.at(mailbox.url))
        channel.send(LETTER)
        channel.send(LETTER)
    first, second = mailbox.delivered
    assert first.message_id == second.message_id == f"<{LETTER.message_id}@throughline>"
    assert (first.to, first.subject, first.text) == (LETTER.to, LETTER.subject, LETTER.body)
    assert (first.message["From"], first.message["Auto-Submitted"]) == (
        "throughline@kap.example.org",
        "auto-generated",
    )


def test_an_address_that_is_refused_for_good_is_told_from_one_that_waits() -> None:
    with mail_server() as mailbox:
        channel = Email(Server.at(mailbox.url))
        mailbox.answer_to_address = "550 no such person rivera@example.org"
        with pytest.raises(AddressWasRefused) as refused:
            channel.send(LETTER)
        assert "rivera" not in str(refused.value)
        mailbox.answer_to_address = "451 later"
        with pytest.raises(CouldNotSend):
            channel.send(LETTER)
        mailbox.answer_to_address, mailbox.answer = "250 OK", "554 not now, rivera@example.org"
        with pytest.raises(CouldNotSend) as waits:
            channel.send(LETTER)
        assert "rivera" not in str(waits.value)
    with pytest.raises(CouldNotSend):
        channel.send(LETTER)
    assert mailbox.delivered == []


@pytest.mark.parametrize(
    "address", ["", "rivera", "rivera@", "@example.org", "a@example.org, b@example.org", '"@example.org']
)
def test_an_address_that_is_none_or_several_is_refused_before_anybody_is_asked(address: str) -> None:
    with mail_server() as mailbox, pytest.raises(AddressWasRefused) as refused:
        Email(Server.at(mailbox.url)).send(LETTER._replace(to=address))
    assert mailbox.delivered == []
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize("address", ["Alma Rivera <rivera@example.org>", " rivera@example.org\n"])
def test_a_name_before_the_address_stays_out_of_the_mail(address: str) -> None:
    with mail_server() as mailbox:
        Email(Server.at(mailbox.url)).send(LETTER._replace(to=address))
    (delivered,) = mailbox.delivered
    assert delivered.to == delivered.message["To"] == "rivera@example.org"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail", Server("smtp", "mail", 25, None, None, "throughline@mail")),
        ("smtps://mail:4465?from=kap@x.org", Server("smtps", "mail", 4465, None, None, "kap@x.org")),
        ("smtp+starttls://a%40b:s%3Ac@mail", Server("smtp+starttls", "mail", 587, "a@b", "s:c", "throughline@mail")),
    ],
)  # fmt: skip
def test_a_mail_server_is_named_by_an_address(url: str, server: Server) -> None:
    assert Server.at(url) == server


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail", "smtp://", "smtp://mail:99999"])
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SmtpAddressIsWrong) as wrong:
        Server.at(url)
    assert "mail" not in str(wrong.value)


def test_a_file_is_whole_signed_and_for_one_reader_only(tmp_path: Path) -> None:
    channel = Spool(tmp_path / "spool", b"secret")
    channel.send(LETTER)
    channel.send(LETTER)
    (file,) = (tmp_path / "spool").iterdir()
    assert file.name == f"{LETTER.message_id}.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = json.loads(file.read_text())
    assert kept["signature"] == signature(kept["message"], b"secret") != signature(kept["message"], b"another")
    assert json.loads(kept["message"]) == {
        "id": str(LETTER.message_id), "to": LETTER.to, "subject": LETTER.subject, "text": LETTER.body,
    }  # fmt: skip


def test_a_folder_that_cannot_be_written_waits(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CouldNotSend):
        Spool(tmp_path / "file" / "spool", b"secret").send(LETTER)


def test_a_letter_shows_no_address_where_it_is_printed() -> None:
    assert "rivera" not in repr(LETTER)
