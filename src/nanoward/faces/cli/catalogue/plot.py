"""nanoward catalogue plot: pictures of what was found, as SVG files."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.options import common, print_result

if TYPE_CHECKING:
    import polars as pl

    from nanoward.catalogue.evolution.acquired_mutations import AnnotatedLocus


TABLES = ("coverage", "factors", "aligned", "departures")
MOST = 24  # samples that are drawn where none is named


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="Folder for the pictures.")  # fmt: skip
@click.option("--spec", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="spec.toml with the loci; default: the programme's.")  # fmt: skip
@click.option("--sample", "samples", multiple=True, help="Draw these; default: the first 24.")
@common
def plot(folder: Path, out: Path, spec: Path | None, **options: Any) -> None:
    """Draw coverage with loci, variants along the genome, and adaptation over weeks.

    FOLDER is a programme (its newest round, or that of --as-of), or what `catalogue type`
    wrote with --out.
    """
    from nanoward.flows.steps.parquet import table_of

    place = tables_folder(folder, options["as_of"])
    tables = {
        name: table_of((place / f"{name}.parquet").read_bytes())
        for name in TABLES
        if (place / f"{name}.parquet").exists()
    }
    pictures = drawn(tables, regions_of(folder, spec), options["samples"])
    if not pictures:
        raise UsageError(
            f"{place} holds nothing that could be drawn",
            next_step="Hold a round first, or type reads with --out",
        )
    out.mkdir(parents=True, exist_ok=True)
    for name, text in pictures.items():
        (out / name).write_text(text)
    told = "\n".join(str(out / name) for name in sorted(pictures))
    print_result({"files": sorted(pictures)}, told, as_json=options["as_json"])


def tables_folder(folder: Path, day: Any) -> Path:
    """Where the tables of a programme's round lie; the folder itself where it is none."""
    if not (folder / "programme.toml").exists():
        return folder
    rounds = sorted(one.name for one in (folder / "rounds").glob("*") if one.is_dir())
    name = rounds[-1] if day is None and rounds else str(day)
    if name not in rounds:
        raise UsageError(
            f"{folder} holds no round of {day or 'any day'}",
            next_step=f"nanoward round {folder}",
        )
    return folder / "rounds" / name / "tables"


def regions_of(folder: Path, spec: Path | None) -> "tuple[AnnotatedLocus, ...]":
    """Loci of the spec; none where there is no spec, or it cannot be understood."""
    from nanoward.flows.agents.check_agents import spec_regions

    found = [spec] if spec is not None else sorted(folder.glob("agents/*/spec.toml"))
    return spec_regions(str(found[0]), found[0].read_bytes()) if found else ()


def drawn(
    tables: "Mapping[str, pl.DataFrame]",
    regions: "tuple[AnnotatedLocus, ...]",
    asked: tuple[str, ...],
) -> dict[str, str]:
    """File name to SVG; the samples that were asked for, else the first 24."""
    import polars as pl

    from nanoward.faces.report.charts.genome_plots import (
        adaptation_svg,
        coverage_svg,
        variants_svg,
    )

    def chosen(table: pl.DataFrame) -> list[str]:
        names = sorted(set(table["sample"].to_list()))
        return [one for one in names if one in asked] if asked else names[:MOST]

    found: dict[str, str] = {}
    lengths = _lengths(tables)
    if "coverage" in tables:
        for name in chosen(tables["coverage"]):
            own = tables["coverage"].filter(pl.col("sample") == name)
            found[f"coverage-{_safe(name)}.svg"] = coverage_svg(name, own, regions)
    if "factors" in tables and lengths:
        found["variants.svg"] = variants_svg("All samples", tables["factors"], lengths, regions)
        for name in chosen(tables["factors"]):
            own = tables["factors"].filter(pl.col("sample") == name)
            found[f"variants-{_safe(name)}.svg"] = variants_svg(name, own, lengths, regions)
    if "departures" in tables and tables["departures"].height:
        found["adaptation.svg"] = adaptation_svg(tables["departures"])
    return found


def _lengths(tables: "Mapping[str, pl.DataFrame]") -> dict[str, int]:
    import polars as pl

    found: dict[str, int] = {}
    for name, length in (("aligned", pl.col("sequence").str.len_bytes()),
                         ("coverage", pl.col("last"))):  # fmt: skip
        if name in tables:
            rows = tables[name].group_by("contig").agg(length.max().alias("length"))
            found |= {str(contig): int(size) for contig, size in rows.rows()}
    return found


def _safe(name: str) -> str:
    return "".join(one if one.isalnum() or one in "-_." else "_" for one in name)
