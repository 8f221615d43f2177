"""The genome from end to end: where samples could be read, where they vary, and its loci.

Contigs stand one behind the other. A variant's share is of the samples that have its contig, so
that lineages with contigs of their own are not counted against each other.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from markupsafe import Markup

from nanoward.base import tables
from nanoward.faces.report.drawing.drawing import chart, path_of, tag
from nanoward.faces.report.drawing.figures import counted, number, percent
from nanoward.faces.report.drawing.views import Figure, Table, cells, found, headings
from nanoward.flows.round.round import Round

_WIDTH, _LEFT, _RIGHT = 900.0, 52.0, 10.0
_UP, _VARIANTS, _LOCI, _COVERAGE = 18.0, 120.0, 26.0, 54.0
_BINS = 300
_LETTERS = 40_000_000  # of consensus that are looked at: more samples are thinned evenly
_ROWS = 30
_COMMON = 0.5  # readable in fewer samples than this is a gap
_UNREAD = np.frombuffer(b"Nn?", np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contig:
    """One contig: its length, where it begins in the picture, and the samples that have it."""

    name: str
    length: int
    start: int
    samples: int
    readable: np.ndarray  # (L,) share of samples that could be read there


@dataclass(frozen=True, slots=True, kw_only=True)
class Genome:
    """All contigs, their whole length, and how many samples were looked at."""

    contigs: Sequence[Contig]
    length: int
    looked: int
    samples: int

    def x(self, place: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * place / max(self.length, 1)

    def of(self, name: str) -> Contig | None:
        return next((one for one in self.contigs if one.name == name), None)


def genome_of(round_: Round) -> Genome | None:
    """The contigs of ALIGNED; None where no sample was laid on a reference."""
    table = found(round_, tables.ALIGNED).drop_nulls(["contig", "sequence"])
    if table.is_empty():
        return None
    names = table["sample"].unique().sort().to_list()
    letters = int(table["sequence"].str.len_bytes().sum())
    step = max(-(-letters // _LETTERS), 1)
    looked = names[::step]
    known = table.filter(pl.col("sample").is_in(looked))
    contigs, start = [], 0
    for (name,), part in known.sort("contig", "sample").group_by("contig", maintain_order=True):
        share = _readable(part["sequence"].to_list())
        contigs.append(
            Contig(name=str(name), length=len(share), start=start, samples=part.height,
                   readable=share)
        )  # fmt: skip
        start += len(share)
    return Genome(contigs=contigs, length=start, looked=len(looked), samples=len(names))


def _readable(sequences: Sequence[str]) -> np.ndarray:
    """(L,) share of the sequences with a letter that tells; a shorter one tells less."""
    longest = max(len(one) for one in sequences)
    tells = np.ones(256, np.int32)
    tells[_UNREAD] = 0
    told = np.zeros(longest, np.int32)
    for one in sequences:
        letters = np.frombuffer(one.encode(), np.uint8)
        told[: len(letters)] += tells[letters]
    return np.asarray(told / len(sequences))


def variant_shares(round_: Round, genome: Genome) -> pl.DataFrame:
    """contig, position, ref, alt, evidence, samples, of, share, highest: commonest first."""
    sizes = pl.DataFrame(
        {
            "contig": [one.name for one in genome.contigs],
            "of": [round(one.samples * genome.samples / max(genome.looked, 1)) for one in
                   genome.contigs],
        },
        schema={"contig": pl.String, "of": pl.Int64},
    )  # fmt: skip
    rows = found(round_, tables.FACTORS).drop_nulls(["contig", "position"])
    counted_ = rows.group_by("contig", "position", "ref", "alt", "evidence").agg(
        pl.col("sample").n_unique().alias("samples"), pl.col("frequency").max().alias("highest")
    )
    return (
        counted_.join(sizes, on="contig")
        .with_columns(share=(pl.col("samples") / pl.col("of")).clip(0, 1))
        .sort(
            ["share", "contig", "position", "alt", "evidence"],
            descending=[True, False, False, False, False],
        )
    )


def along_genome(round_: Round) -> tuple[Figure | None, Table | None]:
    """The picture and the table of the commonest variants; None where nothing was laid."""
    genome = genome_of(round_)
    if genome is None:
        return None, None
    shares = variant_shares(round_, genome)
    return _figure(round_, genome, shares), _table(shares, loci_of(round_))


def _figure(round_: Round, genome: Genome, shares: pl.DataFrame) -> Figure:
    """Variants above, loci between, and below where the samples could be read."""
    top = _top(shares)
    loci = _loci(round_, genome)
    floor = _UP + _VARIANTS
    below = floor + (_LOCI if loci else 16)
    depth, deepest = _depth(round_, genome, below + 2 * _COVERAGE + 16)
    bottom = below + (2 * _COVERAGE + 16 if depth else _COVERAGE)
    height = bottom + 30
    deep = f", depth of reads (mean up to {number(deepest)}; line: least)" if depth else ""
    gaps = sum(int((one.readable < _COMMON).sum()) for one in genome.contigs)
    told = (
        f"{counted(shares.height, 'variant')} in {counted(genome.samples, 'sample')}; "
        f"{number(gaps)} of {number(genome.length)} positions could be read in fewer than half "
        "of the samples"
    )
    thinned = (
        f" Coverage from {number(genome.looked)} of the samples, evenly chosen."
        if genome.looked < genome.samples
        else ""
    )
    return Figure(
        caption=f"Along the genome, contigs end to end. Above: the share of samples that carry "
        f"a variant. Below: the share of samples that could be read. {told}.{thinned}",
        drawing=chart(
            _WIDTH, height, f"Along the genome: {told}",
            *_scale(floor, _VARIANTS, top=top), *_scale(below + _COVERAGE, _COVERAGE, most=1),
            *_borders(genome, _UP, bottom),
            *_variants(genome, shares, floor, top),
            *loci,
            _coverage(genome, below + _COVERAGE),
            *depth,
        ),
        legend=(
            ("line-median", "consensus variant"),
            ("line-minor", "minor variant"),
            *((("box-safe", "locus of the spec"),) if loci else ()),
            ("box-band", f"share of samples readable{deep}"),
        ),
    )  # fmt: skip


def _top(shares: pl.DataFrame) -> float:
    """The commonest variant's share, up to the next tenth."""
    highest = shares["share"].max() if shares.height else None
    return 1.0 if highest is None else max(float(np.ceil(float(str(highest)) * 10) / 10), 0.1)


