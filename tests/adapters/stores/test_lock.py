import fcntl
import threading
from pathlib import Path

import pytest

from nanoward.adapters.stores.lock import ProgrammeBusyError, locked
from nanoward.base.errors import OutsideError


def test_a_second_holder_is_told_at_once_and_the_lock_is_free_afterwards(
    tmp_path: Path,
) -> None:
    path = tmp_path / "kept" / "lock"
    with locked(path), pytest.raises(ProgrammeBusyError), locked(path):
        pass
    with locked(path):
        pass


def test_who_may_wait_gets_the_lock_as_soon_as_it_is_free(tmp_path: Path) -> None:
    path, taken, free = tmp_path / "lock", threading.Event(), threading.Event()

    def hold() -> None:
        with locked(path):
            taken.set()
            free.wait(5)

    other = threading.Thread(target=hold)
    other.start()
    assert taken.wait(5)
    with pytest.raises(ProgrammeBusyError), locked(path, wait_s=0.1):
        pass
    free.set()
    with locked(path, wait_s=5):
        pass
    other.join()


@pytest.mark.hazard("H-98")
def test_a_lock_that_an_outsider_could_open_holds_up_nobody(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "lock"
    path.parent.mkdir()
    path.touch(mode=0o644)
    path.chmod(0o644)
    with path.open() as outsider:  # opened for reading is enough to lock it
        fcntl.flock(outsider, fcntl.LOCK_EX)
        with locked(path):
            assert path.stat().st_mode & 0o077 == 0
            with pytest.raises(ProgrammeBusyError), locked(path):
                pass


def test_a_lock_that_cannot_be_made_is_told_as_outside(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError), locked(tmp_path / "file" / "lock"):
        pass
