"""The keys that wrap other keys: an interface for a key service, and a file for installations without one."""

import fcntl
import hmac
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Protocol, Self

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class KeyEncryptionKey(Protocol):
    """What a key service offers. `about` is bound to the wrapped key: under another it does not unwrap."""

    def wrap(self, key: bytes, about: bytes) -> tuple[str, bytes]:
        """The id of the wrapping key, and the key wrapped by the newest one."""
        ...

    def unwrap(self, kek_id: str, wrapped: bytes, about: bytes) -> bytes:
        """The key again."""
        ...

    def blind(self, text: bytes) -> bytes:
        """A keyed hash of 32 bytes, the same for the same text whatever key wraps."""
        ...


class KeyIsNotInTheFile(Exception):
    """This was wrapped by a key that the key file here lacks; bring the file up to date, on every machine."""


class KeyIsStillNeeded(Exception):
    """The newest key wraps what is to come; add another first."""


class KeyFileIsOpenToOthers(Exception):
    """The key file can be read by other accounts; take their rights away (chmod 600) and start again."""


class KeyFile:
    """Several wrapping keys by id, the newest last, and one key for blind indexes that never changes.

    Somebody may add a key while processes run. Each of them looks at the file again before it wraps, and when it is to
    unwrap what it has no key for; wrapping is rare, and so costs no more than a look at the file's date.
    """

    def __init__(self, path: Path, keys: dict[str, bytes], index_key: bytes) -> None:
        self.path = path
        self._keys = keys
        self._seen = _stamp_of(path)
        self._index_key = index_key
        self._keyed = hmac.new(index_key, digestmod=sha256)  # to copy: setting up each time costs more than hashing

    @classmethod
    def open_or_create(cls, path: Path) -> Self:
        """The keys in a file that only its owner can read; a new one where there is none."""
        if not path.exists():
            fresh = cls(path, {"1": AESGCM.generate_key(256)}, secrets.token_bytes(32))
            try:
                fresh._write(path, os.O_EXCL)
            except FileExistsError:
                pass  # another process made it at this moment
            else:
                return fresh
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The keys in a file; KeyFileIsOpenToOthers if other accounts may read it."""
        if path.stat().st_mode & 0o077:
            raise KeyFileIsOpenToOthers(f"{KeyFileIsOpenToOthers.__doc__} ({path})")
        content = orjson.loads(path.read_bytes())
        keys = {kek_id: b64decode(key) for kek_id, key in content["keys"].items()}
        return cls(path, keys, b64decode(content["index"]))

    def add_key(self) -> str:
        """Begin to wrap with a new key; the old ones go on unwrapping until everything is wrapped anew."""
        with self._alone() as keys:
            kek_id = str(max(int(known) for known in keys) + 1)
            self._replace({**keys, kek_id: AESGCM.generate_key(256)})
        return kek_id

    def remove_key(self, kek_id: str) -> None:
        """Forget an old key for good. Ask first that nothing is wrapped by it: that could never be opened again."""
        with self._alone() as keys:
            if kek_id not in keys:
                raise KeyIsNotInTheFile(f"The key file holds no key {kek_id[:20]}.")
            if kek_id == max(keys, key=int):
                raise KeyIsStillNeeded(KeyIsStillNeeded.__doc__)
            self._replace({known: key for known, key in keys.items() if known != kek_id})

    @property
    def ids(self) -> list[str]:
        """Of all keys, the newest last."""
        return sorted(self._keys, key=int)

    @property
    def newest(self) -> str:
        return max(self._keys, key=int)

    def wrap(self, key: bytes, about: bytes) -> tuple[str, bytes]:
        self._look_again()
        kek_id, nonce = self.newest, secrets.token_bytes(NONCE_BYTES)
        return kek_id, nonce + AESGCM(self._keys[kek_id]).encrypt(nonce, key, about)

    def unwrap(self, kek_id: str, wrapped: bytes, about: bytes) -> bytes:
        if kek_id not in self._keys:  # another process has rotated since we read the file
            self._look_again()
        if (key := self._keys.get(kek_id)) is None:
            raise KeyIsNotInTheFile(KeyIsNotInTheFile.__doc__)
        return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], about)

    def blind(self, text: bytes) -> bytes:
        hashing = self._keyed.copy()
        hashing.update(text)
        return hashing.digest()

    def _look_again(self) -> None:
        """Read the file anew if it is another than was read. One that is away for the moment leaves what is known."""
        stamp = _stamp_of(self.path)
        if stamp is not None and stamp != self._seen:
            self._keys, self._seen = self.open(self.path)._keys, stamp

    @contextmanager
    def _alone(self) -> Iterator[dict[str, bytes]]:
        """The keys as the file has them, while nobody else changes it: else two who add would lose one's key."""
        lock = os.open(self.path.with_name(f"{self.path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self.open(self.path)._keys
        finally:
            os.close(lock)

    def _replace(self, keys: dict[str, bytes]) -> None:
        """Put the file in place whole, and its folder's entry on the disk, before anything is wrapped by a new key."""
        beside = self.path.with_name(f"{self.path.name}.new")
        beside.unlink(missing_ok=True)  # of somebody who was killed
        KeyFile(beside, keys, self._index_key)._write(beside, os.O_EXCL)
        beside.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._keys, self._seen = keys, _stamp_of(self.path)

    def _write(self, path: Path, flags: int) -> None:
        content = {
            "keys": {kek_id: b64encode(key).decode() for kek_id, key in self._keys.items()},
            "index": b64encode(self._index_key).decode(),
        }
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2))
            file.flush()
            os.fsync(file.fileno())


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    """Which file this is: another after every change, since it is put in place whole."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
