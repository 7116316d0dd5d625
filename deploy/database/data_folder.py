"""Locks on the data folder, which the operating system lets go of whenever their process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self


class DataFolderIsInUse(Exception):
    """Another process already serves this data folder; stop it or name another folder in THROUGHLINE_DATA."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        self.folder = folder
        self.pid = pid
        super().__init__(f"Process {pid or 'unknown'} already serves {folder}; stop it or set THROUGHLINE_DATA.")


class DataFolderLock:
    """Held by the one process that serves a data folder; says which process holds it."""

    def __init__(self, data: Path) -> None:
        self._folder = data
        self._path = data / "serving.pid"
        self._file: int | None = None

    def acquire(self) -> Self:
        """Take the lock at once, or raise DataFolderIsInUse."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = _open(self._path)
        if not _taken(file, fcntl.LOCK_EX):
            pid = os.pread(file, 20, 0).strip()
            os.close(file)
            raise DataFolderIsInUse(self._folder, int(pid) if pid.isdigit() else None)
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file
        return self

    def release(self) -> None:
        """Let go; the file stays, since removing it would let two processes lock two files of one name."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Users:
    """Counts the processes that use something: each holds a share, and the last one to leave knows it."""

    def __init__(self, path: Path) -> None:
        self._file = _open(path)
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """Give the share back; True when nobody else holds one."""
        was_last = _taken(self._file, fcntl.LOCK_EX)
        os.close(self._file)
        return was_last


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Wait for the turn to do what two processes must not do at once."""
    file = _open(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _taken(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
