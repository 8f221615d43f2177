"""Section 8: where every number comes from, and how to check it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nanoward.base.tables import FOUND
from nanoward.faces.report.drawing.figures import counted, day, number, plain
from nanoward.faces.report.drawing.views import Cell, Table, cells, headings
from nanoward.flows.round.round import Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What the section shows."""

    known: Sequence[str]
    sources: Sequence[tuple[str, str]]
    run: Sequence[tuple[str, str]]
    inputs: Table | None
    outputs: Table
    ledger: str


def provenance(round_: Round) -> Provenance:
    """Data, software, inputs and ledger behind a round."""
    plan, told = round_.plan, round_.provenance
    sources = [("Origin", plan.origin), ("Licence", plan.licence), ("Citation", plan.citation)]
    return Provenance(
        known=plan.facts,
        sources=[(name, text) for name, text in sources if text],
        run=_run(round_, told),
        inputs=_inputs(told.get("inputs") or ()),
        outputs=_outputs(round_),
        ledger=_ledger(told.get("ledger")),
    )


def _run(round_: Round, told: Mapping[str, Any]) -> list[tuple[str, str]]:
    libraries = told.get("libraries") or {}
    if isinstance(libraries, Mapping):
        libraries = [f"{name} {version}" for name, version in sorted(libraries.items())]
    rows = [
        ("Programme", round_.plan.name),
        ("As of", day(round_.as_of)),
        ("nanoward", told.get("nanoward", told.get("version"))),
        ("Python", told.get("python")),
        ("Libraries", ", ".join(map(str, libraries)) or None),
        ("Seed", told.get("seed")),
        ("Plan (SHA-256)", round_.plan.sha256),
    ]
    known = {"nanoward", "version", "python", "libraries", "seed", "inputs", "ledger", "as_of"}
    rest = [(name, value) for name, value in sorted(told.items()) if name not in known]
    return [(name, plain(value)) for name, value in (*rows, *rest) if value is not None]


def _inputs(inputs: Sequence[Mapping[str, Any]]) -> Table | None:
    if not inputs:
        return None
    return Table(
        caption=f"Inputs: {counted(len(inputs), 'file')}, each by the SHA-256 of its content",
        headings=headings("File", "Read as", "#Rows", "SHA-256"),
        rows=[
            cells(
                str(one.get("path", "–")),
                str(one.get("role") or "–"),
                number(one.get("rows")),
                Cell(text=str(one.get("sha256", "–")), tone="hash"),
            )
            for one in sorted(inputs, key=lambda one: str(one.get("path", "")))
        ],
    )


def _outputs(round_: Round) -> Table:
    meaning = {shape.name: shape.meaning for shape in FOUND}
    names = [*(name for name in meaning if name in round_.tables),
             *sorted(set(round_.tables) - set(meaning))]  # fmt: skip
    return Table(
        caption="Tables of this round, beside this page; round.json holds the same as JSON",
        headings=headings("@Table", "#Rows", "What it holds"),
        rows=[
            cells(
                f"tables/{name}.parquet",
                number(round_.tables[name].height),
                meaning.get(name, "–"),
            )
            for name in names
        ],
    )


def _ledger(ledger: Mapping[str, Any] | None) -> str:
    if not ledger:
        return "The round was not told where the ledger stood."
    return (
        f"{counted(int(ledger.get('size', 0)), 'entry', 'entries')}, head {ledger.get('head')}"
    )