def _scale(floor: float, height: float, most: int = 2, top: float = 1.0) -> list[Markup]:
    marks: list[Markup] = []
    for step in range(most + 1):
        y = floor - height * step / most
        marks.append(tag("line", class_="grid", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y, y2=y))
        marks.append(tag("text", percent(top * step / most), class_="y", x=_LEFT - 6, y=y + 4))
    return marks


def _borders(genome: Genome, top: float, floor: float) -> list[Markup]:
    """A line where a contig ends, and its name where there is room for it."""
    ends = "".join(f"M{genome.x(one.start):.1f} {top:g}V{floor:g}" for one in genome.contigs)
    marks = [tag("path", d=ends, class_="grid")]
    for one in genome.contigs:
        left, right = genome.x(one.start), genome.x(one.start + one.length)
        if right - left > 6.2 * len(one.name):
            marks.append(tag("text", one.name, class_="x", x=(left + right) / 2, y=floor + 15))
    return marks


def _variants(genome: Genome, shares: pl.DataFrame, floor: float, top: float) -> list[Markup]:
    """One upright stroke per place in the picture: its commonest variant."""
    starts = {one.name: one.start for one in genome.contigs}
    place = pl.col("contig").replace_strict(starts, default=None) + pl.col("position") - 0.5
    inside = (_WIDTH - _LEFT - _RIGHT) / max(genome.length, 1)
    tallest = (
        shares.lazy()
        .group_by("evidence", x=(_LEFT + inside * place).round(1))
        .agg(pl.col("share").max())
        .sort("x")
        .collect()
    )
    drawn = []
    for evidence, kind in (("minor", "minor"), ("consensus", "consensus")):
        part = tallest.filter(pl.col("evidence") == evidence)
        d = "".join(
            f"M{x:g} {floor:g}v{-max(_VARIANTS * share / top, 1.0):.1f}"
            for x, share in part.select("x", "share").rows()
        )
        drawn.append(tag("path", d=d, class_=f"variant {kind}"))
    return drawn


def _coverage(genome: Genome, floor: float) -> Markup:
    """The share of samples that could be read, as the mean of each small stretch."""
    places: list[tuple[float, float]] = [(genome.x(0), floor)]
    for one in genome.contigs:
        bins = max(round(_BINS * one.length / max(genome.length, 1)), 1)
        edges = np.linspace(0, one.length, bins + 1).round().astype(int)
        for left, right in itertools.pairwise(edges):
            if right > left:
                y = floor - _COVERAGE * float(one.readable[left:right].mean())
                places += [(genome.x(one.start + left), y), (genome.x(one.start + right), y)]
    places.append((genome.x(genome.length), floor))
    return tag("path", d=path_of(places, closed=True), class_="covered")


