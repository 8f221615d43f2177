"""The council as the ledger has it now, and the tables that a pack is made from."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries import KINDS, Entry, RoundHeld, body_of, entry_of, kind_of
from nanoward.base.errors import IntegrityError, UsageError
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.flows.steps.parquet import table_of
from nanoward.ports.ledger import Record
from nanoward.ports.messages import CouncilDesk, MemberKeys
from nanoward.ports.ports import Ports
from nanoward.programme.council.charter import (
    Charter,
    CouncilMember,
    NotMemberError,
    charter_of,
)
from nanoward.programme.council.matters import CouncilMatters, council_matters

DOMAIN = b"nanoward/council/1\n"
TABLES = ("standings", "adverse_events", "grades", "findings", "capacity", "messages")


class NoRoundForPackError(UsageError):
    """No round was held that a pack could be made from."""

    code = "PRG-195"
    next_step = "Hold a round first: nanoward round PROGRAMME"


class RoundTableChangedError(IntegrityError):
    """A table of a round is not the one that the ledger names."""

    code = "PRG-196"
    next_step = "Hold the round again: it writes its files anew."


def charter_now(ports: Ports) -> Charter:
    """The charter as the plan states it now."""
    return charter_of(ports.folder.plan().section("programme").get("council", {}))


def matters_now(ports: Ports) -> CouncilMatters:
    """Everything of the council as the ledger has it now."""
    return council_matters(ledger_entries(ports, "council"))


def round_record(ports: Ports, day: date | None) -> tuple[Record, RoundHeld]:
    """The last round held for a day, or the last of all; NoRoundForPackError."""
    found = [
        (record, entry)
        for record in ports.ledger.records(kind=kind_of(RoundHeld))
        if isinstance(entry := entry_of(record.kind, record.body, KINDS), RoundHeld)
        and (day is None or entry.as_of <= day)
    ]
    if not found:
        raise NoRoundForPackError(f"no round was held{f' by {day}' if day else ''}")
    return found[-1]


def round_tables_of(
    ports: Ports, held: RoundHeld, names: Sequence[str] = TABLES
) -> dict[str, pl.DataFrame]:
    """Tables of a round, each held against its hash on the ledger; what is missing is not."""
    found = {}
    for name in names:
        path = f"tables/{name}.parquet"
        content = ports.folder.round_file(held.round, path)
        if content is None:
            continue
        if f"{path}={sha256_of(content)}" not in held.tables:
            raise RoundTableChangedError(f"{path} of the round of {held.round} was changed")
        found[name] = table_of(content)
    return found


def member_of(
    desk: CouncilDesk, charter: Charter, name: str, keys: MemberKeys
) -> CouncilMember:
    """The member whose keys these are; NotMemberError."""
    member = charter.member(name)
    if (keys.sealing_key, keys.signing_key) != (member.sealing_key, member.signing_key):
        raise NotMemberError(f"the key file is not {name}'s")
    message = DOMAIN + name.encode()
    good = desk.signatures.verifies(
        scheme="ed25519", public=member.signing_key, message=message,
        signature=keys.sign(message),
    )  # fmt: skip
    if not good:
        raise NotMemberError(f"the signature of {name} does not verify")
    return member


def signed_bytes_of(entry: Entry) -> bytes:
    """What a member signs: the entry without its signature, in canonical form."""
    body = {name: value for name, value in body_of(entry).items() if name != "signature"}
    return DOMAIN + kind_of(entry).encode() + b"\n" + canonical_json(body).encode()
