"""Section 3: how far the agent has moved from its spec, and in its host."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.charts.departures import departures_figure
from nanoward.faces.report.charts.distance import distance_figure
from nanoward.faces.report.charts.genome import along_genome
from nanoward.faces.report.drawing.figures import counted, day, number
from nanoward.faces.report.drawing.views import (
    Cell,
    Figure,
    Table,
    absence,
    cells,
    found,
    headings,
)
from nanoward.faces.report.sections.adapted import adapted_tables
from nanoward.faces.report.sections.bonds import room_facts
from nanoward.flows.round.round import Round

_ROWS = 60  # samples that the table shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What the section shows."""

    absent: str
    lead: str
    distance: Figure | None
    within: Figure | None
    genome: Figure | None
    variants: Table | None
    watched: Sequence[Table]
    samples: Table
    rates: Table | None
    facts: Sequence[tuple[str, str]]


def drift(round_: Round) -> Drift:
    """Distance from the spec by day, and change within a person."""
    profiles = found(round_, tables.PROFILES).sort("participant", "taken", "sample")
    changes = found(round_, tables.ADAPTATION).sort("participant", "days", "sample")
    typed = {
        name: profiles.filter(pl.col("typed_as") == name).height
        for name in ("agent", "other", "unreadable")
    }
    along, commonest = along_genome(round_)
    return Drift(
        absent=absence(round_, tables.PROFILES, tables.ADAPTATION, tables.ALIGNED),
        lead=f"{counted(profiles.height, 'sample')} of "
        f"{counted(profiles['participant'].n_unique(), 'participant')}: {typed['agent']} carry "
        f"the agent, {typed['other']} carry something else, {typed['unreadable']} could not be "
        "read.",
        distance=distance_figure(profiles),
        within=departures_figure(round_),
        genome=along,
        variants=commonest,
        watched=adapted_tables(round_),
        samples=_samples(profiles),
        rates=_rates(changes) if changes.height else None,
        facts=room_facts(round_, "catalogue"),
    )


def _samples(profiles: pl.DataFrame) -> Table:
    ranked = profiles.sort("distance", descending=True, nulls_last=True)
    rest = max(profiles.height - _ROWS, 0)
    return Table(
        caption="Samples against the spec, the furthest first",
        headings=headings(
            "@Sample",
            "@Participant",
            "@Taken",
            "Typed as",
            "#Readable (bases)",
            "#of",
            "#Consensus differences",
            "#Minor variants",
            "#Distance per 1000",
        ),
        rows=[
            cells(
                row["sample"],
                row["participant"] or "–",
                day(row["taken"]),
                Cell(
                    text=row["typed_as"] or "–",
                    mark="" if row["typed_as"] == "agent" else "alarm",
                ),
                number(row["readable"]),
                number(row["reference_length"]),
                number(row["consensus_differences"]),
                number(row["minor_variants"]),
                number(None if row["distance"] is None else row["distance"] * 1000),
            )
            for row in ranked.head(_ROWS).to_dicts()
        ],
        more=f"{counted(rest, 'further sample')}: tables/profiles.parquet." if rest else "",
        folded=f"Table of {counted(min(profiles.height, _ROWS), 'sample')}",
    )


def _rates(changes: pl.DataFrame) -> Table:
    rest = max(changes.height - _ROWS, 0)
    return Table(
        caption="Change within a participant, with its 95 % interval",
        headings=headings(
            "@Participant",
            "@First sample",
            "@Later sample",
            "#Days",
            "#Differences",
            "#Readable in both",
            "#Per 1000 sites and year",
            "#95 % interval",
        ),
        rows=[
            cells(
                row["participant"],
                row["first_sample"],
                row["sample"],
                number(row["days"]),
                number(row["differences"]),
                number(row["readable"]),
                _per_kb(row["per_site_year"]),
                f"{_per_kb(row['low'])} to {_per_kb(row['high'])}"
                if row["per_site_year"] is not None
                else "–",
            )
            for row in changes.head(_ROWS).to_dicts()
        ],
        more=f"{counted(rest, 'further sample')}: tables/adaptation.parquet." if rest else "",
        folded="" if changes.height <= 15 else f"Table of {counted(changes.height, 'change')}",
    )


def _per_kb(rate: float | None) -> str:
    return number(None if rate is None else rate * 1000)
