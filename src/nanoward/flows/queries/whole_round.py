"""The last round with all of its tables and figures, as the ledger names them."""

import json

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import RoundHeld
from nanoward.base.errors import IntegrityError
from nanoward.flows.queries.last_round import NoRoundError, RoundFileError, last_round_held
from nanoward.flows.round.round import Round
from nanoward.flows.steps.parquet import table_of
from nanoward.ports.ports import Ports


def whole_round(ports: Ports, held: RoundHeld | None = None) -> Round:
    """The round that was concluded last, or `held`, as its report was drawn from it.

    Each table is the one that the ledger names; figures are those of round.json, which must
    name the same tables. NoRoundError, RoundFileError.
    """
    held = held or last_round_held(ports)
    told = _told(ports, held)
    tables = {}
    for one in held.tables:
        path, sha256 = one.split("=", 1)
        content = ports.folder.round_file(held.round, path)
        if content is None:
            raise NoRoundError(f"{path} of the round of {held.round} is gone")
        if sha256_of(content) != sha256 or told["tables"].get(path, {}).get("sha256") != sha256:
            raise RoundFileError(f"{path} of the round of {held.round} was changed")
        tables[path.removeprefix("tables/").removesuffix(".parquet")] = table_of(content)
    return Round(
        plan=ports.folder.plan(),
        as_of=held.as_of,
        tables=dict(sorted(tables.items())),
        facts=told["facts"],
        provenance=told["provenance"],
    )


def _told(ports: Ports, held: RoundHeld) -> dict[str, dict[str, dict[str, str]]]:
    content = ports.folder.round_file(held.round, "round.json")
    if content is None:
        raise NoRoundError(f"round.json of the round of {held.round} is gone")
    try:
        told: dict[str, dict[str, dict[str, str]]] = json.loads(content)
        told["facts"], told["provenance"], told["tables"]
    except (ValueError, KeyError) as fault:
        raise IntegrityError(f"round.json of the round of {held.round}: {fault}") from None
    return told
