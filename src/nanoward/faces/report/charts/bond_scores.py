"""Charts of bonds: how far bonded pairs stand out from unrelated ones."""

import numpy as np
import polars as pl

from nanoward.bonds import score_table
from nanoward.faces.report.charts.network import pair_anchor
from nanoward.faces.report.drawing.figures import number
from nanoward.faces.report.drawing.palette import LIGHT
from nanoward.faces.report.drawing.vega import Spec, draw
from nanoward.faces.report.drawing.views import Figure

_KINDS = ("bond, contact recorded", "bond, no contact", "contact, no bond")
_SHAPES = ("circle", "triangle-up", "cross")
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
    counted = counts.filter(pl.col("pairs") > 0)
    strata = sorted(
        {name or "" for one in (known, counted) for name in one["stratum"].unique().to_list()}
    )
    if counts.is_empty():
        return None
    low, high = float(counts["low"].to_numpy().min()), float(counts["high"].to_numpy().max())
    values = [row for name in strata for row in _values(known, name, counts, low)]
    drawing = draw(
        _spec(values, strata, (low, high)),
        name="scores",
        label="Scores of bonded pairs beside those of unrelated pairs, by stratum",
    )
    return Figure(
        caption="Bonded pairs against unrelated pairs; further right is closer. Bars: pairs "
        "without a recorded contact and without a bond, by score (height: square root of their "
        f"share); points: the others, one each. What scores below {number(low)} stands at the "
        f"left edge.{_left_out(known)}",
        drawing=drawing,
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


def _values(
    known: pl.DataFrame, stratum: str, counts: pl.DataFrame, low: float
) -> list[dict[str, object]]:
    part = known.filter(pl.col("stratum").fill_null("") == stratum)
    own = counts.filter(pl.col("stratum").fill_null("") == stratum)
    top = max(own["pairs"].to_list(), default=0) or 1
    name = stratum or "all"
    rows: list[dict[str, object]] = [
        {"stratum": name, "kind": "unrelated", "x": left, "x2": right,
         "y": round(float(np.sqrt(count / top)), 4)}
        for left, right, count in own.select("low", "high", "pairs").rows()
        if count
    ]  # fmt: skip
    rest = part.filter(pl.col("linked") | (pl.col("contact") != ""))
    if rest.height > _POINTS:
        rest = rest.sort(
            pl.col("contact") != "", ~pl.col("linked"), -pl.col("score"), "a", "b"
        ).head(_POINTS)
    rest = rest.sort("a", "b")
    for place, row in enumerate(rest.to_dicts()):
        kind = _KINDS[2] if not row["linked"] else _KINDS[0 if row["contact"] else 1]
        level = 0.25 + 0.5 * ((place * 0.618) % 1)
        rows.append(
            {
                "stratum": name,
                "kind": kind,
                "x": max(row["score"], low),
                "y": round(level, 3),
                "row": f"#{pair_anchor(row)}" if row["linked"] else "#bonds",
            }
        )
    return rows


def _spec(
    values: list[dict[str, object]], strata: list[str], domain: tuple[float, float]
) -> Spec:
    height = 64 if len(strata) > 2 else 110
    x = {
        "field": "x",
        "type": "quantitative",
        "title": "score",
        "scale": {"domain": domain, "nice": True, "zero": False},
    }
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1.05]}}
    bars: Spec = {
        "transform": [{"filter": "datum.kind == 'unrelated'"}],
        "mark": {"type": "bar", "color": LIGHT["faint"], "binSpacing": 1},
        "encoding": {"x": {**x, "bin": "binned"}, "x2": {"field": "x2"}, "y": y},
    }
    colours = [LIGHT["accent"], LIGHT["alarm"], LIGHT["soft"]]
    points: Spec = {
        "transform": [{"filter": "datum.kind != 'unrelated'"}],
        "mark": {"type": "point", "filled": True, "size": 75, "opacity": 0.95,
                 "stroke": LIGHT["paper"], "strokeWidth": 0.8},
        "encoding": {
            "x": x,
            "y": y,
            "color": {"field": "kind", "type": "nominal", "legend": None,
                      "scale": {"domain": _KINDS, "range": colours}},
            "href": {"field": "row", "type": "nominal"},
            "shape": {"field": "kind", "type": "nominal", "legend": None,
                      "scale": {"domain": _KINDS, "range": _SHAPES}},
        },
    }  # fmt: skip
    return {
        "data": {"values": values},
        "facet": {
            "row": {
                "field": "stratum",
                "type": "nominal",
                "title": None,
                "header": {"labelAngle": 0, "labelAlign": "left", "labelLimit": 150},
            }
        },
        "spacing": 10,
        "spec": {"width": 780, "height": height, "layer": [bars, points]},
    }
