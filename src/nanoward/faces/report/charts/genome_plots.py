"""Pictures along the genome as SVG files: coverage with loci, variants, adaptation by week."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from nanoward.catalogue.evolution.acquired_mutations import AnnotatedLocus
from nanoward.faces.report.drawing.drawing import path_of, tag, ticks
from nanoward.faces.report.drawing.palette import LIGHT

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 960.0, 300.0, 60.0, 12.0, 34.0, 74.0
HEADROOM = 1.06  # of the highest value, so that nothing is drawn on the upper edge
CONSENSUS, STEM = 0.5, 12.0  # the sample's own variants hang on a stem: many lie side by side
GUARDED = ("kill", "safety")
UNITS = ((1_000_000, "Mb"), (1_000, "kb"), (1, "b"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Contigs laid end to end: contig to its length, in the order of the picture."""

    lengths: Mapping[str, int]

    def place(self, contig: str, position: float) -> float:
        """The x of a 1-based position; NaN for a contig that is not drawn."""
        before = 0
        for name, length in self.lengths.items():
            if name == contig:
                share = (before + position - 1) / max(sum(self.lengths.values()), 1)
                return LEFT + share * (WIDTH - LEFT - RIGHT)
            before += length
        return float("nan")


def coverage_svg(sample: str, rows: pl.DataFrame, regions: Sequence[AnnotatedLocus]) -> str:
    """Depth of one sample along the genome, its loci below.

    A stretch is drawn with its mean depth; its least depth stands darker within it, and
    stretches of which nothing was read are marked on the ground line.

    rows  COVERAGE of the sample
    """
    track = Track(lengths=_lengths(rows, "last"))
    top = HEADROOM * float(rows["depth"].max() or 1.0)  # type: ignore[arg-type]
    steps: list[Markup] = []
    for contig in track.lengths:
        own = rows.filter(pl.col("contig") == contig).sort("first").to_dicts()
        mean = _stairs(track, contig, own, "depth", top)
        steps.append(tag("path", d=mean, fill=LIGHT["accent"], fill_opacity="0.3"))
        if "least" in rows.columns:
            least = _stairs(track, contig, own, "least", top)
            steps.append(tag("path", d=least, fill=LIGHT["accent"], fill_opacity="0.75"))
        for row in own:
            if not row["depth"]:
                x, end = track.place(contig, row["first"]), track.place(contig, row["last"] + 1)
                width, y = max(end - x, 1.0), HEIGHT - BOTTOM
                steps.append(tag("rect", x=x, y=y, width=width, height=4, fill=LIGHT["alarm"]))
    title = f"{sample}: depth along the genome"
    return _page(title, "reads", top, [*steps, *_contigs(track), *_loci(track, regions)])


def _stairs(
    track: Track, contig: str, own: Sequence[Mapping[str, float]], column: str, top: float
) -> str:
    """The outline of a column of numbers along a contig, stretch by stretch."""
    points = [(track.place(contig, own[0]["first"]), _y(0, top))]
    for row in own:
        height = _y(row[column], top)
        x, end = track.place(contig, row["first"]), track.place(contig, row["last"] + 1)
        points += [(x, height), (end, height)]
    points.append((track.place(contig, own[-1]["last"] + 1), _y(0, top)))
    return path_of(points, closed=True)


def variants_svg(
    title: str,
    factors: pl.DataFrame,
    lengths: Mapping[str, int],
    regions: Sequence[AnnotatedLocus],
) -> str:
    """Every variant by place and share; those in kill and safety loci are marked."""
    track = Track(lengths=dict(sorted(lengths.items())))
    guarded = [one for one in regions if one.role in GUARDED]
    dots: list[Markup] = []
    top = HEADROOM
    for contig, position, share in (
        factors.filter(pl.col("contig").is_in(list(lengths)))
        .select("contig", "position", "frequency")
        .unique()
        .sort("contig", "position", "frequency")
        .rows()
    ):
        hit = any(one.holds(contig, position) for one in guarded)
        x, y = track.place(contig, position), _y(share, top)
        if hit:
            d = path_of([(x, y - 5), (x + 5, y + 4), (x - 5, y + 4)], closed=True)
            dots.append(tag("path", d=d, fill=LIGHT["alarm"]))
        else:
            if share > CONSENSUS:
                dots.append(_line(x, y, x, y + STEM, LIGHT["accent"]))
            dots.append(
                tag("circle", cx=x, cy=y, r=2.4, fill=LIGHT["accent"], fill_opacity="0.55")
            )
    body = [*dots, *_contigs(track), *_loci(track, regions)]
    return _page(f"{title}: variants along the genome", "share of reads", top, body)


