"""Machine code that is kept answers as the compiler's own, and only for what it was made of."""

import importlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from nanoward.maths.jit import numba_pipeline, object_cache
from nanoward.maths.jit.object_cache import Kept, kept, lean


class Pair(NamedTuple):
    values: Any
    factor: np.uint64


@lean
def times(value: int, factor: int) -> int:
    return value * factor


@kept(returned=2)
def summed(pair: Pair, more: tuple[float, bool], matrix: Any) -> Any:
    total = 0
    for at in range(len(pair.values)):
        total += times(pair.values[at], np.int64(pair.factor))
    for row in range(matrix.shape[0]):
        for column in range(matrix.shape[1]):
            matrix[row, column] = more[0] if more[1] else 10 * row + column
    return total, len(pair.values)


@lean
def times_otherwise(value: int, factor: int) -> int:
    return value * factor


def summed_otherwise(pair: Pair, more: tuple[float, bool], matrix: Any) -> Any:
    total = 0
    for at in range(len(pair.values)):
        total += times_otherwise(pair.values[at], np.int64(pair.factor))
    for row in range(matrix.shape[0]):
        for column in range(matrix.shape[1]):
            matrix[row, column] = more[0] if more[1] else 10 * row + column
    return total, len(pair.values)


def asked(*, flag: bool = False) -> tuple[Any, ...]:
    pair = Pair(values=np.arange(5, dtype=np.int32), factor=np.uint64(3))
    return pair, (0.5, flag), np.zeros((2, 3))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another place for the machine code of these tests."""
    (tmp_path / "maths" / "__pycache__").mkdir(parents=True)

    class Elsewhere:
        __path__ = (str(tmp_path),)
        __spec__ = importlib.import_module("nanoward").__spec__

    monkeypatch.setattr(object_cache, "nanoward", Elsewhere)
    monkeypatch.setattr(object_cache, "sources_sha256", lambda _: "as they are")
    return tmp_path / "maths" / "__pycache__"


def fresh() -> Any:
    return Kept(summed.__wrapped__, 2)  # type: ignore[attr-defined]


def test_arrays_tuples_and_numbers_are_handed_over_and_answers_come_back(folder: Path) -> None:
    args = asked()
    assert fresh()(*args) == (30, 5)
    assert args[2].tolist() == [[0, 1, 2], [10, 11, 12]]
    args = asked(flag=True)
    fresh()(*args)
    assert (args[2] == 0.5).all()
    assert len(list(folder.iterdir())) == 1


def test_what_is_kept_is_used_again_without_compiling(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh()(*asked())
    monkeypatch.setattr(object_cache, "_made", lambda *_: pytest.fail("compiled again"))
    assert fresh()(*asked()) == (30, 5)


def test_other_sources_ask_for_other_code(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh()(*asked())
    (before,) = [one.read_bytes() for one in folder.iterdir()]
    monkeypatch.setattr(object_cache, "sources_sha256", lambda _: "changed")
    assert fresh()(*asked()) == (30, 5)
    (after,) = [one.read_bytes() for one in folder.iterdir()]
    assert before != after


@pytest.mark.parametrize("cut", [slice(0, -9), slice(0, 0), slice(3, None)])
def test_damaged_code_is_made_again(
    folder: Path, cut: slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh()(*asked())
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[cut])
    assert fresh()(*asked()) == (30, 5)
    monkeypatch.setattr(object_cache, "_made", lambda *_: pytest.fail("compiled again"))
    assert fresh()(*asked()) == (30, 5)


def test_threads_that_ask_at_once_compile_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, asked_for = object_cache._made, []

    def counted(*args: Any) -> Any:
        asked_for.append(args)
        return made(*args)

    monkeypatch.setattr(object_cache, "_made", counted)
    function = fresh()
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: function(*asked()), range(8)))
    assert told == [(30, 5)] * 8
    assert len(asked_for) == 1


def test_where_nothing_can_be_kept_the_compiler_answers(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_cache, "_can_keep", lambda *_: False)
    assert fresh()(*asked()) == (30, 5)
    assert not list(folder.iterdir())


def test_an_array_in_pieces_goes_to_the_compiler(folder: Path) -> None:
    pair, more, _ = asked()
    matrix = np.zeros((2, 6))[:, ::2]
    assert fresh()(pair, more, matrix) == (30, 5)
    assert matrix.tolist() == [[0, 1, 2], [10, 11, 12]]
    assert not list(folder.iterdir())


def test_other_kinds_of_arguments_have_code_of_their_own(folder: Path) -> None:
    function = fresh()
    function(*asked())
    pair, more, matrix = asked()
    longer = pair._replace(values=np.arange(5, dtype=np.int64))
    assert function(longer, more, matrix) == (30, 5)
    assert len(list(folder.iterdir())) == 2


def test_reads_are_typed_a_second_time_without_the_compiler() -> None:
    lines = (
        "import sys, numpy as np",
        "from nanoward.maths.statistics.binomial_tails import poisson_tails",
        "print(poisson_tails(np.array([2]), np.array([0.5]))[0], 'numba' in sys.modules)",
    )
    told = []
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
        )
        told.append(run.stdout.split())
    assert told[0][0] == told[1][0]
    assert told[1][1] == "False"


@pytest.mark.hazard("H-443")
def test_a_numba_that_nobody_tried_answers_itself(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numba_pipeline, "TRIED", ("0.1",))
    args = asked()
    assert Kept(summed_otherwise, 2)(*args) == (30, 5)
    assert args[2].tolist() == [[0, 1, 2], [10, 11, 12]]
    assert [one.read_bytes() for one in folder.iterdir()] == [b""]
