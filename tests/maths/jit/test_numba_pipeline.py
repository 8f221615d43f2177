"""Compiled copies on the disk hold for the very sources that they were made from."""

from types import SimpleNamespace

import pytest

from nanoward.maths.jit import numba_pipeline
from nanoward.maths.jit.numba_pipeline import entry, inner, is_tried, stamped, translated
from nanoward.maths.jit.sources import sources_sha256


def twice(x: int) -> int:
    return 2 * x


def test_a_kept_copy_carries_the_stamp_of_all_sources() -> None:
    file = SimpleNamespace(_source_stamp=(1.0, 2))
    made = SimpleNamespace(_cache=SimpleNamespace(_cache_file=file), py_func=twice)
    assert stamped(made) is made  # type: ignore[type-var]
    assert file._source_stamp == sources_sha256(__name__)


def test_a_compiled_function_does_what_the_plain_one_does() -> None:
    assert stamped(twice)(4) == twice(4)
    assert entry(twice)(21) == 42


def test_where_no_stamp_can_be_set_nothing_is_kept() -> None:
    """A version of numba that keeps its copies otherwise would use old ones in silence."""
    made = entry(twice)
    assert made.stats.cache_path is not None  # type: ignore[attr-defined]
    other = SimpleNamespace(
        _cache=SimpleNamespace(_cache_file=SimpleNamespace()),
        py_func=twice,
        targetoptions=made.targetoptions,  # type: ignore[attr-defined]
    )
    plain = stamped(other)  # type: ignore[type-var]
    assert plain.stats.cache_path is None
    assert plain(3) == 6


@pytest.mark.hazard("H-443")
def test_a_numba_that_nobody_tried_compiles_inner_functions_as_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert is_tried()
    assert "pipeline_class" in translated()
    monkeypatch.setattr(numba_pipeline, "translated", lambda: pytest.fail("private parts"))
    for version in ("0.69.0", "1.0.0rc1", "0.680.1"):
        monkeypatch.setattr(numba_pipeline.nb, "__version__", version)
        assert not is_tried()
    assert inner(twice)(4) == 8
