from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.runners.pieces import (
    PIECE_S,
    CarriedPortError,
    PieceAnswer,
    PiecedWork,
    PieceSizes,
    answer_piece,
    plain_bytes,
    portable,
)
from nanoward.adapters.signers.file_signer import make_signer
from nanoward.adapters.stores.file_blobs import FileBlobs
from nanoward.base.errors import InputError
from nanoward.ports.runner import LostWorkError


class HalfToldError(ValueError):
    """Cannot be made again from what it was given."""

    def __init__(self, one: str, *, two: str) -> None:
        super().__init__(f"{one} {two}")


@given(
    count=st.integers(0, 5_000),
    workers=st.integers(1, 40),
    each_ms=st.floats(0.001, 5_000),
)
def test_every_item_is_in_one_piece_and_none_waits_for_the_last(
    count: int, workers: int, each_ms: float
) -> None:
    sizes, seen = PieceSizes(count), []
    while (piece := sizes.cut(workers)) is not None:
        left = count - len(seen)
        assert len(piece) <= max(1, -(-left // workers))
        if len(piece) > 1:
            assert len(piece) * each_ms / 1_000 < PIECE_S + each_ms / 1_000
        seen += piece
        sizes.learn(len(piece), len(piece) * each_ms / 1_000)
    assert seen == list(range(count))


def length(sizes: PieceSizes) -> int:
    piece = sizes.cut(2)
    assert piece is not None
    return len(piece)


def test_pieces_last_half_a_second_once_it_is_known_what_items_take() -> None:
    sizes = PieceSizes(10_000)
    assert length(sizes) == 1
    sizes.learn(1, 3.0)  # it loaded libraries
    assert length(sizes) == 1
    sizes.learn(1, 0.01)
    assert length(sizes) == 50
    sizes.learn(0, 9.0)
    assert length(sizes) == 50


@pytest.mark.hazard("H-376")
def test_a_ledger_a_key_and_a_store_never_leave_the_process(tmp_path: Any) -> None:
    signer = make_signer(tmp_path / "ledger.key", name="ward")
    for one in (FileBlobs(tmp_path), signer):
        with pytest.raises(CarriedPortError, match="may not leave"):
            plain_bytes({"rules": (1, one)})
    assert plain_bytes(({"a": 1.5}, ("x", None)))


def test_a_fault_comes_back_as_it_was_or_in_words() -> None:
    fault = InputError("no date", file="data/samples.csv", line=7)
    again = portable(fault)
    assert type(again) is InputError
    assert (again.file, again.line) == ("data/samples.csv", 7)
    told = portable(HalfToldError("half", two="told"))
    assert type(told) is RuntimeError
    assert "half told" in str(told)


def test_items_before_a_fault_are_answered() -> None:
    answer = answer_piece(lambda number: 1 // number, [1, 1, 0, 1])
    assert answer.answers == (1, 1)
    assert isinstance(answer.fault, ZeroDivisionError)


class Scripted:
    """A pool in this process that answers in any order, and loses what it is told."""

    tries = 2

    def __init__(self, deadly: set[int], *, room: int = 3, newest: bool = True) -> None:
        self.deadly, self.newest, self.room = deadly, newest, room
        self.out: list[tuple[range, Sequence[Any]]] = []
        self.sent: list[range] = []
        self.dropped = False

    def send(self, place: range, items: Sequence[Any]) -> None:
        self.sent.append(place)
        self.out.append((place, items))

    def receive(self) -> Sequence[tuple[range, PieceAnswer | None]]:
        place, items = self.out.pop(-1 if self.newest else 0)
        died = any(one in self.deadly for one in items)
        return [(place, None if died else answer_piece(halved, items))]

    def drop(self) -> None:
        self.dropped = True


def halved(number: int) -> float:
    if number in (11, 17):
        raise ValueError(f"item {number}")
    return number / 2


@pytest.mark.hazard("H-377")
def test_a_lost_worker_costs_only_its_piece_and_only_the_item_at_fault() -> None:
    pool = Scripted({4})
    work: PiecedWork[int, float] = PiecedWork(
        pool, list(range(10)), step=None, lost=lambda number: -1.0
    )
    assert work.run() == [-1.0 if one == 4 else one / 2 for one in range(10)]
    assert pool.dropped
    assert sum(4 in place for place in pool.sent) == 3  # in its piece, and twice alone
    with pytest.raises(LostWorkError, match="piece 5 of 10"):
        PiecedWork(Scripted({4}), list(range(10)), step=None, lost=None).run()


def test_the_first_fault_in_order_is_raised_whatever_came_first() -> None:
    for deadly in (set(), {3}):
        pool = Scripted(deadly)
        with pytest.raises(ValueError, match="item 11"):
            PiecedWork(pool, list(range(30)), step=None, lost=lambda _: 0.0).run()
        assert pool.dropped
        if not deadly:  # a refusal is not tried again
            assert sum(11 in place for place in pool.sent) == 1
    with pytest.raises(LostWorkError, match="piece 4 of 30"):
        PiecedWork(Scripted({3}), list(range(30)), step=None, lost=None).run()
    with pytest.raises(ValueError, match="item 11"):  # before what would have been lost
        PiecedWork(Scripted({20}), list(range(30)), step=None, lost=None).run()


@pytest.mark.parametrize("newest", [True, False])
def test_of_what_is_under_way_at_once_the_first_in_order_counts(
    newest: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nanoward.adapters.runners.pieces.PIECE_S", 1e-12)  # one item a piece
    for deadly in (set(), {14}):
        pool = Scripted(deadly, room=14, newest=newest)
        with pytest.raises(ValueError, match="item 11"):
            PiecedWork(pool, list(range(30)), step=None, lost=None).run()
        assert {11, 14, 17} <= {place.start for place in pool.sent}
        assert sum(14 in place for place in pool.sent) == 1  # it matters no more
