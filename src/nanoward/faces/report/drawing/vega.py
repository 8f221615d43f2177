"""Vega-Lite specifications to inline SVG that follows the page's colours and fonts."""

import json
import re
from collections.abc import Mapping
from typing import Any

import vl_convert
from markupsafe import Markup, escape

from nanoward.faces.report.drawing.palette import LIGHT, TONES

Spec = dict[str, Any]

_FONT = "Liberation Sans"  # comes with vl-convert: labels take the same room on every machine
_BY_HEX = {tone.light: tone.name for tone in TONES}
_HEX = re.compile("|".join(re.escape(tone.light) for tone in TONES))
_WITHIN = re.compile(r'xlink:href="[^"#]*#')  # Vega puts a base of its own before a place
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_ROLE = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*")')
_LINK = re.compile(r'<a ((?:xlink:)?href="[^"#]*#([^"]*)")')
_CLIP = re.compile(r"\b(clip|gradient)_?(\d+)\b")


def theme() -> Spec:
    """How every chart looks: quiet axes, no frame, the page's own tones."""
    axis = {
        "domainColor": LIGHT["faint"],
        "gridColor": LIGHT["rule"],
        "tickColor": LIGHT["faint"],
        "labelColor": LIGHT["soft"],
        "titleColor": LIGHT["soft"],
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelPadding": 6,
        "titlePadding": 10,
        "labelLimit": 240,
        "titleLimit": 400,
        "tickSize": 4,
    }
    header = {"labelColor": LIGHT["ink"], "titleColor": LIGHT["soft"], "labelFontSize": 12}
    return {
        "background": None,
        "font": _FONT,
        "aria": False,
        "padding": 4,
        "view": {"stroke": None},
        "axis": axis,
        "header": {**header, "labelFontWeight": "bold"},
        "text": {"font": _FONT, "fontSize": 11, "color": LIGHT["ink"]},
    }


def draw(spec: Mapping[str, Any], *, name: str, label: str) -> Markup:
    """One chart as SVG.

    name   unlike that of any other chart on the page
    label  what the chart shows, for those who do not see it
    """
    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "config": theme(),
        **spec,
    }
    text = json.dumps(_drawable(whole), default=str)
    drawn = vl_convert.vegalite_to_svg(text, vl_version="5.20")
    return _settled(drawn, name, label)


def _drawable(value: Any) -> Any:
    """The spec without characters that XML has not (2.2): one of them ends the process."""
    if isinstance(value, str):
        return _NO_XML.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_drawable(name): _drawable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(one) for one in value]
    return value


def _settled(drawn: str, name: str, label: str) -> Markup:
    """Colours become CSS variables, ids become the chart's own, the outer tag tells a label."""
    head, body = drawn.split(">", 1)
    size = dict(re.findall(r'\b(width|height)="([\d.]+)"', head))
    box = re.search(r'viewBox="([^"]+)"', head)
    numbers: dict[str, int] = {}

    def own(found: re.Match[str]) -> str:
        place = numbers.setdefault(found.group(0), len(numbers))
        return f"{name}-clip{place}"

    body = _NO_ROLE.sub("", body)
    body = _LINK.sub(_named_link, body)
    body = _WITHIN.sub('href="#', _CLIP.sub(own, body))
    body = _HEX.sub(lambda found: f"var(--{_BY_HEX[found.group(0)]})", body)
    body = re.sub(r' font-family="[^"]*"', "", body)
    role = "group" if "<a " in body else "img"  # links within are reached by name
    outer = (
        f'<svg class="chart" role="{role}" aria-label="{escape(label)}"'
        f' width="{size["width"]}" height="{size["height"]}"'
        f' viewBox="{box.group(1) if box else ""}">'
    )
    return Markup(outer + body)  # noqa: S704 - Vega escapes the texts that it draws


def _named_link(found: re.Match[str]) -> str:
    """A link of a mark, with the name of the row that it leads to."""
    return f'<a aria-label="{found.group(2).replace("-", " ")}" {found.group(1)}'
