"""One change to a cleared person's records, and what must become of them.

Each change is something that people write (CDISC's own terms in other words, a nurse's Excel,
a mistyped year). The right value is written from its source: SDTMIG 3.2 and CDISC controlled
terminology for words, ICH E2A II.B for seriousness, ISO 8601 for days, and the rule of this
project that what cannot be read protects the person.
"""

import io
from collections.abc import Callable, Mapping

import polars as pl
import pytest
from tests.doors.clinical_programme import AS_OF, TODAY, Row, Tables, as_csv, cleared

from nanoward.adapters.formats import FileFormats
from nanoward.base.findings import Finding
from nanoward.flows.clearance.decide_from_files import decide_standings

Change = Callable[[Tables], None]
GRAVE = {"AETERM": "HEPATIC FAILURE", "AESEV": "SEVERE", "AEOUT": "", "AEENDTC": ""}


def decided(
    files: Mapping[str, bytes], rules: Mapping[str, object] | None = None
) -> tuple[str, tuple[str, ...], tuple[Finding, ...]]:
    found = decide_standings(FileFormats(), files, rules or {}, AS_OF, today=TODAY)
    row = next(r for r in found.tables["standings"].to_dicts() if r["participant"] == "P004")
    return row["standing"], tuple(row["reasons"]), found.findings


def event(**cells: str) -> Change:
    def change(tables: Tables) -> None:
        base: Row = {**tables["ae"][0], "AESEQ": "9", "AESTDTC": "2026-05-20", "AEENDTC": ""}
        tables["ae"].append({**base, "AEOUT": "NOT RECOVERED/NOT RESOLVED", **cells})

    return change


def ended(term: str, category: str = "", day: str = "2026-05-24", **cells: str) -> Change:
    def change(tables: Tables) -> None:
        row = {"DSSEQ": "9", "DSDECOD": term, "DSTERM": term, "DSCAT": category}
        tables["ds"].append({**tables["ds"][0], **row, "DSSTDTC": day, **cells})

    return change


def last(domain: str, code: str = "", **cells: str) -> Change:
    """Cells of the last row of a domain (of a test)."""

    def change(tables: Tables) -> None:
        name = f"{domain.upper()}TESTCD"
        rows = [row for row in tables[domain] if not code or row[name] == code]
        rows[-1].update(cells)

    return change


def every(domain: str, of: str = "", **cells: str) -> Change:
    def change(tables: Tables) -> None:
        for row in tables[domain]:
            if not of or of in row.values():
                row.update(cells)

    return change


def result(number: str, **cells: str) -> Change:
    same = {"LBORRES": number, "LBSTRESC": number, "LBSTRESN": number}
    return last("lb", "ALT", **(same | cells))


def both(*changes: Change) -> Change:
    def change(tables: Tables) -> None:
        for one in changes:
            one(tables)

    return change


def without(domain: str, *words: str) -> Change:
    def change(tables: Tables) -> None:
        tables[domain] = [r for r in tables[domain] if not set(words) <= set(r.values())]

    return change


def recent_not_done(tables: Tables) -> None:
    """The last two weeks of everything medical say that they were not done."""
    for domain, mark in (("lb", "LBSTAT"), ("vs", "VSSTAT"), ("sv", "SVOCCUR")):
        for row in tables[domain]:
            day = next(cell for name, cell in row.items() if name.endswith("DTC"))
            if day > "2026-05-08":
                row[mark] = "N" if mark == "SVOCCUR" else "NOT DONE"
                row.update({name: "" for name in row if "RES" in name and name[2:5] != "RES"})


