import polars as pl

from nanoward.base.findings import Finding, finding_of, row_key
from nanoward.flows.steps.locate_findings import locate_findings

SAMPLES = pl.DataFrame(
    {"sample": ["S1", "S2"], "file": ["data/samples.csv"] * 2, "line": [2, 3]}
)
CHEMISTRY = pl.DataFrame(
    {
        "USUBJID": ["P1", "P1"],
        "LBSEQ": [1.0, 2.0],
        "file": ["data/sdtm/lbch.xpt"] * 2,
        "line": [7, 8],
    }
)


def doubt(**key: str | int) -> Finding:
    role = str(key.pop("role"))
    return Finding(
        code="X-1", severity="error", message="m", next_step="n", row=row_key(role, **key)
    )


def test_a_row_that_was_named_is_found_again() -> None:
    tables = {"samples": SAMPLES, "sdtm.LBCH": CHEMISTRY}
    told = locate_findings(
        [doubt(role="samples", sample="S2"), doubt(role="sdtm.LB", USUBJID="P1", LBSEQ=2)],
        tables,
    )
    assert [(one.file, one.line) for one in told] == [
        ("data/samples.csv", 3),
        ("data/sdtm/lbch.xpt", 8),
    ]


def test_what_cannot_be_found_stays_as_it_was() -> None:
    for lost in (
        doubt(role="samples", sample="S9"),
        doubt(role="samples", lot="L1"),
        doubt(role="genomes", sample="S1"),
    ):
        assert locate_findings([lost], {"samples": SAMPLES}) == (lost,)


def test_a_place_that_is_known_is_not_looked_up() -> None:
    known = Finding(code="X-1", severity="note", message="m", next_step="n", file="f", line=1)
    assert locate_findings([known], {"samples": SAMPLES}) == (known,)


def test_the_named_row_survives_its_table() -> None:
    one = doubt(role="samples", sample="S2")
    assert finding_of(one.as_row()) == one
