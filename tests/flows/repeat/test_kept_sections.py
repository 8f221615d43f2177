import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nanoward.base.plan import Plan
from nanoward.flows.repeat.kept_sections import (
    KeptSections,
    TracedRound,
    reads_of,
)
from nanoward.flows.round.round import Round
from nanoward.testing.ports import memory_site

PLAN = Plan(name="x", title="X", sha256="0" * 64)
ROUND = Round(
    plan=PLAN,
    as_of=date(2026, 1, 5),
    tables={"a": pl.DataFrame({"n": [1]}), "b": pl.DataFrame({"n": [2]})},
    facts={"bonds": {"pairs": 3}, "tuning": {"fits": 4}},
    provenance={"seed": 7},
)


def blobs() -> Any:
    return memory_site(PLAN, {}, now=datetime(2026, 1, 5, tzinfo=UTC)).blobs


def shown(round_: Round) -> str:
    extra = "b" in round_.tables and round_.facts.get("bonds", {}).get("pairs")
    return f"{round_.tables['a']['n'][0]} {extra} {round_.plan.title}"


def made(kept: KeptSections, round_: Round) -> tuple[str, bool]:
    before = len(kept.recalled)
    text = kept.text("one", round_, shown)
    kept.keep()
    return text, len(kept.recalled) > before


@pytest.mark.hazard("H-283")
def test_a_part_is_made_anew_where_anything_that_it_reads_changed() -> None:
    kept = KeptSections(blobs(), "software")
    assert made(kept, ROUND) == ("1 3 X", False)
    assert made(kept, ROUND) == ("1 3 X", True)
    changed = {
        "a table": replace(ROUND, tables={**ROUND.tables, "a": pl.DataFrame({"n": [5]})}),
        "a table gone": replace(ROUND, tables={"a": ROUND.tables["a"]}),
        "a figure": replace(ROUND, facts={"bonds": {"pairs": 9}}),
        "a room": replace(ROUND, facts={}),
        "the plan": replace(ROUND, plan=replace(PLAN, title="Y")),
    }
    for what, other in changed.items():
        text, recalled = made(kept, other)
        assert (text, recalled) == (shown(other), False), what


def test_what_a_part_does_not_read_costs_it_nothing() -> None:
    kept = KeptSections(blobs(), "software")
    made(kept, ROUND)
    others = [
        replace(ROUND, as_of=date(2026, 1, 12)),
        replace(ROUND, provenance={"seed": 8}),
        replace(ROUND, tables={**ROUND.tables, "c": pl.DataFrame()}),
        replace(ROUND, facts={**ROUND.facts, "tuning": {"fits": 5}}),
    ]
    assert all(made(kept, other)[1] for other in others)


def test_other_software_or_another_language_keeps_its_own() -> None:
    place = blobs()
    made(KeptSections(place, "software"), ROUND)
    assert not made(KeptSections(place, "changed"), ROUND)[1]
    assert not made(KeptSections(place, "software", "de"), ROUND)[1]
    assert made(KeptSections(place, "software"), ROUND)[1]


def test_a_kept_part_that_is_lost_is_made_again() -> None:
    place = blobs()
    kept = KeptSections(place, "software")
    made(kept, ROUND)
    told = json.loads(place.get(place.noted("section:one:en:software")))
    del place._contents[told["text"]]
    assert made(kept, ROUND) == ("1 3 X", False)


def test_going_through_all_tables_reads_all_of_them() -> None:
    traced = TracedRound(ROUND)
    assert (sorted(traced.tables), len(traced.facts)) == (["a", "b"], 2)
    assert traced.asked == {("table", "*"), ("facts", "*")}
    before = reads_of(ROUND, traced.asked)
    more = replace(ROUND, tables={**ROUND.tables, "c": pl.DataFrame()})
    assert reads_of(more, traced.asked) != before


def test_every_field_of_a_round_is_traced_or_says_nothing_of_its_content() -> None:
    assert {one.name for one in fields(Round)} == {
        "plan", "as_of", "tables", "facts", "provenance", "hashes",
    }  # fmt: skip
    traced = TracedRound(ROUND)
    assert (traced.plan, traced.as_of, traced.provenance) == (
        PLAN, ROUND.as_of, ROUND.provenance,
    )  # fmt: skip
    assert traced.asked == {("plan", ""), ("as_of", ""), ("provenance", "")}
    with pytest.raises(AttributeError):
        _ = traced.hashes
