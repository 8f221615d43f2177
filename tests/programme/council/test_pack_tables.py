"""Open tables pool and merge; closed ones tell every cell by coded arm."""

from datetime import date

import polars as pl
import pytest

from nanoward.programme.council.pack_tables import (
    CLOSED,
    OPEN,
    arm_codes,
    is_shown,
    pack_tables,
    people_bits,
    tells_arm,
)

DAY = date(2026, 3, 2)


def standings(people: int = 30, words: tuple[str, ...] = ("cleared", "held")) -> pl.DataFrame:
    return pl.DataFrame(
        {"participant": [f"P{n:03d}" for n in range(people)],
         "arm": [("High", "Placebo")[n % 2] for n in range(people)],
         "standing": [words[n % 7 % len(words)] for n in range(people)],
         "first_dose": [DAY] * people}
    )  # fmt: skip


def events(rows: list[tuple[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        {"participant": [who for who, _ in rows], "body_system": [what for _, what in rows],
         "severity": ["mild"] * len(rows), "serious": [False] * len(rows),
         "emergent": [True] * len(rows)}
    )  # fmt: skip


@pytest.mark.hazard("H-357")
def test_few_people_and_one_arms_events_are_no_row_of_their_own() -> None:
    table = standings()
    known = people_bits(table)
    every = [(f"P{n:03d}", "Skin") for n in range(0, 30, 2)]  # the High arm alone
    some = [(f"P{n:03d}", "Heart") for n in range(12)]
    few = [(f"P{n:03d}", "Eye") for n in range(3)]
    found = {
        (one.name, one.part): one
        for one in pack_tables(
            {"standings": table, "adverse_events": events(every + some + few)},
            known, arm_codes(known.arms, "s"),
        )
    }  # fmt: skip
    rows = {cell.row: cell.value for cell in found["events", OPEN].cells}
    assert "Skin" not in rows
    assert "Eye" not in rows
    closed = {(c.row, c.column): c.value for c in found["events_by_arm", CLOSED].cells}
    letters = {arm_codes(known.arms, "s")["High"]: 15.0}
    assert closed["Skin", next(iter(letters))] == 15.0
    assert closed["Skin", "all"] == 15.0


def test_letters_are_hidden_without_the_secret_and_the_same_with_it() -> None:
    arms = [f"arm {n}" for n in range(5)]
    assert arm_codes(arms, "s") == arm_codes(reversed(arms), "s")
    assert len({str(arm_codes(arms, str(n))) for n in range(20)}) > 5
    assert sorted(arm_codes(arms, "s").values()) == list("ABCDE")


@pytest.mark.hazard("H-357")
def test_what_tells_an_arm() -> None:
    known = people_bits(standings())
    high, placebo = known.arms["High"], known.arms["Placebo"]
    assert tells_arm(high, known)
    assert tells_arm(placebo, known)
    assert not tells_arm(high | placebo, known)
    assert tells_arm(known.bits([f"P{n:03d}" for n in (0, 2, 4, 6, 8)]), known)
    assert not tells_arm(known.bits([f"P{n:03d}" for n in (0, 2, 4, 6, 7)]), known)
    assert not is_shown(known.bits(["P000", "P001"]), known)
    assert not tells_arm(0, known)
