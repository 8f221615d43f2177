"""Section 2: who shares factors beyond chance, on which evidence, and is there a contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.charts.bond_scores import score_chart
from nanoward.faces.report.charts.network import (
    contact_text,
    is_unexplained,
    network,
    pair_anchor,
)
from nanoward.faces.report.drawing.figures import counted, listed, number, plain, probability
from nanoward.faces.report.drawing.views import (
    Cell,
    Figure,
    Table,
    absence,
    cells,
    found,
    headings,
)
from nanoward.flows.round.round import Round

_ORDER = ("q_value", "p_value", "a", "b", "stratum")
_NEAREST = 10  # unlinked pairs that are shown beside the bonds
_LINES = 240  # of a picture: clusters with a bond without contact first, then the largest
_BONDS = 1000  # of the table, in pages
_CONTACTS = 150  # above this many contacts without a bond they are left out of the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonds:
    """What the section shows."""

    absent: str
    lead: str
    alarms: Sequence[str]
    networks: Sequence[Figure]
    without: str
    scores: Figure | None
    table: Table
    facts: Sequence[tuple[str, str]]


def bonds(round_: Round, groups: Mapping[str, int] | None = None) -> Bonds:
    """The network, its evidence, and how it stands out from unrelated pairs.

    groups  number of the colour of each person, where the network is coloured by a column
    """
    table = found(round_, tables.BONDS).with_columns(
        pl.col("contact").fill_null(""), pl.col("linked").fill_null(value=False)
    )
    counts = pair_counts(round_)
    pairs = sum(pairs for _, pairs in counts.values())
    linked = _nearest_first(table.filter("linked")).to_dicts()
    bare = [row for row in linked if is_unexplained(row)]
    seen = _sample_days(round_)
    networks, without = _networks(table, counts, _standings(round_), (seen, groups))
    return Bonds(
        absent=absence(round_, tables.BONDS),
        lead=_lead(pairs, linked, bare),
        alarms=[
            f"{cluster_title(one)}: {cluster_detail(one)}"
            for one in unexplained_clusters(linked)
        ],
        networks=networks,
        without=without,
        scores=score_chart(table, round_.tables.get(tables.BOND_SCORES.name)),
        table=_table(table, linked, pairs),
        facts=room_facts(round_, "bonds"),
    )


def _nearest_first(table: pl.DataFrame) -> pl.DataFrame:
    return table.sort(*_ORDER, nulls_last=True)


def _nearest(table: pl.DataFrame, most: int) -> pl.DataFrame:
    """The first rows of many in that order; only the columns that decide it are sorted."""
    order = table.select(*_ORDER).with_row_index("_row").sort(*_ORDER, nulls_last=True)
    return table[order.head(most)["_row"].to_list()]


def pair_counts(round_: Round) -> dict[str, tuple[int, int]]:
    """Stratum to how many people were compared in it, and how many pairs they make.

    From `bond_people`: a large round keeps only some pairs. Rounds that were held before there
    was such a table keep them all.
    """
    if tables.BOND_PEOPLE.name in round_.tables:
        sizes = found(round_, tables.BOND_PEOPLE)["stratum"].fill_null("").value_counts()
        return {name: (size, size * (size - 1) // 2) for name, size in sorted(sizes.rows())
                if size > 1}  # fmt: skip
    table = found(round_, tables.BONDS).with_columns(pl.col("stratum").fill_null(""))
    return {
        str(name): (pl.concat([part["a"], part["b"]]).n_unique(), part.height)
        for (name,), part in table.sort("stratum").group_by("stratum", maintain_order=True)
    }


def room_facts(round_: Round, room: str) -> list[tuple[str, str]]:
    """A room's figures that are no table, by name."""
    return [(name, plain(value)) for name, value in sorted(round_.facts.get(room, {}).items())]


def _lead(pairs: int, linked: Sequence[Any], bare: Sequence[Any]) -> str:
    if not linked:
        return (
            f"Of {counted(pairs, 'pair')} compared, none shares more than unrelated pairs do."
        )
    explained = len(linked) - len(bare)
    return (
        f"Of {counted(pairs, 'pair')} compared, {number(len(linked))} share more factors than "
        f"unrelated pairs of the same stratum do: {number(explained)} with a recorded contact, "
        f"{number(len(bare))} without."
    )


