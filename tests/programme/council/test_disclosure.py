"""A naive pack is found to tell an arm in each way; ours tells nothing to an attacker."""

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from tests.programme.council.test_pack_tables import events, standings

from nanoward.programme.council.disclosure import (
    EarlierPack,
    disclosures,
    earlier_disclosures,
    without_disclosures,
    without_rows,
)
from nanoward.programme.council.pack_tables import (
    OPEN,
    PackCell,
    PackTable,
    PeopleBits,
    arm_codes,
    pack_tables,
    people_bits,
)

KNOWN = people_bits(standings())


def table(name: str, **rows: int) -> PackTable:
    cells = tuple(
        PackCell(row=row, column="people", value=bits.bit_count(), people=bits)
        for row, bits in rows.items()
    )
    return PackTable(name=name, title=name, part=OPEN, inputs=(), cells=cells)


def bits(*numbers: int) -> int:
    return KNOWN.bits([f"P{n:03d}" for n in numbers])


def kinds(*tables: PackTable, earlier: tuple[PackTable, ...] = ()) -> set[str]:
    return {one.what for one in disclosures(tables, KNOWN, earlier)}


@pytest.mark.hazard("H-357")
def test_each_way_of_telling_is_found() -> None:
    everybody = bits(*range(30))
    assert kinds(table("t", rash=bits(0, 1, 2))) == {"small cell"}
    assert "arm" in kinds(table("t", rash=KNOWN.arms["High"]))
    near = everybody & ~bits(0, 1)
    assert "difference" in kinds(table("a", all=everybody), table("b", most=near))
    without = bits(*range(20)) & ~bits(0, 2, 4, 6, 8)
    by_difference = kinds(table("a", some=bits(*range(20))), table("b", rest=without))
    assert "arm by difference" in by_difference
    assert "label" in kinds(table("t", Placebo=bits(*range(10))))
    assert "person" in kinds(table("t", P001=bits(*range(10))))
    visits = PackTable(name="v", title="Units by kind of visit", part=OPEN, inputs=(),
                       cells=(PackCell(row="a", column="count", value=9.0),))  # fmt: skip
    assert "label" in kinds(visits)
    split = table("parts", one=bits(*range(10)), two=bits(*range(10, 28)))
    assert "difference" in kinds(table("whole", all=everybody), split)


@pytest.mark.hazard("H-357")
def test_an_earlier_pack_may_not_give_an_arm_by_subtraction() -> None:
    now, before = (
        table("t", x=bits(*range(20))),
        table("t", x=bits(*range(20)) & ~bits(0, 2, 4, 6, 8)),
    )
    assert kinds(now, earlier=(before,)) == {"arm by difference"}
    assert kinds(now, earlier=(table("t", x=bits(*range(18))),)) == set()


@pytest.mark.hazard("H-357")
def test_an_arm_as_it_was_counts_too_and_so_does_what_rows_leave() -> None:
    arms = {"A": bits(*range(10)), "B": bits(*range(10, 20)), "C": bits(*range(20, 29))}
    then = PeopleBits(place={f"P{n:03d}": n for n in range(29)}, arms=arms)
    now = PeopleBits(place=KNOWN.place, arms={**arms, "C": bits(*range(20, 30))})
    shown = table("t", most=bits(*range(29)), everybody=bits(*range(30)))
    before = EarlierPack(name="k-1", tables=(table("t", x=bits(*range(10))),), known=then)
    told = {one.cells for one in earlier_disclosures((shown,), now, before)}
    # B and C as they are, and B and C but for who came since
    assert told == {("t/everybody", "k-1: t/x"), ("t/most", "k-1: t/x")}
    same = EarlierPack(name="k-2", tables=(table("t", x=bits(*range(8))),), known=then)
    assert earlier_disclosures((shown,), now, same) == ()
    rows = (table("r", one=bits(*range(6)), two=bits(*range(10, 20))),)
    left = EarlierPack(name="k-3", tables=rows, known=then)
    whole = table("w", y=bits(*range(6)) | bits(*range(10, 26)))
    told = {one.cells for one in earlier_disclosures((whole,), now, left)}
    assert ("w/y", "all of k-3: r") in told
    assert ("w/y", "k-3: r/one") not in told


@pytest.mark.parametrize("names", [("t/x",), ("t/x", "u/x")])
def test_rows_that_somebody_named_are_left_out(names: tuple[str, ...]) -> None:
    tables = (table("t", x=bits(*range(9)), y=bits(*range(8))), table("u", x=bits(*range(7))))
    kept = without_rows(tables, names)
    assert {f"{t.name}/{c.row}" for t in kept for c in t.cells} == {"t/x", "t/y", "u/x"} - {
        *names
    }


def attacked(tables: list[PackTable], known: PeopleBits) -> int:
    """Written apart: sets of people, every cell and every nested pair of cells."""
    arms = [{n for n in range(200) if arm >> n & 1} for arm in known.arms.values()]
    cells = [
        {n for n in range(200) if cell.people >> n & 1}
        for one in tables
        if one.part == OPEN
        for cell in one.cells
        if cell.people
    ]
    groups = cells + [a ^ b for a, b in combinations(cells, 2) if (a <= b or b <= a) and a != b]
    return sum(
        len(group) < 5
        or any(group == arm for arm in arms)
        or (len(group) >= 5 and sum(bool(group & arm) for arm in arms) == 1)
        for group in groups
    )


def simulated(seed: int) -> tuple[dict[str, pl.DataFrame], list[tuple[str, str]]]:
    """A programme with few or many people; one body system leans to an arm."""
    chance = np.random.default_rng(seed)
    people = int(chance.integers(12, 90))
    words = tuple(["cleared", "held", "recalled", "died"][: int(chance.integers(1, 5))])
    rows = [
        (f"P{n:03d}", f"system {k}")
        for k in range(8)
        for n in range(people)
        if chance.random() < (0.6 if n % 2 and k == 0 else chance.random() * 0.4)
    ]
    return {"standings": standings(people, words), "adverse_events": events(rows)}, rows


@pytest.mark.hazard("H-357")
@pytest.mark.parametrize("seed", range(12))
def test_no_open_table_of_random_programmes_tells_an_arm(seed: int) -> None:
    tables, _ = simulated(seed)
    known = people_bits(tables["standings"])
    whole = pack_tables(tables, known, arm_codes(known.arms, "s"))
    kept, _ = without_disclosures(whole, known)
    assert attacked(list(kept), known) == 0


def test_the_simple_tables_do_tell() -> None:
    told = 0
    for seed in range(12):
        tables, rows = simulated(seed)
        known = people_bits(tables["standings"])
        systems = {
            f"s{k}": known.bits([who for who, what in rows if what == f"system {k}"])
            for k in range(8)
        }
        told += attacked([table("t", **systems)], known) > 0
    assert told >= 2


@pytest.mark.hazard("H-357")
@pytest.mark.parametrize(("rest", "is_told"), [(4, True), (5, False)])
def test_a_difference_of_five_people_tells_of_nobody(rest: int, *, is_told: bool) -> None:
    everybody = table("a", all=bits(*range(30)))
    found = kinds(everybody, table("b", most=bits(*range(rest, 30))))
    assert ("difference" in found) == is_told
