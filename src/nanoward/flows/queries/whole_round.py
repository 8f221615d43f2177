"""The last round as it was written, with every table, its figures and its provenance."""

import json
from dataclasses import replace
from typing import Any

from nanoward.flows.queries.last_round import last_round_held
from nanoward.flows.queries.person_of_round import last_round
from nanoward.flows.round.round import Round
from nanoward.ports.ports import Ports

_PREFIX, _SUFFIX = "tables/", ".parquet"


def whole_round(ports: Ports) -> Round:
    """All tables, each as the ledger names it, and what round.json says besides.

    NoRoundError, RoundFileError as in last_round.py.
    """
    held = last_round_held(ports)
    paths = [one.partition("=")[0] for one in held.tables]
    names = [one.removeprefix(_PREFIX).removesuffix(_SUFFIX) for one in paths]
    round_ = last_round(ports, names)
    content = ports.folder.round_file(held.round, "round.json")
    said: dict[str, Any] = json.loads(content) if content else {}
    return replace(
        round_,
        facts=said.get("facts", round_.facts),
        provenance=said.get("provenance", {}),
    )
