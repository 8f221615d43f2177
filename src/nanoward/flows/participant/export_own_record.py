"""A person's own record as one file to take along: records, tables, consent texts, receipts."""

import json
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import polars as pl

from nanoward.base.entries import ConsentSigned
from nanoward.base.errors import NanowardError
from nanoward.base.ids import Sha256
from nanoward.clearance.consent.permissions import closed_by_withdrawal, open_after_withdrawal
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.queries.last_round import last_round_held, last_round_table
from nanoward.ports.ledger import Ledger, ProvenLedger
from nanoward.ports.ports import Ports
from nanoward.programme.own_record.own_facts import without_others

STAMP = (1980, 1, 1, 0, 0, 0)  # the same record gives the same bytes
CELL_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_own_record(ports: Ports, participant: str) -> bytes:
    """A ZIP file of everything that the programme holds of one person; nobody else is named."""
    ledgers = {"ledger": ports.ledger} | ({} if ports.spool is None else {"exit": ports.spool})
    others = frozenset(_people(ports.ledger)) - {participant}
    files = {
        f"records-{name}.jsonl": _records(ledger, participant, others)
        for name, ledger in ledgers.items()
    }
    files |= _tables(ports, participant, others)
    files |= _papers(ports, participant)
    files["gates.json"] = json.dumps(
        {"closed by leaving": closed_by_withdrawal(), "always open": open_after_withdrawal()},
        indent=1,
    ).encode()
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as box:
        for name, content in sorted(files.items()):
            box.writestr(ZipInfo(name, STAMP), content, ZIP_DEFLATED)
    return packed.getvalue()


def _people(ledger: Ledger) -> tuple[str, ...]:
    return tuple(ledger.people()) if isinstance(ledger, ProvenLedger) else ()


def _records(ledger: Ledger, who: str, others: frozenset[str]) -> bytes:
    lines = [
        json.dumps(
            {
                "seq": one.seq,
                "at": str(one.at),
                "kind": one.kind,
                "body": without_others(dict(one.body), who, others),
            },
            default=str,
        )
        for one in ledger.about(who)
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _tables(ports: Ports, who: str, others: frozenset[str]) -> dict[str, bytes]:
    """Rows of the last round that are the person's own."""
    try:
        held = last_round_held(ports)
    except NanowardError:
        return {}
    found = {}
    for path in held.tables:
        name = path.split("=", 1)[0].removeprefix("tables/").removesuffix(".parquet")
        try:
            table = last_round_table(ports, name)
        except NanowardError:
            continue
        if "participant" not in table.columns or table.schema["participant"] != pl.String:
            continue
        mine = table.filter(pl.col("participant") == who)
        if mine.height:
            found[f"tables/{name}.csv"] = _csv(mine, who, others)
    return found


def _csv(table: pl.DataFrame, who: str, others: frozenset[str]) -> bytes:
    """Lists as text, no other person's name, and no text that a spreadsheet would run."""
    columns = []
    for given in table.iter_columns():
        column = given
        if column.dtype.is_nested():
            texts = [None if one is None else "; ".join(map(str, one)) for one in column]
            column = pl.Series(column.name, texts, dtype=pl.String)
        if column.dtype == pl.String:
            told = [
                None if one is None else safe_cell(str(without_others(one, who, others)))
                for one in column
            ]
            column = pl.Series(column.name, told, dtype=pl.String)
        columns.append(column)
    return pl.DataFrame(columns).write_csv().encode()


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(CELL_STARTS) else text


def _papers(ports: Ports, who: str) -> dict[str, bytes]:
    """Every consent document that the person signed, as it was."""
    found = {}
    for one in on_record(ports.ledger, who).consent.history:
        if not isinstance(one, ConsentSigned):
            continue
        name = one.document_sha256
        try:
            found[f"papers/{name}"] = ports.blobs.get(Sha256(name))
        except (NanowardError, OSError):
            continue
    return found
