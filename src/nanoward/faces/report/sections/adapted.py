"""What the catalogue watches besides drift: guarded loci, lots, recurrence, whose sample."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.drawing.figures import counted, day, number, percent, probability
from nanoward.faces.report.drawing.views import Cell, Table, cells, found, headings
from nanoward.flows.round.round import Round

_ROWS = 40
_STATES = ("altered", "unread", "intact")


def adapted_tables(round_: Round) -> list[Table]:
    """The tables that have something to say, the gravest first."""
    made = (
        guarded_table(round_),
        lot_table(round_),
        sample_swap_table(round_),
        carryover_table(round_),
        recurrence_table(round_),
        selection_table(round_),
    )
    return [one for one in made if one is not None]


def guarded_table(round_: Round) -> Table | None:
    """Kill and safety loci that are altered, or could not be read."""
    table = found(round_, tables.GUARDED_LOCI)
    if table.is_empty():
        return None
    count = {name: table.filter(pl.col("state") == name).height for name in _STATES}
    rows = table.filter(pl.col("state").ne_missing("intact")).to_dicts()
    rows.sort(
        key=lambda row: (
            row["state"] != "altered",
            -(row["highest"] or 0.0),
            row["sample"] or "",
        )
    )
    told = ", ".join(f"{number(count[name])} {name}" for name in _STATES)
    return _table(
        f"Kill and safety loci in every sample: {told}",
        ("@Participant", "@Sample", "@Taken", "Locus", "State", "#Highest share", "Variants",
         "#Readable", "#Limit of detection"),
        [
            (
                row["participant"] or "–",
                row["sample"],
                day(row["taken"]),
                f"{row['locus']} ({row['role']})",
                _marked(row["state"], "altered", "alarm"),
                number(row["highest"]),
                "; ".join((row["variants"] or [])[:4]) or "–",
                f"{number(row['readable'])} of {number(row['length'])}",
                number(row["detection_limit"]),
            )
            for row in rows
        ],
        "guarded_loci",
        open_=count["altered"] > 0,
    )  # fmt: skip


def lot_table(round_: Round) -> Table | None:
    """The lots that people received; those that nobody released first."""
    rows = found(round_, tables.LOTS).to_dicts()
    if not rows:
        return None
    rows.sort(key=lambda row: (row["status"] == "released", row["lot"]))
    return _table(
        f"{counted(len(rows), 'lot')} received",
        ("@Lot", "Agent", "Version", "Status", "@Decided", "#Differences from the spec",
         "#People", "Why, or what its reads could see"),
        [
            (
                row["lot"],
                row["agent"] or "never sequenced",
                row["version"] or "–",
                Cell(text="released")
                if row["status"] == "released"
                else Cell(text=row["status"] or "–", mark="held"),
                day(row["decided"]),
                number(row["differences"]),
                number(row["people"]),
                "; ".join([*(row["reasons"] or []), *(row["escapes"] or [])]) or "–",
            )
            for row in rows
        ],
        "lots",
        open_=True,
    )  # fmt: skip


def sample_swap_table(round_: Round) -> Table | None:
    """Samples that fit somebody else better than the person whose name they bear."""
    table = found(round_, tables.OWNERS)
    asked = pl.col("verdict").is_in(["swapped", "met"])
    rows = table.filter(asked).sort("verdict", "sample", descending=[True, False]).to_dicts()
    if not rows:
        return None
    return _table(
        f"{counted(len(rows), 'sample')} that may belong to somebody else",
        ("@Sample", "@Bears the name of", "@Fits", "#Evidence for the name",
         "#Evidence for the other", "#Swaps that would be seen"),
        [
            (
                row["sample"],
                row["participant"] or "–",
                Cell(
                    text=row["fits"] or "nobody",
                    mark="alarm" if row["verdict"] == "swapped" else "held",
                ),
                number(row["own_score"]),
                number(row["other_score"]),
                percent(row["power"]),
            )
            for row in rows
        ],
        "owners",
        open_=True,
    )  # fmt: skip


def carryover_table(round_: Round) -> Table | None:
    """Material of one sample in another of its run."""
    rows = (
        found(round_, tables.CARRYOVER).filter("flagged").sort("q_value", "sample").to_dicts()
    )
    if not rows:
        return None
    return _table(
        f"{counted(len(rows), 'sample')} with material of another sample of its run",
        ("@Sample", "@From", "Run", "#Shared", "#Expected", "#Share", "#95 % interval", "#q"),
        [
            (
                row["sample"],
                row["source"],
                row["run"] or "–",
                f"{number(row['shared'])} of {number(row['telling'])}",
                number(row["expected"]),
                percent(row["dose"]),
                f"{percent(row['low'])} to {percent(row['high'])}",
                probability(row["q_value"]),
            )
            for row in rows
        ],
        "carryover",
        open_=True,
    )  # fmt: skip


def recurrence_table(round_: Round) -> Table | None:
    """Loci and sites that changed again and again in unrelated people."""
    rows = found(round_, tables.RECURRENCE).filter("recurrent").to_dicts()
    if not rows:
        return None
    rows.sort(key=lambda row: (row["q_value"] or 1.0, row["contig"] or "", row["first"] or 0))
    return _table(
        f"{counted(len(rows), 'place')} of the genome that changed more often than chance",
        ("What", "@Contig", "#From", "#To", "Allele", "#Origins", "#People", "#Expected", "#q"),
        [
            (
                row["unit"],
                row["contig"] or "–",
                number(row["first"]),
                number(row["last"]),
                row["alt"] or "–",
                number(row["origins"]),
                number(row["people"]),
                number(row["expected"]),
                probability(row["q_value"]),
            )
            for row in rows
        ],
        "recurrence",
    )


def selection_table(round_: Round) -> Table | None:
    """dN/dS of what hosts acquired, by reading frame."""
    rows = found(round_, tables.SELECTION).to_dicts()
    if not rows:
        return None
    rows.sort(key=lambda row: (row["locus"] != "*", row["locus"] or ""))
    return _table(
        "dN/dS of what hosts acquired: above 1, changes of the protein are favoured",
        ("Reading frame", "#Missense", "#Synonymous", "#dN/dS", "#95 % interval", "#p"),
        [
            (
                "all together" if row["locus"] == "*" else row["locus"],
                number(row["missense"]),
                number(row["synonymous"]),
                number(row["ratio"]),
                f"{number(row['low'])} to {number(_or_infinity(row['high']))}",
                probability(row["p_value"]),
            )
            for row in rows
        ],
        "selection",
    )


def _marked(state: str | None, grave: str, mark: str) -> Cell:
    return Cell(text=state or "–", mark=mark if state == grave else "")


def _or_infinity(value: float | None) -> float:
    return float("inf") if value is None else value


def altered_people(round_: Round) -> list[dict[str, Any]]:
    """One row per person and kill or safety locus that is altered: its latest sample."""
    table = found(round_, tables.GUARDED_LOCI).filter(pl.col("state") == "altered")
    latest = table.sort("participant", "locus", "taken", nulls_last=False)
    return latest.unique(["participant", "locus"], keep="last", maintain_order=True).to_dicts()


def _short(caption: str, rows: int) -> str:
    """What a fold says: the caption up to its colon, and how many rows are in it."""
    return f"{caption.split(':', maxsplit=1)[0]} ({counted(rows, 'row')})"


def _table(
    caption: str,
    titles: Sequence[str],
    rows: Sequence[Sequence[str | Cell]],
    name: str,
    *,
    open_: bool = False,
) -> Table:
    rest = max(len(rows) - _ROWS, 0)
    return Table(
        caption=caption,
        headings=headings(*titles),
        rows=[cells(*row) for row in rows[:_ROWS]],
        more=f"{counted(rest, 'further row')}: tables/{name}.parquet." if rest else "",
        folded="" if open_ and len(rows) <= 10 else _short(caption, len(rows)),
    )