def unexplained_clusters(rows: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Bonds without a recorded contact, by their cluster, in the order of the rows."""
    groups: dict[object, list[Mapping[str, Any]]] = {}
    for row in rows:
        if is_unexplained(row):
            key = row.get("cluster")
            pair = (row["a"], row["b"], row["stratum"])
            groups.setdefault(pair if key is None else key, []).append(row)
    return list(groups.values())


def cluster_title(rows: Sequence[Mapping[str, Any]]) -> str:
    """Whom a cluster's bonds without a contact join, in a line."""
    if len(rows) == 1:
        (row,) = rows
        return f"{row['a']} and {row['b']} share beyond chance, no contact is recorded"
    people = sorted({row[side] for row in rows for side in ("a", "b")})
    return f"{len(rows)} bonds among {listed(people, 6)}, no contact is recorded"


def cluster_detail(rows: Sequence[Mapping[str, Any]]) -> str:
    """The evidence for the surest of them."""
    row = rows[0]
    within = f" ({row['stratum']})" if row["stratum"] else ""
    return (
        f"{row['a']} – {row['b']}{within}: {number(row['shared'])} shared, "
        f"{number(row['differing'])} differing of {number(row['compared'])} compared; "
        f"q {probability(row['q_value'])}, from {number(row['n_null'])} unrelated pairs"
    )


def _standings(round_: Round) -> dict[str, str]:
    table = found(round_, tables.STANDINGS)
    return dict(zip(table["participant"], table["standing"].fill_null(""), strict=True))


def _sample_days(round_: Round) -> dict[str, date]:
    """The day on which each sample was taken."""
    known = found(round_, tables.PROFILES).select("sample", "taken").drop_nulls()
    return dict(zip(known["sample"], known["taken"], strict=True))


def _networks(
    table: pl.DataFrame,
    counts: Mapping[str, tuple[int, int]],
    standings: Mapping[str, str],
    shown_by: tuple[Mapping[str, date], Mapping[str, int] | None],
) -> tuple[list[Figure], str]:
    """A picture of each stratum with a bond or a contact, and in which there is none.

    counts    see `pair_counts`; shown_by: day of each sample, number of each one's colour
    """
    seen, groups = shown_by
    known = table.filter(~pl.col("linked") & (pl.col("contact") != "")).height
    shown = pl.col("linked") | ((pl.col("contact") != "") & (known <= _CONTACTS))
    drawn: list[Figure] = []
    empty: list[str] = []
    for stratum, (people, pairs) in counts.items():
        part = table.filter(pl.col("stratum").fill_null("") == stratum)
        rows = _nearest_first(part.filter(shown)).to_dicts()
        if not rows:
            empty.append(f"{stratum or 'all'} ({counted(pairs, 'pair')})")
            continue
        rows, left = _drawable(rows)
        linked = part.filter("linked").height
        caption = (
            f"{stratum or 'All participants'}: {counted(linked, 'bond')} among "
            f"{counted(people, 'person', 'people')} ({counted(pairs, 'pair')})"
        )
        if left:
            caption += (
                f". {counted(left, 'bond or contact', 'bonds and contacts')} are not drawn: "
                "groups with a bond without a recorded contact come first, then the largest"
            )
        drawing = network(stratum, rows, standings, seen, groups)
        drawn.append(Figure(caption=caption, drawing=drawing))
    without = f"No bond and no recorded contact in {listed(empty, 12)}." if empty else ""
    return drawn, without


def _drawable(rows: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """Whole groups up to a picture's room, and how many lines are left out."""
    if len(rows) <= _LINES:
        return list(rows), 0
    alarms = {row["cluster"] for row in rows if is_unexplained(row)}
    last = len(rows)
    groups: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(last if row["cluster"] is None else row["cluster"], []).append(row)
    order = sorted(groups, key=lambda one: (one not in alarms, one))
    kept: list[dict[str, Any]] = []
    for one in order:
        kept += groups[one] if len(kept) + len(groups[one]) <= _LINES else []
    kept = kept or groups[order[0]][:_LINES]
    return kept, len(rows) - len(kept)


def _table(table: pl.DataFrame, linked: Sequence[Mapping[str, Any]], pairs: int) -> Table:
    near = _nearest(table.filter(~pl.col("linked")), _NEAREST).to_dicts()
    shown = sorted(linked, key=lambda row: not is_unexplained(row))[:_BONDS]
    if len(shown) == len(linked):
        shown = list(linked)
    rest = pairs - len(shown) - len(near)
    return Table(
        caption="Evidence per pair: bonds, then the nearest pairs that are not bonded",
        headings=headings(
            "@Pair",
            "@Stratum",
            "Verdict and recorded contact",
            "Direction",
            "#Shared",
            "#Differing",
            "#Compared (bases)",
            "#Days apart",
            "#Score",
            "#p",
            "#q",
            "#Unrelated pairs",
        ),
        rows=[_row(row) for row in (*shown, *near)],
        ids=[pair_anchor(row) for row in (*shown, *near)],
        more=f"{counted(rest, 'further pair')}"
        f"{'' if len(shown) < len(linked) else ' without a bond'}: {_where(table, pairs)}."
        if rest
        else "",
        folded="" if len(linked) <= 25 else f"Evidence for {counted(len(linked), 'bond')}",
    )


def _where(table: pl.DataFrame, pairs: int) -> str:
    """Where the other pairs are."""
    if table.height == pairs:
        return "tables/bonds.parquet"
    return (
        f"tables/bonds.parquet keeps the nearest {number(table.height)}, "
        "tables/bond_scores.parquet how many score what"
    )


def _verdict(row: Mapping[str, Any]) -> Cell:
    if is_unexplained(row):
        return Cell(text="bond, no contact", mark="alarm")
    told = "bond" if row["linked"] else "not bonded"
    return Cell(text=f"{told}, {contact_text(row)}" if row["contact"] else told)


def _direction(row: Mapping[str, Any]) -> str:
    """Which way it passed, and how likely somebody stands between the two."""
    told = row["direction"] or "–"
    if not row["linked"] or row["at_most_one"] is None:
        return told
    return f"{told}; nobody between: {probability(row['at_most_one'])}"


def _row(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    return cells(
        f"{row['a']} – {row['b']}",
        row["stratum"] or "–",
        _verdict(row),
        _direction(row),
        number(row["shared"]),
        number(row["differing"]),
        number(row["compared"]),
        number(row["days_apart"]),
        number(row["score"]),
        probability(row["p_value"]),
        probability(row["q_value"]),
        number(row["n_null"]),
    )
