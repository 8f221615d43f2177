"""Wiring of what is asked of partners: chance for nonces, receipts, and our own parts."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nanoward.audit.claims.sampling import NONCE_BYTES
from nanoward.base.errors import InputError
from nanoward.flows.ledger.prove_record import prove_record
from nanoward.wiring.ledgers import open_ledger


class BadNonceError(InputError):
    """A nonce's file does not hold 64 hexadecimal digits."""

    code = "AUD-009"
    next_step = "Give the file that `nanoward audit plan --nonce` wrote."


def fresh_nonce(size: int = 16) -> bytes:
    """Bytes of the machine's own chance."""
    return os.urandom(size)


def nonce_in(file: str, *, make: bool) -> bytes:
    """The nonce of a file; made, readable by its owner only, where there is none yet."""
    path = Path(file)
    if make and not path.exists():
        path.touch(mode=0o600)
        path.write_text(fresh_nonce(NONCE_BYTES).hex() + "\n", encoding="ascii")
    try:
        raw = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raw = b""
    if len(raw) != NONCE_BYTES:
        raise BadNonceError("it holds no nonce", file=file)
    return raw


def mapping_in(file: str) -> Mapping[str, Any]:
    """claims.toml as a table."""
    try:
        return tomllib.loads(Path(file).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"it is no TOML: {fault}", file=file) from fault


def write_receipts(programme: str, folder: str, records: Mapping[str, int]) -> int:
    """A proof of inclusion for each claim, as `nanoward ledger prove` writes them."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    with open_ledger(programme, quiet=True) as site:
        for claim, seq in records.items():
            safe = "".join(c if c.isalnum() or c in "-_." else "_" for c in claim)
            proof = prove_record(site.ledger, seq, site.witnesses.known())
            (place / f"{seq}-{safe[:80]}.tlog-proof").write_text(str(proof), encoding="utf-8")
    return len(records)


def witness_count(programme: str) -> int:
    """How many witnesses the ledger has."""
    with open_ledger(programme, quiet=True) as site:
        return len(site.witnesses.known())
