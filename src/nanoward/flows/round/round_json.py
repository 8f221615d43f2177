"""A round for machines: what it was, its figures, and where each table stands."""

import json
from collections.abc import Mapping

from nanoward.flows.round.round import Round


def round_json(round_: Round, hashes: Mapping[str, str]) -> bytes:
    """round.json: figures, findings, open questions; tables by path with rows and SHA-256.

    hashes  SHA-256 of each table file by its path within the round, "tables/NAME.parquet"
    """
    told = {
        "programme": round_.plan.name,
        "title": round_.plan.title,
        "as_of": round_.as_of.isoformat(),
        "facts": {room: dict(facts) for room, facts in round_.facts.items()},
        "known": list(round_.plan.facts),
        "findings": round_.tables["findings"].to_dicts(),
        "undecided": round_.tables["undecided"].to_dicts(),
        "tables": {
            path: {
                "sha256": sha256,
                "rows": round_.tables[_name(path)].height,
                "columns": {
                    name: str(kind) for name, kind in round_.tables[_name(path)].schema.items()
                },
            }
            for path, sha256 in hashes.items()
        },
        "provenance": dict(round_.provenance),
    }
    return (json.dumps(told, indent=1, sort_keys=True, default=str) + "\n").encode()


def _name(path: str) -> str:
    return path.removeprefix("tables/").removesuffix(".parquet")
