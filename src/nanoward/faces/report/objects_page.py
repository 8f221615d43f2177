"""A page of tracks and zones: the picture and the table in order of arrival."""

from html import escape

import polars as pl

from nanoward.faces.report.drawing.object_map import object_map
from nanoward.faces.report.outside.objects import lead_of

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1em;"
    "color:#1b1b1b;background:#fff}table{border-collapse:collapse;width:100%}"
    "td,th{padding:.3em .6em;border-bottom:1px solid #ccc;text-align:left}"
    "svg{max-width:100%;height:auto;border:1px solid #ccc}text{font-size:11px;fill:#444}"
    "text.x{text-anchor:middle}.thread{stroke:#999;fill:none}.point{fill:#1b1b1b}"
    ".point.out{fill:#b3261e}.safe{fill:#2e7d32;opacity:.2}"
)


def objects_page(rows: pl.DataFrame) -> str:
    """One HTML page that asks for nothing from outside; every word of others is escaped."""
    figure = object_map(rows)
    drawn = "" if figure is None else f"{figure.drawing}<p>{escape(figure.caption)}</p>"
    body = "".join(
        f"<tr><td>{escape(row['state'])}</td><td>{escape(row['zone'])}</td>"
        f"<td>{escape(row['told'])}</td></tr>"
        for row in rows.to_dicts()
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Tracks</title><style>{_STYLE}</style></head><body><h1>Tracks</h1>"
        f"<p>{escape(lead_of(rows))}</p>{drawn}<table><tr><th>State</th><th>Zone</th>"
        f"<th>By time of arrival</th></tr>{body}</table></body></html>\n"
    )
