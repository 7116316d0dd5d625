"""A data folder is served by one process, and a lock never outlives its process."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.database.data_folder import DataFolderIsInUse, DataFolderLock, Users

HOLD_UNTIL_KILLED = """
import sys, time
from pathlib import Path
from deploy.database.data_folder import DataFolderLock
DataFolderLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(3600)
"""


def test_a_second_process_is_told_who_serves_the_folder(tmp_path: Path) -> None:
    with DataFolderLock(tmp_path), pytest.raises(DataFolderIsInUse, match=f"Process {os.getpid()} already serves"):
        DataFolderLock(tmp_path).acquire()


def test_a_released_folder_can_be_served_again(tmp_path: Path) -> None:
    with DataFolderLock(tmp_path):
        pass
    with DataFolderLock(tmp_path):
        pass


def test_a_killed_process_leaves_the_folder_free(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_UNTIL_KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(DataFolderIsInUse) as refusal:
            DataFolderLock(tmp_path).acquire()
        assert refusal.value.pid == other.pid
        other.send_signal(signal.SIGKILL)
        other.wait()
    with DataFolderLock(tmp_path):
        pass


def test_only_the_last_user_to_leave_is_the_last(tmp_path: Path) -> None:
    first, second = Users(tmp_path / "users"), Users(tmp_path / "users")
    assert not first.leave()
    assert second.leave()


def test_a_data_folder_that_we_make_is_ours_alone(tmp_path: Path) -> None:
    with DataFolderLock(tmp_path / "data"):
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