NO_CONSENT = without("ds", "1")
CASES: tuple[tuple[str, Change, set[str]], ...] = (
    ("grade 4 beside MILD", event(AESEV="MILD", AETOXGR="4"), {"recalled"}),
    ("a death in another word", event(AEOUT="Death", AEENDTC="2026-05-23"), {"recalled"}),
    ("a criterion written YES", event(AESHOSP="YES"), {"held"}),
    ("seriousness written 1", event(AESER="1"), {"held"}),
    ("seriousness that is no flag", event(AESER="perhaps"), {"held"}),
    ("an event next month", event(**GRAVE | {"AESTDTC": "2026-12-05"}), {"held"}),
    ("an event known in 2062", event(**GRAVE | {"AEDTC": "2062-05-21"}), {"held"}),
    ("an unknown severity", event(AESEV="terrible"), {"held"}),
    ("dead", ended("Dead", "OTHER EVENT"), {"died"}),
    ("died, without a category", ended("DIED"), {"died"}),
    ("a death in the reported term", ended("", DSTERM="PATIENT DIED"), {"died"}),
    ("withdrew", ended("Withdrew consent", "PROTOCOL MILESTONE"), {"withdrawn"}),
    ("withdrawn by a guardian", ended("WITHDRAWAL BY PARENT/GUARDIAN"), {"withdrawn"}),
    ("withdrawn in 2062", ended("WITHDRAWAL BY SUBJECT", "", "2062-05-24"), {"withdrawn"}),
    ("a physician's decision", ended("PHYSICIAN DECISION"), {"recalled"}),
    ("lost", ended("Lost to follow up"), {"withdrawn"}),
    ("an ending that nobody knows", ended("Gone fishing"), {"held"}),
    ("lack of effect", ended("LACK OF EFFICACY", "DISPOSITION EVENT"), {"discontinued"}),
    ("a death flag written YES", last("dm", DTHFL="YES"), {"died"}),
    ("a death in 2062", last("dm", DTHFL="Y", DTHDTC="2062-05-23"), {"died"}),
    ("a death flag that is none", last("dm", DTHFL="maybe"), {"held"}),
    ("a consent declined later", ended("CONSENT DECLINED", "PROTOCOL MILESTONE"), {"held"}),
    ("SGPT", result("900", LBTESTCD="SGPT"), {"recalled"}),
    ("ALT (SGPT)", result("900", LBTESTCD="ALT (SGPT)"), {"recalled"}),
    ("LOINC of ALT", result("900", LBTESTCD="1742-6"), {"recalled"}),
    ("a test unknown, too high", result("900", LBTESTCD="NOVUM", LBTEST="Novum"), {"held"}),
    ("katal in the limits of units", result("15", LBSTRESU="ukat/L"), {"held"}),
    ("a point for thousands", result("1.200"), {"held"}),
    ("a stale standard result", last("lb", "ALT", LBORRES="900"), {"held"}),
    ("nothing done", recent_not_done, {"held"}),
    ("a result in 2062", result("900", LBDTC="2062-05-25"), {"recalled"}),
    ("a result a year ago", result("900", LBDTC="2025-05-25"), {"recalled"}),
    ("a limit of 4000", result("900", LBSTNRHI="4000"), {"held"}),
    ("limits swapped", result("900", LBSTNRLO="40", LBSTNRHI="7"), {"held"}),
    ("a critical indicator", last("lb", "ALT", LBNRIND="CRITICAL"), {"held"}),
    ("a mark for missing", result("-99"), {"held"}),
    ("a pressure in small letters", last("vs", VSTESTCD="sysbp", VSSTRESN="220"), {"held"}),
    ("an answer in words", last("qs", "PHQ909", QSORRES="Nearly every day"), {"held"}),
    ("an answer not understood", last("qs", "PHQ909", QSORRES="oui"), {"held"}),
    ("item 9 left out", without("qs", "PHQ909", "2026-05-25"), {"held"}),
    ("item 9 in 2062", last("qs", "PHQ909", QSSTRESN="2", QSDTC="2062-05-25"), {"held"}),
    (
        "no consent, a bad day",
        both(every("dm", RFICDTC="01/11/2026"), without("ds", "1")),
        {"held"},
    ),
    ("no doses and an event", both(without("ex", "AGENT"), event(**GRAVE)), {"held"}),
    ("doses not given", both(every("ex", EXOCCUR="N"), event(**GRAVE)), {"held"}),
    ("doses on a day that may be two", every("ex", EXSTDTC="04/05/2026"), {"held"}),
    ("records of p4", both(event(**GRAVE), last("ae", USUBJID="p4")), {"held"}),
)


def test_the_person_is_rightly_cleared() -> None:
    word, _, findings = decided(as_csv(cleared()))
    assert (word, [one for one in findings if one.severity != "note"]) == ("cleared", [])


