"""How well a round recovered the truth of a simulated programme.

Every function takes a table that the round found (base/tables.py) and the table of truth/
that belongs to it, and answers with counts or with the rows that disagree.
"""

from dataclasses import dataclass

import polars as pl

Table = pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksRecovered:
    """Counts of pairs; recall and fdr are None where nothing could be missed or wrong."""

    true: int
    called: int
    found: int

    @property
    def recall(self) -> float | None:
        return self.found / self.true if self.true else None

    @property
    def fdr(self) -> float | None:
        """Share of called pairs that are not linked."""
        return 1 - self.found / self.called if self.called else None

    def __add__(self, other: "LinksRecovered") -> "LinksRecovered":
        """Counts over several worlds."""
        return LinksRecovered(
            true=self.true + other.true,
            called=self.called + other.called,
            found=self.found + other.found,
        )


def links_recall_and_fdr(
    bonds: Table, links: Table, *, least_shared_days: int = 0, with_contact: bool = False
) -> LinksRecovered:
    """Called pairs against truth/links.csv, among the pairs that were compared.

    least_shared_days  links with a shorter common history after the lot are not asked for
                       (their genomes hardly differ from the lot's); calling one is no fault
    with_contact       only pairs with a recorded contact are looked at
    """
    compared = bonds.filter(pl.col("contact") != "") if with_contact else bonds
    pairs = set(compared.select("a", "b").iter_rows())
    called = set(compared.filter(pl.col("linked")).select("a", "b").iter_rows())
    every = set(links.select("a", "b").iter_rows()) & pairs
    asked = set(
        links.filter(pl.col("shared_days").cast(pl.Int64) >= least_shared_days)
        .select("a", "b")
        .iter_rows()
    )
    excused = every - asked
    return LinksRecovered(
        true=len(every & asked),
        called=len(called - excused),
        found=len(called & every & asked),
    )


def standings_that_differ(standings: Table, truth: Table) -> Table:
    """Rows of truth/standings.csv with another standing, or none; `found` is what was said."""
    found = standings.select("participant", found="standing", reasons="reasons")
    return truth.join(found, on="participant", how="left", maintain_order="left").filter(
        ~pl.col("found").eq_missing(pl.col("standing"))
    )


def grades_that_differ(grades: Table, truth: Table) -> Table:
    """Rows of truth/grades.csv whose worst grade of that test and day is another, or none."""
    found = (
        grades.with_columns(pl.col("taken").cast(pl.String))
        .group_by("participant", "test", "taken")
        .agg(found=pl.col("grade").max())
    )
    return truth.join(
        found, on=["participant", "test", "taken"], how="left", maintain_order="left"
    ).filter(~pl.col("found").eq_missing(pl.col("grade")))


def grades_too_many(grades: Table, truth: Table, *, least: int = 3) -> Table:
    """Graded rows of at least this grade that no planted toxicity explains."""
    told = grades.with_columns(pl.col("taken").cast(pl.String)).filter(pl.col("grade") >= least)
    return told.join(truth, on=["participant", "test", "taken"], how="anti")


def faults_not_found(findings: Table, faults: Table) -> Table:
    """Rows of truth/faults.csv that no finding tells.

    A finding tells a fault when its code is of the fault's family, and it stands at the same
    file and line, or (where it names no line) is about the same subject.
    """
    told = findings.select("code", "file", "line", "subject").to_dicts()
    missed = [
        not any(_tells(one, fault) for one in told) for fault in faults.iter_rows(named=True)
    ]
    return faults.filter(pl.Series(missed, dtype=pl.Boolean))


def _tells(finding: dict[str, object], fault: dict[str, object]) -> bool:
    if str(finding["code"]).split("-")[0] not in str(fault["family"]).split("|"):
        return False
    if finding["file"] not in ("", None, fault["file"]):
        return False
    if finding["line"] is not None and finding["file"] == fault["file"]:
        return finding["line"] == fault["line"]
    return finding["subject"] in str(fault["subject"]).split("|")


def parameters_beside(fits: Table, truth: Table) -> Table:
    """truth/parameters.csv with the fitted `found` and `eta_se`; null where there is no fit."""
    found = fits.select("participant", "parameter", "eta_se", found="value", eta_found="eta")
    return truth.join(found, on=["participant", "parameter"], how="left", maintain_order="left")
