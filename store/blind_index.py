"""Finding people by name without storing one: keyed hashes of the beginnings of its words, and of what was asked."""

import unicodedata
from uuid import UUID

from store.key_file import KeyEncryptionKey

SHORTEST = 3
LONGEST = 20
TOKEN_BYTES = 16


def words_of(text: str) -> list[str]:
    """Words without accents and case, so that `José` is found by `jose`."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in plain).split()


def name_tokens(kek: KeyEncryptionKey, network_id: UUID, name: str) -> list[bytes]:
    """Tokens of every beginning of three letters or more; a shorter word is found as a whole."""
    beginnings = {
        word[:length]
        for word in words_of(name)
        for length in range(min(SHORTEST, len(word)), min(len(word), LONGEST) + 1)
    }
    return sorted(_token(kek, network_id, "name", beginning) for beginning in beginnings)


def query_tokens(kek: KeyEncryptionKey, network_id: UUID, query: str) -> list[bytes]:
    """One token per word that somebody types; a patient must match them all."""
    return [_token(kek, network_id, "name", word[:LONGEST]) for word in words_of(query)]


def email_token(kek: KeyEncryptionKey, network_id: UUID, email: str) -> bytes:
    """The token of an address as a whole."""
    return _token(kek, network_id, "email", email.strip().casefold())


def phone_id(kek: KeyEncryptionKey, network_id: UUID, phone: str) -> UUID:
    """The id that stands for a telephone number in one network, however it is punctuated."""
    return UUID(bytes=_token(kek, network_id, "phone", "".join(c for c in phone if c.isdigit())))


def address_token(kek: KeyEncryptionKey, address: str) -> bytes:
    """The token of a network address, over all networks: tries are counted by it and nobody is found."""
    return kek.blind(b"\x00".join([b"address", address.encode()]))[:TOKEN_BYTES]


def imported_token(kek: KeyEncryptionKey, network_id: UUID, patient: str) -> str:
    """What stands for a patient as a file of another system names them: a record number, or a name."""
    return _token(kek, network_id, "imported", patient).hex()


def body_token(kek: KeyEncryptionKey, body_hash: bytes) -> bytes:
    """What is kept of a request's body, to know a repetition by.

    Bodies hold names and birth dates, and of those there are so few that whoever has a plain hash finds them by trying.
    """
    return kek.blind(b"\x00".join([b"body", body_hash]))


def subject_token(kek: KeyEncryptionKey, issuer: str, subject: str) -> bytes:
    """Who somebody is to an identity provider, over all networks."""
    return kek.blind(b"\x00".join([b"subject", issuer.encode(), subject.encode()]))


def provider_session_token(kek: KeyEncryptionKey, issuer: str, session: str) -> bytes:
    """A session at an identity provider, over all networks."""
    return kek.blind(b"\x00".join([b"provider session", issuer.encode(), session.encode()]))


def _token(kek: KeyEncryptionKey, network_id: UUID, kind: str, text: str) -> bytes:
    return kek.blind(b"\x00".join([kind.encode(), network_id.bytes, text.encode()]))[:TOKEN_BYTES]
