"""The network of bonds, drawn: people as dots, evidence as lines, missing contact as alarm."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from nanoward.faces.report.drawing import chart, tag
from nanoward.faces.report.figures import counted, number, probability
from nanoward.faces.report.layout import Layout, lay_out

Row = Mapping[str, Any]


def network(stratum: str, rows: Sequence[Row], standings: Mapping[str, str]) -> Markup:
    """One stratum: rows of BONDS that are linked, or that have a recorded contact."""
    pairs = [(row["a"], row["b"]) for row in rows]
    layout = lay_out(pairs, width=900, gap=98, margin=36)
    alarms = [row for row in rows if is_unexplained(row)]
    lines = [_line(row, layout) for row in sorted(rows, key=is_unexplained)]
    signs = [_sign(row, layout) for row in alarms]
    below = _leaning(pairs, layout)
    nodes = [
        _node(name, layout, standings.get(name, ""), above=below[name] > 15)
        for name in sorted(layout.places)
    ]
    linked = sum(bool(row["linked"]) for row in rows)
    label = (
        f"{stratum or 'All'}: {counted(len(layout.places), 'person', 'people')}, "
        f"{counted(linked, 'bond')}, {len(alarms)} of them without a recorded contact"
    )
    return chart(layout.width, layout.height, label, *lines, *signs, *nodes)


def is_unexplained(row: Row) -> bool:
    """A bond for which no contact is recorded."""
    return bool(row["linked"]) and not row["contact"]


def evidence(row: Row) -> str:
    """The evidence for a pair in one line."""
    return (
        f"{row['a']} – {row['b']}: {number(row['shared'])} shared, "
        f"{number(row['differing'])} differing of {number(row['compared'])} compared, "
        f"score {number(row['score'])}, p {probability(row['p_value'])}, "
        f"q {probability(row['q_value'])}, contact: {row['contact'] or 'none recorded'}"
    )


def _line(row: Row, layout: Layout) -> Markup:
    (x1, y1), (x2, y2) = layout.places[row["a"]], layout.places[row["b"]]
    kind = "alarm" if is_unexplained(row) else "bond" if row["linked"] else "contact"
    told = tag("title", evidence(row))
    return tag("line", told, class_=f"edge {kind}", x1=x1, y1=y1, x2=x2, y2=y2)


def _sign(row: Row, layout: Layout) -> Markup:
    (x1, y1), (x2, y2) = layout.places[row["a"]], layout.places[row["b"]]
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    disc = tag("circle", class_="sign", cx=x, cy=y, r=9)
    return tag("g", tag("title", evidence(row)), disc, tag("text", "!", x=x, y=y + 4.5))


def _leaning(pairs: Sequence[tuple[str, str]], layout: Layout) -> dict[str, float]:
    """How far below each person the others of its lines stand, on average, in pixels."""
    falls: dict[str, list[float]] = {name: [] for name in layout.places}
    for a, b in pairs:
        fall = layout.places[b][1] - layout.places[a][1]
        falls[a].append(fall)
        falls[b].append(-fall)
    return {name: sum(some) / max(len(some), 1) for name, some in falls.items()}


def _node(name: str, layout: Layout, standing: str, *, above: bool) -> Markup:
    x, y = layout.places[name]
    told = tag("title", f"{name}: {standing}" if standing else name)
    dot = tag(
        "circle", told, cx=x, cy=y, r=9, class_=f"node s-{standing}" if standing else "node"
    )
    parts = [dot]
    if standing:
        parts.append(tag("use", href=f"#m-{standing}", x=x - 6, y=y - 6, width=12, height=12))
    parts.append(tag("text", name, x=x, y=y - 15 if above else y + 23, class_="name"))
    return tag("g", *parts, class_=f"person s-{standing}" if standing else "person")
