from pathlib import Path

import pytest

from nanoward.adapters.stores.lock import ProgrammeBusyError, locked


def test_a_second_holder_is_told_at_once_and_the_lock_is_free_afterwards(
    tmp_path: Path,
) -> None:
    path = tmp_path / "kept" / "lock"
    with locked(path), pytest.raises(ProgrammeBusyError), locked(path):
        pass
    with locked(path):
        pass
