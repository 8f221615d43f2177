import polars as pl

from nanoward.simulation.hosts.laboratory import PAST, PRESENT, TESTS
from nanoward.simulation.world import World

LB = "data/sdtm/lb.xpt"

# CTCAE v5.0 written down a second time, as lower ends of the grades for a normal baseline:
# (limit in units of the table, True where it is a multiple of the upper limit of normal).
HIGH = {
    "ALT": [(1, True), (3, True), (5, True), (20, True)],
    "AST": [(1, True), (3, True), (5, True), (20, True)],
    "BILI": [(1, True), (1.5, True), (3, True), (10, True)],
    "K": [(1, True), (5.5, False), (6.0, False), (7.0, False)],
}
LOW = {"HGB": [120, 100, 80], "NEUT": [2.0, 1.5, 1.0, 0.5], "PLAT": [150, 75, 50, 25]}


def grade_of(test: str, value: float, upper: float) -> int:
    if test in HIGH:
        return sum(value > limit * (upper if times else 1) for limit, times in HIGH[test])
    return sum(value < limit for limit in LOW[test])


def test_planted_values_have_the_grade_that_the_truth_tells() -> None:
    upper = {test.code: test.high for test in TESTS}
    for test, value, grade in (*PAST, *PRESENT):
        assert grade_of(test, value, upper[test]) == grade


def test_every_planted_value_stands_in_the_laboratory_table(world: World) -> None:
    truth = world.truth["truth/grades.csv"]
    assert truth.height == len(PAST) + len(PRESENT)
    for row in truth.iter_rows(named=True):
        found = world.tables[LB].filter(
            (pl.col("USUBJID") == row["participant"])
            & (pl.col("LBTESTCD") == row["test"])
            & (pl.col("LBDTC") == row["taken"])
        )
        assert found["LBSTRESN"].to_list() == [row["value"]]


def test_nobody_else_reaches_grade_2(world: World) -> None:
    planted = world.truth["truth/grades.csv"].select("participant", "test")
    rest = world.tables[LB].join(
        planted,
        left_on=["USUBJID", "LBTESTCD"],
        right_on=["participant", "test"],
        how="anti",
    )
    graded = rest.filter(pl.col("LBTESTCD").is_in([*HIGH, *LOW]))
    worst = max(
        grade_of(row["LBTESTCD"], row["LBSTRESN"], row["LBSTNRHI"])
        for row in graded.iter_rows(named=True)
    )
    assert worst <= 1
    usual = rest.filter(pl.col("LBSTRESN").is_between("LBSTNRLO", "LBSTNRHI"))
    assert usual.height / rest.height > 0.99


def test_no_value_is_from_before_consent_or_after_leaving(world: World) -> None:
    people = {person.name: person for person in world.people}
    for name, taken in world.tables[LB].select("USUBJID", "LBDTC").unique().iter_rows():
        person = people[name]
        assert world.study.day(person.consent).isoformat() <= taken
        assert taken <= world.study.day(person.leaves(world.study)).isoformat()


def test_result_and_number_agree(world: World) -> None:
    table = world.tables[LB]
    assert (table["LBORRES"].cast(pl.Float64) == table["LBSTRESN"]).all()
    assert not table.select("USUBJID", "LBSEQ").is_duplicated().any()
