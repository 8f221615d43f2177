import polars as pl

from nanoward.simulation.world import World


def test_doses_lie_between_consent_and_leaving(world: World) -> None:
    consent = dict(world.tables["data/sdtm/dm.xpt"].select("USUBJID", "RFICDTC").iter_rows())
    left = dict(
        world.tables["data/sdtm/ds.xpt"]
        .filter(pl.col("DSCAT") == "DISPOSITION EVENT")
        .select("USUBJID", "DSSTDTC")
        .iter_rows()
    )
    doses = world.tables["data/sdtm/ex.xpt"]
    assert doses.height > 60
    for row in doses.iter_rows(named=True):
        assert consent[row["USUBJID"]] < row["EXSTDTC"] <= row["EXENDTC"]
        assert row["EXENDTC"] <= left.get(row["USUBJID"], world.study.as_of.isoformat())


def test_everybody_consented_and_has_one_row_of_demographics(world: World) -> None:
    table = world.tables["data/sdtm/dm.xpt"]
    assert table["USUBJID"].to_list() == [person.name for person in world.people]
    assert (table["RFICDTC"] != "").all()
    told = world.tables["data/sdtm/ds.xpt"].filter(
        pl.col("DSDECOD") == "INFORMED CONSENT OBTAINED"
    )
    assert dict(told.select("USUBJID", "DSSTDTC").iter_rows()) == dict(
        table.select("USUBJID", "RFICDTC").iter_rows()
    )


def test_a_death_is_told_by_both_demographics_and_disposition(world: World) -> None:
    dm, ds = world.tables["data/sdtm/dm.xpt"], world.tables["data/sdtm/ds.xpt"]
    dead = dm.filter(pl.col("DTHFL") == "Y")
    assert dead.height == 1
    assert (
        dead["USUBJID"].to_list()
        == ds.filter(pl.col("DSDECOD") == "DEATH")["USUBJID"].to_list()
    )


def test_the_agent_is_given_once_and_names_its_lot(world: World) -> None:
    doses = world.tables["data/sdtm/ex.xpt"].filter(pl.col("EXTRT") == "WARDLING")
    assert (doses["EXSTDTC"] == doses["EXENDTC"]).all()
    assert (doses["EXLOT"] != "").all()
    assert not doses["USUBJID"].is_duplicated().any()


def test_nothing_is_measured_after_the_day_that_the_data_stand_for(world: World) -> None:
    last = world.study.as_of.isoformat()
    for path, column in (("sv", "SVSTDTC"), ("vs", "VSDTC"), ("lb", "LBDTC"), ("qs", "QSDTC")):
        assert world.tables[f"data/sdtm/{path}.xpt"][column].max() <= last
