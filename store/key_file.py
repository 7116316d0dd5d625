"""The keys that wrap other keys: an interface for a key service, and a file for installations without one."""

import hmac
import os
import secrets
from base64 import b64decode, b64encode
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


class KeyFileIsOpenToOthers(Exception):
    """The key file can be read by other accounts; take their rights away (chmod 600) and start again."""


class KeyFile:
    """Several wrapping keys by id, the newest last, and one key for blind indexes that never changes."""

    def __init__(self, path: Path, keys: dict[str, bytes], index_key: bytes) -> None:
        self.path = path
        self._keys = keys
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
        kek_id = str(max(int(known) for known in self._keys) + 1)
        self._keys[kek_id] = AESGCM.generate_key(256)
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        self._write(beside, os.O_EXCL)
        beside.replace(self.path)
        return kek_id

    @property
    def newest(self) -> str:
        return max(self._keys, key=int)

    def wrap(self, key: bytes, about: bytes) -> tuple[str, bytes]:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self.newest, nonce + AESGCM(self._keys[self.newest]).encrypt(nonce, key, about)

    def unwrap(self, kek_id: str, wrapped: bytes, about: bytes) -> bytes:
        if kek_id not in self._keys:  # another process has rotated since we read the file
            self._keys = self.open(self.path)._keys
        return AESGCM(self._keys[kek_id]).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], about)

    def blind(self, text: bytes) -> bytes:
        hashing = self._keyed.copy()
        hashing.update(text)
        return hashing.digest()

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
