"""Who is compared, by which sample, within which stratum; and who met whom."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.errors import NotInDataError
from nanoward.base.findings import Finding, Undecided, row_key
from nanoward.bonds.rules import BondRules

Contacts = Mapping[tuple[str, str], tuple[str, ...]]  # both names in order: kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedParticipant:
    """One participant in one stratum, with the sample that speaks for them.

    apart  values of the columns that must differ between unrelated people, None if unknown
    lot    lot that the person received, run that the sample was read in; "" if not told
    first  day of the first sample of theirs in the stratum that held the agent
    onset  day on which they fell ill, where the samples tell it
    """

    participant: str
    stratum: str
    sample: str
    taken: date | None
    apart: tuple[str | None, ...] = ()
    lot: str = ""
    run: str = ""
    first: date | None = None
    onset: date | None = None


def participants_to_compare(
    samples: pl.DataFrame, profiles: pl.DataFrame, rules: BondRules
) -> tuple[tuple[ComparedParticipant, ...], tuple[Undecided, ...]]:
    """One person per participant and stratum, in order, and those that cannot be compared.

    A sample whose participant has the name of its lot was taken of the lot itself: it is
    nobody's, see `lot_samples`.
    """
    _check_columns(samples, rules)
    told = samples.join(
        profiles.select("sample", "readable", "typed_as"), on="sample", how="inner"
    )
    candidates: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    refused: dict[str, str] = {}
    for row in told.sort("sample").to_dicts():
        if _is_of_lot(row):
            continue
        reason = _why_not(row, rules)
        if reason:
            refused.setdefault(str(row["participant"]), reason)
        else:
            candidates[(_stratum(row, rules), str(row["participant"]))].append(row)
    people = tuple(_person(key, rows, rules) for key, rows in sorted(candidates.items()))
    compared = {one.participant for one in people}
    undecided = tuple(
        Undecided(
            code="BND-901",
            room="bonds",
            subject=who,
            question="with whom does this person share?",
            reason=why,
        )
        for who, why in sorted(refused.items())
        if who not in compared
    )
    return people, undecided


def lot_samples(samples: pl.DataFrame, profiles: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """Lot to the samples taken of the lot itself, those that hold the agent, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    agent = profiles.filter(pl.col("typed_as") == "agent").select("sample")
    for row in samples.join(agent, on="sample", how="inner").sort("sample").to_dicts():
        if _is_of_lot(row):
            found[str(row["lot"])].append(row["sample"])
    return {lot: tuple(names) for lot, names in sorted(found.items())}


def _is_of_lot(row: Mapping[str, Any]) -> bool:
    return bool(row.get("lot")) and row["lot"] == row["participant"]


def contacts_by_pair(
    contacts: pl.DataFrame | None, known: frozenset[str]
) -> tuple[Contacts, tuple[Finding, ...]]:
    """Kinds of contact by pair of names in order, and findings on contacts of nobody known."""
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    findings = []
    names = ("a", "b", "kind")
    for a, b, kind in contacts.select(names).rows() if contacts is not None else ():
        if a == b:
            findings.append(_with_oneself(a))
            continue
        strangers = [(who, column) for who, column in ((a, "a"), (b, "b")) if who not in known]
        findings += [_unknown(who, column) for who, column in strangers]
        kinds[(min(a, b), max(a, b))].add(kind or "contact")
    return {pair: tuple(sorted(found)) for pair, found in sorted(kinds.items())}, tuple(
        findings
    )


def _check_columns(samples: pl.DataFrame, rules: BondRules) -> None:
    for key, names in (
        ("strata", rules.strata),
        ("require", tuple(rules.require)),
        ("prefer", rules.prefer),
    ):
        for name in names:
            if name not in samples.columns:
                raise NotInDataError(
                    f"[bonds] {key} names {name!r}, which the samples table lacks",
                    file="programme.toml",
                    column=key,
                )


def _why_not(row: Mapping[str, Any], rules: BondRules) -> str:
    if row["typed_as"] != "agent":
        return f"sample {row['sample']} was typed as {row['typed_as']}; sequence another sample"
    for name, value in rules.require.items():
        if not _is_same(row[name], value):
            return f"sample {row['sample']} has {name} {row[name]}, the plan asks for {value}"
    for name in rules.strata:
        if row[name] is None:
            return f"sample {row['sample']} has no {name}, so its stratum is unknown"
    return ""


def _is_same(held: object, asked: str) -> bool:
    """Whether two values are equal, as text or as numbers (a reader may give 1 as 1.0)."""
    try:
        return str(held) == asked or float(str(held)) == float(asked)
    except ValueError:
        return False


def _stratum(row: Mapping[str, Any], rules: BondRules) -> str:
    return " / ".join(_plain(row[name]) for name in rules.strata) or "all"


def _plain(value: object) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)  # type: ignore[call-overload]


def _person(
    key: tuple[str, str], rows: list[dict[str, Any]], rules: BondRules
) -> ComparedParticipant:
    def rank(row: Mapping[str, Any]) -> tuple[Any, ...]:
        wishes = tuple(_descending(row[name]) for name in rules.prefer)
        return (*wishes, -row["readable"], row["taken"] or date.max, row["sample"])

    best = min(rows, key=rank)
    return ComparedParticipant(
        stratum=key[0],
        participant=key[1],
        sample=best["sample"],
        taken=best["taken"],
        apart=tuple(
            None if best[name] is None else _plain(best[name])
            for name in rules.apart
            if name in best
        ),
        lot=str(best.get("lot") or ""),
        run=str(best.get("run") or ""),
        first=min((row["taken"] for row in rows if row["taken"]), default=None),
        onset=min((row["onset"] for row in rows if row.get("onset")), default=None),
    )


def _descending(value: object) -> float:
    try:
        return -float(str(value))
    except ValueError:
        return float("inf")


def _unknown(who: str, column: str) -> Finding:
    return Finding(
        code="BND-001",
        severity="note",
        message=f"contacts name {who}, of whom no sample is known",
        next_step="Check the name, if this person gave a sample",
        column=column,
        subject=who,
        row=row_key("contacts", **{column: who}),
    )


def _with_oneself(who: str) -> Finding:
    return Finding(
        code="BND-002",
        severity="warning",
        message=f"a contact of {who} with themselves was left out",
        next_step="Correct one of the two names",
        subject=who,
    )
