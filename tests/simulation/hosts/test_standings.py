import polars as pl
import pytest

from nanoward.simulation.world import World


def test_everybody_has_one_standing(world: World) -> None:
    told = world.truth["truth/standings.csv"]
    assert told["participant"].to_list() == [person.name for person in world.people]
    assert set(told["standing"]) == {
        "screened",
        "cleared",
        "held",
        "recalled",
        "withdrawn",
        "completed",
        "died",
    }


@pytest.mark.parametrize(
    ("decoded", "standing"),
    [
        ("DEATH", "died"),
        ("WITHDRAWAL BY SUBJECT", "withdrawn"),
        ("ADVERSE EVENT", "recalled"),
        ("COMPLETED", "completed"),
        ("SCREEN FAILURE", "screened"),
    ],
)
def test_a_disposition_decides_the_standing(world: World, decoded: str, standing: str) -> None:
    ds = world.tables["data/sdtm/ds.xpt"].filter(pl.col("DSDECOD") == decoded)
    told = dict(
        world.truth["truth/standings.csv"].select("participant", "standing").iter_rows()
    )
    assert ds.height > 0
    assert {told[name] for name in ds["USUBJID"]} == {standing}


def test_a_present_toxicity_holds_or_recalls_and_a_past_one_does_not(world: World) -> None:
    told = dict(world.truth["truth/standings.csv"].select("participant", "fact").iter_rows())
    for one in world.toxicities:
        person = world.people[one.person]
        age = world.study.days - person.first - 7 * one.week
        assert (told[person.name] == f"{one.test} grade {one.grade}") == (age < 7)


def test_a_present_answer_to_item_9_holds(world: World) -> None:
    told = dict(
        world.truth["truth/standings.csv"].select("participant", "standing").iter_rows()
    )
    standings = [told[world.people[place].name] for place in world.answers]
    assert sorted(standings) == ["completed", "held"]
