"""Individual fits as pictures that stand alone: one SVG per person, one page for all."""

from collections.abc import Mapping

import polars as pl
from markupsafe import Markup, escape

from nanoward.faces.report.charts.curves import frame_of, panel
from nanoward.faces.report.drawing.drawing import tag
from nanoward.faces.report.drawing.palette import LIGHT

MOST = 200  # people with a file of their own; the page holds them too
_FONT = '"Liberation Sans", Arial, Helvetica, sans-serif'
_STYLE = (
    f"svg {{ font-family: {_FONT}; font-size: 10px; background: {LIGHT['paper']}; }}"
    f" .band {{ fill: {LIGHT['band']}; }}"
    f" .median {{ fill: none; stroke: {LIGHT['accent']}; stroke-width: 2; }}"
    f" .typical {{ fill: none; stroke: {LIGHT['soft']}; stroke-width: 1.3;"
    " stroke-dasharray: 4 3; } .median.fine { stroke-width: .6; }"
    " .typical.fine { stroke-width: .4; stroke-dasharray: none; }"
    f" .grid {{ stroke: {LIGHT['rule']}; stroke-width: 1; }}"
    f" text {{ fill: {LIGHT['soft']}; }} text.x {{ text-anchor: middle; }}"
    " text.y { text-anchor: end; }"
    f" text.quantity {{ font-weight: 600; text-anchor: end; }}"
    f" text.who {{ font-weight: 700; font-size: 12px; fill: {LIGHT['ink']}; }}"
    f" .point {{ fill: {LIGHT['ink']}; stroke: {LIGHT['paper']}; stroke-width: 1; }}"
    f" .point.held-back {{ fill: {LIGHT['paper']}; stroke: {LIGHT['ink']}; }}"
    f" .point.out {{ fill: {LIGHT['alarm']}; }}"
    f" .point.out.held-back {{ fill: {LIGHT['paper']}; stroke: {LIGHT['alarm']}; }}"
)
_KEY = (
    "Line: this person. Dashed: a typical person with these doses and covariates. Band: "
    "where 90 % of this person's observations are expected. Filled points were fitted, open "
    "ones held back, diamonds lie outside the band."
)


def fit_pictures(tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """File name to text, from the tables bands and observed: fit-PERSON.svg and fits.html.

    The panels of one quantity share their axes, so that people can be compared.
    """
    bands, observed = _grouped(tables["bands"]), _grouped(tables["observed"])
    quantities = sorted({key[1] for key in (*bands, *observed)})
    frames = [
        frame_of(
            name,
            [row for key, rows in bands.items() if key[1] == name for row in rows],
            [row for key, rows in observed.items() if key[1] == name for row in rows],
        )
        for name in quantities
    ]
    people = sorted({key[0] for key in (*bands, *observed)}, key=_natural)[:MOST]
    drawn = {}
    for who in people:
        panels = [
            panel(who, frame, bands.get(key, []), observed.get(key, []))
            for frame in frames
            if (key := (who, frame.quantity)) in bands or key in observed
        ]
        drawn[who] = _picture(who, panels)
    found = {f"fit-{_safe(who)}.svg": str(one) + "\n" for who, one in drawn.items()}
    found["fits.html"] = _page(list(drawn.values()))
    return found


def _grouped(table: pl.DataFrame) -> dict[tuple[str, str], list[dict[str, object]]]:
    found: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in table.sort("participant", "quantity", "time").to_dicts():
        found.setdefault((row["participant"], row["quantity"] or ""), []).append(row)
    return found


def _picture(who: str, panels: list[Markup]) -> Markup:
    """A person's panels side by side under their name."""
    width = max(252.0 * len(panels), 252.0)
    placed = [
        tag("g", one, transform=f"translate({252 * place} 18)")
        for place, one in enumerate(panels)
    ]
    return tag(
        "svg",
        tag("style", Markup(_STYLE)),  # noqa: S704 - written above, nothing of it was read
        tag("text", who, class_="who", x=8, y=14),
        *placed,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        aria_label=f"fit of {who}",
        width=width,
        height=160.0,
        viewBox=f"0 0 {width:g} 160",
    )


def _page(pictures: list[Markup]) -> str:
    head = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Individual fits</title>'
        f"<style>body {{ font-family: {_FONT}; color: {LIGHT['ink']}; margin: 24px; }}"
        " main { display: flex; flex-wrap: wrap; gap: 12px; }</style>"
        f"<h1>Individual fits</h1><p>{escape(_KEY)}</p><main>"
    )
    return head + "".join(str(one) for one in pictures) + "</main></html>\n"


def _natural(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() else (10**12, name)


def _safe(name: str) -> str:
    return "".join(one if one.isalnum() or one in "-_" else "_" for one in name)
