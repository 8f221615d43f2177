from dataclasses import replace

import pytest

from nanoward.audit.leaves import Row, leaf_of
from nanoward.audit.tree import Frontier
from nanoward.audit.verification import append_unverified, verify_rows


def rows_of(count: int) -> list[Row]:
    tree, rows = Frontier(), []
    for seq in range(1, count + 1):
        row = Row(seq, "2026-11-23", "x.Y", bytes([seq]) * 32, b"\x00box", b"")
        rows.append(replace(row, nodes=tree.add(leaf_of(row))))
    return rows


def test_sound_rows_make_their_tree() -> None:
    rows, tree, quick = rows_of(13), Frontier(), Frontier()
    assert verify_rows(tree, rows[:5]) is None
    assert verify_rows(tree, rows[5:]) is None
    for row in rows:
        append_unverified(quick, row)
    assert (quick.size, quick.root()) == (tree.size, tree.root())


@pytest.mark.parametrize("seq", range(1, 14))
def test_the_first_broken_row_is_named_and_the_tree_stops_before_it(seq: int) -> None:
    rows, tree = rows_of(13), Frontier()
    rows[seq - 1] = replace(rows[seq - 1], nodes=b"x" + rows[seq - 1].nodes[1:])
    assert verify_rows(tree, rows) == seq
    sound = Frontier()
    assert verify_rows(sound, rows_of(13)[: seq - 1]) is None
    assert (tree.size, tree.root()) == (sound.size, sound.root())


@pytest.mark.parametrize("bent", [{"seq": 3}, {"at": 'x"'}, {"kind": "a\\b"}, {"at": "x"}])
def test_a_row_out_of_place_or_with_other_letters_is_named(bent: dict[str, object]) -> None:
    rows = rows_of(2)
    rows[1] = replace(rows[1], **bent)  # type: ignore[arg-type]
    assert verify_rows(Frontier(), rows) == 2