@pytest.mark.parametrize(
    ("change", "words"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
@pytest.mark.hazard("H-121")
def test_a_change_that_must_hold_somebody_does(change: Change, words: set[str]) -> None:
    tables = cleared()
    change(tables)
    word, reasons, _ = decided(as_csv(tables))
    assert word in words, reasons


@pytest.mark.parametrize("code", ["PHQ9-9", "PHQ9I9", "44260-8", "PHQ0109", "phq9_item9"])
@pytest.mark.hazard("H-120")
def test_item_nine_holds_under_every_code(code: str) -> None:
    tables = cleared()
    every("qs", "PHQ909", QSTESTCD=code)(tables)
    assert decided(as_csv(tables))[0] == "cleared"
    last("qs", code, QSSTRESN="3", QSORRES="3")(tables)
    assert decided(as_csv(tables))[0] == "held"


@pytest.mark.hazard("H-129")
def test_a_rule_that_names_a_code_of_nobody_holds_everybody_and_says_so() -> None:
    word, reasons, findings = decided(as_csv(cleared()), {"urgent_items": ["PHQ09"]})
    assert (word, "PHQ09" in reasons[0]) == ("held", True)
    assert [one.code for one in findings if one.severity == "error"] == ["CLR-067"]


@pytest.mark.parametrize("name", ["aexyz.csv", "ae.tsv", "ae.txt", "AE.CSV"])
@pytest.mark.hazard("H-130")
def test_events_are_read_from_a_split_or_otherwise_named_file(name: str) -> None:
    tables = cleared()
    event(**GRAVE)(tables)
    files = dict(as_csv(tables))
    files[name] = files.pop("ae.csv")
    assert decided(files)[0] == "held"


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"\x00" * 80])
@pytest.mark.hazard("H-130")
def test_a_file_that_is_cut_or_no_file_holds_everybody(
    damage: Callable[[bytes], bytes],
) -> None:
    files = dict(as_csv(cleared()))
    frame = pl.read_csv(io.BytesIO(files.pop("ae.csv")), infer_schema=False)
    sink = io.BytesIO()
    frame.write_parquet(sink)
    files["ae.parquet"] = damage(sink.getvalue())
    word, reasons, _ = decided(files)
    assert (word, "ae.parquet" in reasons[0]) == ("held", True)


HARMLESS: tuple[tuple[str, Change], ...] = (
    ("flags in words", every("ae", AESER="No", AESDTH="no", AESHOSP="0")),
    ("a severity in small letters", every("ae", AESEV="mild", AEOUT="resolved")),
    ("days as 04.05.2026", every("sv", "4", SVSTDTC="25.05.2026")),
    ("a unit of another spelling", every("lb", "K", LBSTRESU="MEQ/L", LBORRESU="MEQ/L")),
    ("a test by its trivial name", every("lb", "ALT", LBTESTCD="SGPT")),
    ("a note of another event", ended("NURSE CALLED", "OTHER EVENT")),
    ("a further column", every("lb", LBREFID="7")),
    ("a bound within the limits", result("<5", LBSTRESN="")),
)


@pytest.mark.parametrize("change", [case[1] for case in HARMLESS], ids=[c[0] for c in HARMLESS])
def test_a_harmless_rewriting_changes_nothing(change: Change) -> None:
    tables = cleared()
    change(tables)
    word, reasons, _ = decided(as_csv(tables))
    assert word == "cleared", reasons


@pytest.mark.parametrize("kind", ["parquet", "xpt"])
def test_the_same_is_decided_in_other_formats(kind: str) -> None:
    from nanoward.simulation.files.xpt import transport_bytes

    tables = cleared()
    event(AESEV="MILD", AETOXGR="4")(tables)
    files: dict[str, bytes] = {}
    for name, content in as_csv(tables).items():
        frame = pl.read_csv(io.BytesIO(content), infer_schema=False).fill_null("")
        sink = io.BytesIO()
        frame.write_parquet(sink)
        data = (
            sink.getvalue() if kind == "parquet" else transport_bytes(name[:2].upper(), frame)
        )
        files[name.replace("csv", kind)] = data
    assert decided(files)[0] == "recalled"
