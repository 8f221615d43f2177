import polars as pl
from rounds import full_round

from nanoward.bonds import score_table
from nanoward.faces.report.sections.bonds import bonds, room_facts


def test_every_bond_has_a_row_of_evidence_and_the_rest_is_counted() -> None:
    round_ = full_round(20)
    linked = round_.tables["bonds"].filter("linked").height
    told = bonds(round_)
    assert len(told.table.rows) == linked + 10
    assert told.table.more.startswith(f"{777 - linked - 10} further pairs")


def test_bonds_without_a_recorded_contact_are_called_out() -> None:
    round_ = full_round(20)
    bare = round_.tables["bonds"].filter(pl.col("linked") & (pl.col("contact") == ""))
    told = bonds(round_)
    assert len(told.alarms) == bare.height > 0
    assert f"{bare.height} without" in told.lead
    marked = [row for row in told.table.rows if row[2].mark == "alarm"]
    assert len(marked) == bare.height


def test_a_stratum_without_bonds_is_named_and_not_drawn() -> None:
    told = bonds(full_round(20))
    assert "2012-2013 / B (36 pairs)" in told.without
    assert len(told.networks) == 4


def test_no_bond_at_all_is_said_plainly() -> None:
    round_ = full_round(20)
    table = round_.tables["bonds"].with_columns(pl.lit(value=False).alias("linked"))
    told = bonds(type(round_)(plan=round_.plan, as_of=round_.as_of, tables={"bonds": table}))
    assert told.lead == "Of 777 pairs compared, none shares more than unrelated pairs do."
    assert told.alarms == []


def test_figures_of_a_room_are_told_by_name() -> None:
    assert room_facts(full_round(20), "bonds") == [
        ("new bonds", "3"),
        ("pairs compared", "777"),
    ]
    assert room_facts(full_round(20), "watch") == []


def test_a_round_that_keeps_its_near_pairs_counts_them_all() -> None:
    round_ = full_round(20)
    whole = round_.tables["bonds"]
    people = pl.concat(
        [whole.select("stratum", pl.col(side).alias("participant")) for side in ("a", "b")]
    ).unique()
    few = {
        **round_.tables,
        "bonds": whole.filter(pl.col("linked") | (pl.col("contact") != "")),
        "bond_people": people,
        "bond_scores": score_table(whole),
    }
    told = bonds(type(round_)(plan=round_.plan, as_of=round_.as_of, tables=few))
    plain = bonds(round_)
    pairs = sum(size * (size - 1) // 2 for size in people["stratum"].value_counts()["count"])
    assert f"Of {pairs} pairs compared" in told.lead.replace("\u202f", "").replace(",", "")
    assert told.scores is not None
    assert told.scores.drawing == plain.scores.drawing
    assert "keeps the nearest" in told.table.more
    drawn, whole_drawn = (
        [one.caption.split(" (")[0] for one in each.networks] for each in (told, plain)
    )
    assert drawn == whole_drawn