def _depth(round_: Round, genome: Genome, floor: float) -> tuple[list[Markup], float]:
    """Mean depth of all samples of reads, the shallowest sample, and the deepest mean."""
    table = found(round_, tables.COVERAGE).drop_nulls(["contig", "first", "last", "depth"])
    rows = (
        table.group_by("contig", "first", "last")
        .agg(pl.col("depth").mean(), least=pl.col("depth").min())
        .sort("contig", "first")
        .to_dicts()
    )
    known = [(row, one) for row in rows if (one := genome.of(row["contig"])) is not None]
    if not known:
        return [], 0.0
    deepest = max([1.0, *(row["depth"] for row, _ in known)])
    mean: list[tuple[float, float]] = []
    least: list[tuple[float, float]] = []
    for row, contig in known:
        for place in (row["first"] - 1, row["last"]):
            x = genome.x(contig.start + place)
            mean.append((x, floor - _COVERAGE * row["depth"] / deepest))
            least.append((x, floor - _COVERAGE * row["least"] / deepest))
    around = [(mean[0][0], floor), *mean, (mean[-1][0], floor)]
    marks = [tag("text", number(deepest, 2), class_="y", x=_LEFT - 6, y=floor - _COVERAGE + 8),
             tag("text", "0", class_="y", x=_LEFT - 6, y=floor + 4)]  # fmt: skip
    return [
        *marks,
        tag("path", d=path_of(around, closed=True), class_="covered"),
        tag("path", d=path_of(least), class_="shallow"),
    ], deepest


def _loci(round_: Round, genome: Genome) -> list[Markup]:
    """Loci that the round knows by name and place."""
    marks: list[Markup] = []
    y = _UP + _VARIANTS + 6
    for row in loci_of(round_):
        contig = genome.of(row["contig"])
        if contig is None:
            continue
        left = genome.x(contig.start + row["first"] - 1)
        wide = max(genome.x(contig.start + row["last"]) - left, 2.0)
        told = tag("title", f"{row['locus']}: {row['contig']} {row['first']} to {row['last']}")
        marks.append(
            tag("rect", told, class_="locus", x=left, y=y, width=wide, height=14, rx=2)
        )
        if wide > 6.4 * len(row["locus"]):
            marks.append(
                tag("text", row["locus"], class_="locus-name", x=left + wide / 2, y=y + 11)
            )
    return marks


def loci_of(round_: Round) -> list[dict[str, Any]]:
    """locus, contig, first, last of every locus that a table of the round places."""
    table = round_.tables.get("recurrence")
    if table is None or not {"unit", "contig", "first", "last"} <= set(table.columns):
        return []
    known = table.filter(pl.col("unit") != "site").drop_nulls(["contig", "first", "last"])
    rows = known.select("contig", "first", "last", locus="unit").unique()
    return rows.sort("contig", "first", "locus").to_dicts()


def _table(shares: pl.DataFrame, loci: Sequence[Mapping[str, Any]]) -> Table | None:
    """The commonest variants, and how many there are besides."""
    if shares.is_empty():
        return None
    rest = max(shares.height - _ROWS, 0)
    return Table(
        caption=f"The commonest of {counted(shares.height, 'variant')}",
        headings=headings(
            "@Contig", "#Position", "Change", "Locus", "Evidence", "#Samples", "#Share",
            "#Highest frequency",
        ),
        rows=[
            cells(
                row["contig"],
                number(row["position"]),
                f"{row['ref'] or '–'} > {row['alt'] or '–'}",
                _within(row, loci) or "–",
                row["evidence"] or "–",
                f"{number(row['samples'])} of {number(row['of'])}",
                percent(row["share"]),
                number(row["highest"]),
            )
            for row in shares.head(_ROWS).to_dicts()
        ],
        more=f"{counted(rest, 'further variant')}: tables/factors.parquet." if rest else "",
        folded="The commonest variants",
    )  # fmt: skip


def _within(row: Mapping[str, Any], loci: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(
        one["locus"]
        for one in loci
        if one["contig"] == row["contig"] and one["first"] <= row["position"] <= one["last"]
    )
