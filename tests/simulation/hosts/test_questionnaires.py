import polars as pl

from nanoward.simulation.hosts.questionnaires import SCALES, SELF_HARM_ITEM
from nanoward.simulation.world import World

QS = "data/sdtm/qs.xpt"


def test_totals_are_the_sums_of_their_items(world: World) -> None:
    table = world.tables[QS]
    for scale, (_, items, total) in SCALES.items():
        rows = table.filter(pl.col("QSCAT") == scale)
        sums = (
            rows.filter(pl.col("QSTESTCD") != total)
            .group_by("USUBJID", "QSDTC")
            .agg(pl.col("QSSTRESN").sum().alias("sum"), pl.len().alias("items"))
        )
        told = rows.filter(pl.col("QSTESTCD") == total).join(sums, on=["USUBJID", "QSDTC"])
        assert told.height == rows.height / (items + 1)
        assert (told["items"] == items).all()
        assert (told["QSSTRESN"] == told["sum"]).all()


def test_answers_are_from_0_to_3_and_all_are_given(world: World) -> None:
    items = world.tables[QS].filter(~pl.col("QSTESTCD").str.ends_with("TOT"))
    assert set(items["QSSTRESN"].unique()) == {0.0, 1.0, 2.0, 3.0}


def test_only_the_planted_people_answer_item_9_above_0(world: World) -> None:
    item = world.tables[QS].filter(
        (pl.col("QSTESTCD") == SELF_HARM_ITEM) & (pl.col("QSSTRESN") > 0)
    )
    expected = {
        (
            world.people[place].name,
            world.study.day(world.people[place].first + 7 * visit).isoformat(),
        )
        for place, visit in world.answers.items()
    }
    assert len(expected) == 2
    assert set(item.select("USUBJID", "QSDTC").iter_rows()) == expected
