"""Compiled copies on the disk hold for the very sources that they were made from."""

from types import SimpleNamespace

from nanoward.maths.jit.numba_pipeline import entry, stamped
from nanoward.maths.jit.sources import sources_sha256


def twice(x: int) -> int:
    return 2 * x


def test_a_kept_copy_carries_the_stamp_of_all_sources() -> None:
    file = SimpleNamespace(_source_stamp=(1.0, 2))
    stamped(SimpleNamespace(_cache=SimpleNamespace(_cache_file=file)))
    assert file._source_stamp == sources_sha256()


def test_a_compiled_function_does_what_the_plain_one_does() -> None:
    assert stamped(twice)(4) == twice(4)
    assert entry(twice)(21) == 42
