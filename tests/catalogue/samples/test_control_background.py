import polars as pl
import pytest

from nanoward.catalogue.samples.control_background import control_samples, without_background

Row = tuple[str, int, float, int | None]


def variants(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame(
        [(name, "c", at, "A", "G", share, depth) for name, at, share, depth in rows],
        schema={"sample": pl.String, "contig": pl.String, "position": pl.Int64,
                "ref": pl.String, "alt": pl.String, "frequency": pl.Float64,
                "depth": pl.Int64},
        orient="row",
    )  # fmt: skip


def samples(*rows: tuple[str, str | None, bool | None]) -> pl.DataFrame:
    schema = {"sample": pl.String, "run": pl.String, "control": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


SAMPLES = samples(("s", "r1", None), ("t", "r2", False), ("blank", "r1", True))


def kept(table: pl.DataFrame, told: pl.DataFrame = SAMPLES) -> set[tuple[str, int]]:
    return set(without_background(table, told)[0].select("sample", "position").rows())


@pytest.mark.hazard("H-56")
def test_a_variant_as_frequent_as_in_the_control_of_its_run_is_background() -> None:
    table = variants(("blank", 5, 0.03, 400), ("s", 5, 0.03, 400), ("s", 6, 0.03, 400),
                     ("t", 5, 0.03, 400))  # fmt: skip
    assert kept(table) == {("s", 6), ("t", 5)}  # t is of another run
    (note,) = without_background(table, SAMPLES)[1]
    assert (note.code, note.severity, note.subject) == ("CAT-054", "note", "s")


@pytest.mark.parametrize(
    ("share", "depth", "stays"),
    [(0.2, 400, True), (0.05, 400, False), (0.2, 10, False), (0.95, 10, True),
     (0.08, None, False), (0.2, None, True)],
)  # fmt: skip
def test_what_is_clearly_more_than_the_control_shows_stays(
    share: float, depth: int | None, stays: bool
) -> None:
    table = variants(("blank", 5, 0.03, 400), ("s", 5, share, depth))
    assert kept(table) == ({("s", 5)} if stays else set())


def test_without_controls_or_runs() -> None:
    table = variants(("blank", 5, 0.03, 400), ("s", 5, 0.03, 400))
    assert without_background(table, SAMPLES.drop("control"))[0].equals(table)
    assert kept(table, SAMPLES.drop("run")) == set()
    assert control_samples(SAMPLES) == {"blank": "r1"}
    assert control_samples(SAMPLES.drop("run")) == {"blank": ""}


def test_of_two_controls_the_worse_counts() -> None:
    told = samples(("s", "r1", None), ("a", "r1", True), ("b", "r1", True))
    table = variants(("a", 5, 0.01, 400), ("b", 5, 0.1, 400), ("s", 5, 0.08, 400))
    assert kept(table, told) == set()
