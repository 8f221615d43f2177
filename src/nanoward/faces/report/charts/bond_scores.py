"""Charts of bonds: how far bonded pairs stand out from unrelated ones."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from nanoward.bonds import score_table
from nanoward.faces.report.charts.network import pair_anchor
from nanoward.faces.report.drawing.drawing import chart, tag
from nanoward.faces.report.drawing.figures import number
from nanoward.faces.report.drawing.plane import Axis, Plane, short
from nanoward.faces.report.drawing.scales import line, mark, names_room, nice, words
from nanoward.faces.report.drawing.views import Figure

_KINDS = ("bond, contact recorded", "bond, no contact", "contact, no bond")
_SHAPES = ("circle", "triangle-up", "cross")
_TONES = ("accent", "alarm", "soft")
_WIDTH, _APART = 780.0, 10.0
_POINTS = 500  # of a stratum, those without a contact first, then bonds, the closest first


def score_chart(table: pl.DataFrame, counts: pl.DataFrame | None = None) -> Figure | None:
    """Scores of unrelated pairs as bars, of bonded pairs and contacts as points, by stratum.

    counts  BOND_SCORES; of a round that was held before there was such a table they are taken
            from its pairs, of which it keeps all
    """
    if counts is None:
        counts = score_table(table)
    known = table.filter(pl.col("score").is_finite())
    if known.is_empty():
        return None
    if counts.is_empty():
        return None
    counted = counts.filter(pl.col("pairs") > 0)
    strata = sorted(
        {name or "" for one in (known, counted) for name in one["stratum"].unique().to_list()}
    )
    low = float(counts["low"].to_numpy().min())
    return Figure(
        caption="Bonded pairs against unrelated pairs; further right is closer. Bars: pairs "
        "without a recorded contact and without a bond, by score (height: square root of their "
        f"share); points: the others, one each. What scores below {number(low)} stands at the "
        f"left edge.{_left_out(known)}",
        drawing=_drawing(known, strata, counts),
        legend=(
            ("bars", "unrelated pairs"),
            ("dot-bond", _KINDS[0]),
            ("dot-alarm", _KINDS[1]),
            ("dot-contact", _KINDS[2]),
        ),
    )


def _left_out(known: pl.DataFrame) -> str:
    """How many points a full chart leaves out."""
    points = known.filter(pl.col("linked") | (pl.col("contact") != ""))
    count = points["stratum"].fill_null("").value_counts()["count"].cast(pl.Int64)
    rest = int((count - _POINTS).clip(0).sum()) if len(count) else 0
    return f" {number(rest)} further points are not drawn." if rest else ""


def _stratum(
    known: pl.DataFrame, stratum: str, counts: pl.DataFrame, panel: Plane, low: float
) -> Markup:
    """One stratum: bars of unrelated pairs, and a point for every other that is drawn.

    low  score below which all stand at the left edge
    """
    part = known.filter(pl.col("stratum").fill_null("") == stratum)
    own = counts.filter((pl.col("stratum").fill_null("") == stratum) & (pl.col("pairs") > 0))
    top = max(own["pairs"].to_list(), default=1)
    bars = "".join(
        f"M{panel.x.at(left) + 0.5:.1f} {panel.y.start:g}V{panel.y.at(height):.1f}"
        f"H{panel.x.at(right) - 0.5:.1f}V{panel.y.start:g}Z"
        for left, right, height in own.select(
            "low", "high", (pl.col("pairs") / top).sqrt()
        ).rows()
    )
    rest = part.filter(pl.col("linked") | (pl.col("contact") != ""))
    if rest.height > _POINTS:
        rest = rest.sort(
            pl.col("contact") != "", ~pl.col("linked"), -pl.col("score"), "a", "b"
        ).head(_POINTS)
    rows = rest.sort("a", "b").select("a", "b", "stratum", "linked", "contact", "score")
    drawn = [_point(row, place, panel, low) for place, row in enumerate(rows.to_dicts())]
    name = words(stratum or "all", panel.x.start - 10, panel.y.at(0.5) + 4,
                 anchor="end", tone="ink")  # fmt: skip
    floor = line(panel.x.start, panel.x.end, panel.y.start, panel.y.start, "rule")
    return tag("g", floor, tag("path", d=bars, fill="var(--faint)"), name, *drawn)


def _point(row: Mapping[str, Any], place: int, panel: Plane, low: float) -> Markup:
    """A pair at its score, with a link to its row; heights only keep points apart."""
    kind = 2 if not row["linked"] else 0 if row["contact"] else 1
    x, y = panel.at(max(row["score"], low), 0.25 + 0.5 * ((place * 0.618) % 1))
    aim = pair_anchor(row) if row["linked"] else "bonds"
    drawn = mark(_SHAPES[kind], x, y, _TONES[kind])
    return tag("a", drawn, href=f"#{aim}", aria_label=aim.replace("-", " "))


def _drawing(known: pl.DataFrame, strata: Sequence[str], counts: pl.DataFrame) -> Markup:
    """All strata one under the other, over one axis."""
    left = names_room([one or "all" for one in strata])
    high = 64.0 if len(strata) > 2 else 110.0
    low = float(counts["low"].to_numpy().min())
    low_end, high_end = nice(low, float(counts["high"].to_numpy().max()))
    across = Axis(low=low_end, high=high_end, start=left, end=left + _WIDTH)
    tops = [4 + (high + _APART) * place for place in range(len(strata))]
    panels = [
        _stratum(
            known, name, counts,
            Plane(x=across, y=Axis(low=0, high=1.05, start=top + high, end=top)), low,
        )
        for name, top in zip(strata, tops, strict=True)
    ]  # fmt: skip
    floor = tops[-1] + high
    marks = [(one, across.at(one)) for one in across.marks(8)]
    label = "Scores of bonded pairs beside those of unrelated pairs, by stratum"
    return chart(
        left + _WIDTH + 20, floor + 42, label,
        *(line(x, x, 4, floor, "rule") for _, x in marks),
        *(words(short(one), x, floor + 17) for one, x in marks),
        words("score", left + _WIDTH / 2, floor + 37),
        *panels, role="group",
    )  # fmt: skip
