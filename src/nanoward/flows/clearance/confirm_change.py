"""A named person confirms that what vanished or was corrected may go."""

from collections.abc import Callable, Mapping

import polars as pl

from nanoward.base.entries import KINDS, ChangeConfirmed, entry_of, kind_of
from nanoward.base.errors import RefusedError, UsageError
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports


class NothingToConfirmError(UsageError):
    """No change of this participant waits for a person in the last round."""

    code = "PRG-030"
    next_step = "See `Changed since the last round` in the report, or hold a round first."


class NobodyConfirmsError(RefusedError):
    """A confirmation without a name or a reason."""

    code = "PRG-031"
    next_step = (
        "Say who confirms (--by, or --key-file) and why (--reason); nothing was written."
    )


def confirmed_changes(ledger: Ledger, *, after: int) -> dict[str, str]:
    """Confirmed changes by name, each with who confirmed it, from behind a place on the ledger.

    after  place of the snapshot that a round is compared with: what came back and vanished
           again since an older confirmation has to be confirmed anew
    """
    found: dict[str, str] = {}
    for record in ledger.records(after=after, kind=kind_of(ChangeConfirmed)):
        entry = entry_of(record.kind, record.body, KINDS)
        if isinstance(entry, ChangeConfirmed):
            found |= dict.fromkeys(entry.changes, entry.by)
    return found


def open_changes(changes: pl.DataFrame, participant: str = "") -> dict[str, dict[str, str]]:
    """Changes that wait for a person: by participant, the name of each and what it is.

    changes      table ROUND_CHANGES of the last round
    participant  this one alone, where one is named
    """
    waiting = changes.filter(pl.col("open") & (pl.col("id") != ""))
    found: dict[str, dict[str, str]] = {}
    for row in waiting.iter_rows(named=True):
        if participant in ("", row["participant"]):
            words = f"{row['kind']} {row['item']}: {row['before']} -> {row['after']}"
            found.setdefault(row["participant"], {}).setdefault(row["id"], words)
    return found


def confirm_changes(
    ports: Ports,
    changes: Mapping[str, Mapping[str, str]],
    participant: str,
    *,
    reason: str,
    by: str,
    sign: Callable[[ChangeConfirmed], ChangeConfirmed] | None = None,
) -> ChangeConfirmed:
    """Write that a person confirms every open change of a participant.

    changes  of `open_changes`
    sign     of `signing_confirmer`, where there is a key; without one a programme that names
             people who may sign (`[control] signers`) is confirmed in nobody's name
    The next round no longer counts what was confirmed; nobody's standing changes before.
    """
    if sign is None and ports.folder.plan().section("control").get("signers"):
        raise NobodyConfirmsError("the plan names who may sign: confirm with --key-file")
    if not (by.strip() or sign) or not reason.strip():
        raise NobodyConfirmsError("a confirmation needs a name and a reason")
    if not changes.get(participant):
        raise NothingToConfirmError(f"no change of {participant} waits to be confirmed")
    now = ports.clock.now()
    entry = ChangeConfirmed(
        participant=participant,
        changes=tuple(sorted(changes[participant])),
        reason=reason,
        by=by,
        confirmed=now.date(),
    )
    if sign is not None:
        entry = sign(entry)
    ports.ledger.append([entry], actor=entry.by, at=now)
    return entry
