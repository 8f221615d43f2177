from datetime import date

import polars as pl

from nanoward.flows.bonds.infer_directions import infer_directions, known_of

GENOMES = pl.DataFrame(
    {
        "sample": ["p", "p", "p", "q", "q"],
        "contig": ["1", "2", "3", "1", "2"],
        "sequence": ["AAAA" * 60, "GAAA" * 60, "AGAA" * 60, "GAAA" * 60, "GAAA" * 60],
    }
)


def test_directions_of_all_two_people_with_what_cannot_be_told() -> None:
    (row,) = infer_directions(GENOMES).tables["directions"].to_dicts()
    assert (row["a"], row["b"], row["direction"]) == ("p", "q", "a to b")
    alike = GENOMES.filter(pl.col("sample") == "q")
    twins = pl.concat([alike, alike.with_columns(sample=pl.lit("r"))])
    outcome = infer_directions(twins)
    assert outcome.tables["directions"]["direction"].to_list() == ["undecided"]
    assert [one.subject for one in outcome.undecided] == ["q - r"]


def test_doses_and_first_days_are_taken_from_the_samples() -> None:
    samples = pl.DataFrame(
        {
            "participant": ["p", "p", "q"],
            "taken": [date(2026, 2, 1), date(2026, 1, 1), date(2026, 3, 1)],
            "lot": [None, "L1", None],
        }
    )
    assert known_of(samples) == {
        "p": (True, date(2026, 1, 1)),
        "q": (False, date(2026, 3, 1)),
    }
    alike = pl.concat([GENOMES[3:], GENOMES[3:].with_columns(sample=pl.lit("p"))])
    (row,) = infer_directions(alike, samples).tables["directions"].to_dicts()
    assert row["direction"] == "a to b"