def adaptation_svg(departures: pl.DataFrame) -> str:
    """New alleles since each recipient's own beginning, by week; a line per participant."""
    known = departures.filter(pl.col("days").is_not_null() & (pl.col("days") >= 0))
    weeks = max(float(known["days"].max() or 0) / 7, 1.0)  # type: ignore[arg-type]
    top = HEADROOM * max(float(known["acquired"].max() or 0.0), 1.0)  # type: ignore[arg-type]

    def x(days: int) -> float:
        return LEFT + days / 7 / weeks * (WIDTH - LEFT - RIGHT)

    drawn = []
    for (who,), own in known.sort("participant", "days", "sample").group_by(
        "participant", maintain_order=True
    ):
        points = [(x(row["days"]), _y(row["acquired"], top)) for row in own.to_dicts()]
        line = tag("path", d=path_of(points), fill="none", stroke=LIGHT["faint"])
        dots = [tag("circle", cx=a, cy=b, r=2.6, fill=LIGHT["accent"]) for a, b in points]
        drawn.append(tag("g", tag("title", str(who)), line, *dots))
    axis = [
        _text(x(int(week * 7)), HEIGHT - BOTTOM + 18, f"{week:g}", "middle")
        for week in ticks(0, weeks, 12)
    ]
    axis.append(_text(WIDTH - RIGHT, HEIGHT - BOTTOM + 36, "weeks since the start", "end"))
    title = "Adaptation: alleles that the recipient's start did not have"
    return _page(title, "expected base differences", top, [*drawn, *axis])


def _lengths(rows: pl.DataFrame, column: str) -> dict[str, int]:
    found = rows.group_by("contig").agg(pl.col(column).max()).sort("contig")
    return {str(contig): int(length) for contig, length in found.rows()}


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)


def _contigs(track: Track) -> list[Markup]:
    """Borders and names of contigs, and the last position."""
    drawn = []
    for contig, length in track.lengths.items():
        x, end = track.place(contig, 1), track.place(contig, length)
        drawn.append(_line(end, TOP, end, HEIGHT - BOTTOM, LIGHT["rule"]))
        if end - x > 40:
            told = f"{contig} ({length:,})"
            drawn.append(_text((x + end) / 2, HEIGHT - BOTTOM + 30, told, "middle"))
        if end - x > 200:
            drawn += _positions(track, contig, length, int((end - x) / 90))
    return drawn


def _positions(track: Track, contig: str, length: int, most: int) -> list[Markup]:
    """Round positions of a contig, as many as have room."""
    size, unit = next(one for one in UNITS if length >= 2 * one[0])
    drawn = []
    for value in ticks(0, length / size, most)[1:]:
        x, y = track.place(contig, value * size), HEIGHT - BOTTOM
        drawn.append(_line(x, y, x, y + 4, LIGHT["soft"]))
        if x < track.place(contig, length) - 24:
            drawn.append(_text(x, y + 16, f"{value:g} {unit}", "middle"))
    return drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class _PlacedRegion:
    """A region and where its first base stands on the drawing."""

    x: float
    region: AnnotatedLocus


def _loci(track: Track, regions: Sequence[AnnotatedLocus]) -> list[Markup]:
    """Loci as bars below the contigs; kill and safety loci in the colour of alarm, by name."""
    drawn, free = [], LEFT
    placed = [
        _PlacedRegion(x=track.place(one.contig, one.first), region=one) for one in regions
    ]
    for shown in sorted((one for one in placed if not math.isnan(one.x)), key=_order):
        x, one = shown.x, shown.region
        end, y = track.place(one.contig, one.last), HEIGHT - BOTTOM
        colour = LIGHT["alarm"] if one.role in GUARDED else LIGHT["soft"]
        bar = tag("rect", x=x, y=y + 38, width=max(end - x, 2.0), height=8, fill=colour)
        parts = [tag("title", f"{one.name} ({one.role})"), bar]
        middle, half = (x + end) / 2, 3.5 * len(one.name)
        if end - x > 2 * half or (one.role in GUARDED and middle - half > free):
            parts.append(_text(middle, y + 60, one.name, "middle"))
            free = middle + half
        drawn.append(tag("g", *parts))
    return drawn


def _order(placed: _PlacedRegion) -> tuple[float, str]:
    return placed.x, placed.region.name


def _page(title: str, unit: str, top: float, body: Sequence[Markup]) -> str:
    lines = []
    for value in ticks(0, top / HEADROOM):
        y = _y(value, top)
        lines.append(_line(LEFT, y, WIDTH - RIGHT, y, LIGHT["rule"]))
        lines.append(_text(LEFT - 8, y + 4, f"{value:g}", "end"))
    svg = tag(
        "svg",
        tag("title", title),
        tag("rect", width=WIDTH, height=HEIGHT, fill=LIGHT["paper"]),
        _text(LEFT, 20, title, "start", size=15),
        _text(WIDTH - RIGHT, 20, unit, "end"),
        *lines,
        *body,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        width=WIDTH,
        height=HEIGHT,
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        font_family="sans-serif",
    )
    return f"{svg}\n"


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> Markup:
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour)


def _text(x: float, y: float, told: str, anchor: str, size: int = 12) -> Markup:
    return tag(
        "text", told, x=x, y=y, text_anchor=anchor, font_size=float(size), fill=LIGHT["soft"]
    )
