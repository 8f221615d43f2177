import polars as pl

from nanoward.simulation.recovery import (
    LinksRecovered,
    faults_not_found,
    grades_that_differ,
    grades_too_many,
    links_recall_and_fdr,
    parameters_beside,
    standings_that_differ,
)

BONDS = pl.DataFrame(
    {
        "a": ["P1", "P1", "P2", "P2", "P3"],
        "b": ["P2", "P3", "P3", "P4", "P4"],
        "linked": [True, True, False, True, None],
        "contact": ["room", "", "room", "room", ""],
    }
)
LINKS = pl.DataFrame(
    {
        "a": ["P1", "P2", "P2", "P8"],
        "b": ["P2", "P3", "P4", "P9"],
        "shared_days": [40, 30, 5, 9],
    }
)


def test_links_are_counted_among_the_pairs_that_were_compared() -> None:
    got = links_recall_and_fdr(BONDS, LINKS)
    assert got == LinksRecovered(true=3, called=3, found=2)
    assert got.recall == 2 / 3
    assert got.fdr == 1 - 2 / 3


def test_a_link_too_young_to_see_is_neither_asked_for_nor_wrong() -> None:
    got = links_recall_and_fdr(BONDS, LINKS, least_shared_days=14)
    assert got == LinksRecovered(true=2, called=2, found=1)


def test_pairs_without_contact_can_be_left_aside() -> None:
    got = links_recall_and_fdr(BONDS, LINKS, with_contact=True)
    assert got == LinksRecovered(true=3, called=2, found=2)
    assert got.fdr == 0


def test_worlds_add_up_and_nothing_called_has_no_rate() -> None:
    none = LinksRecovered(true=0, called=0, found=0)
    assert none.recall is None
    assert none.fdr is None
    assert none + LinksRecovered(true=2, called=1, found=1) == LinksRecovered(
        true=2, called=1, found=1
    )


def test_standings_that_differ_or_lack_are_told() -> None:
    found = pl.DataFrame(
        {
            "participant": ["P1", "P2"],
            "standing": ["held", "cleared"],
            "reasons": [["x"], ["y"]],
        }
    )
    truth = pl.DataFrame(
        {"participant": ["P1", "P2", "P3"], "standing": ["held", "held", "died"]}
    )
    wrong = standings_that_differ(found, truth)
    assert wrong.select("participant", "found").rows() == [("P2", "cleared"), ("P3", None)]


GRADES = pl.DataFrame(
    {
        "participant": ["P1", "P1", "P2"],
        "test": ["K", "K", "ALT"],
        "taken": ["2026-03-02"] * 3,
        "grade": [0, 3, 3],
    }
).with_columns(pl.col("taken").str.to_date())


def test_the_worst_grade_of_a_day_counts() -> None:
    truth = pl.DataFrame(
        {
            "participant": ["P1", "P3"],
            "test": ["K", "K"],
            "taken": ["2026-03-02"] * 2,
            "grade": [3, 2],
        }
    )
    assert grades_that_differ(GRADES, truth)["participant"].to_list() == ["P3"]
    assert grades_too_many(GRADES, truth)["participant"].to_list() == ["P2"]


def test_a_fault_is_found_at_its_line_or_by_its_subject() -> None:
    faults = pl.DataFrame(
        {
            "kind": ["one", "two", "three", "four"],
            "file": ["data/a.csv", "data/a.csv", "data/b.csv", "data/c.csv"],
            "line": [7, 8, 9, 10],
            "subject": ["P1", "P1", "P9|P9-01", "P2"],
            "family": ["FMT", "FMT", "PRG|CLR", "CLR"],
        }
    )
    findings = pl.DataFrame(
        {
            "code": ["FMT-029", "CLR-020", "CAT-001"],
            "file": ["data/a.csv", "", "data/c.csv"],
            "line": [7, None, 10],
            "subject": ["P1", "P9", "P2"],
        }
    )
    assert faults_not_found(findings, faults)["kind"].to_list() == ["two", "four"]


def test_fits_stand_beside_the_true_parameters() -> None:
    truth = pl.DataFrame(
        {"participant": ["P1", "P2"], "parameter": ["CL", "CL"], "eta": [0.1, 0]}
    )
    fits = pl.DataFrame(
        {
            "participant": ["P1"],
            "parameter": ["CL"],
            "eta": [0.2],
            "eta_se": [0.1],
            "value": [3.5],
        }
    )
    assert parameters_beside(fits, truth)["found"].to_list() == [3.5, None]
