"""Contradictions: two signed statements that cannot both be true, and the proof of it.

A proof is both envelopes and the key that signed them; tools/check_contradiction.py checks it
offline. A correction that names what it corrects contradicts nothing.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass

from nanoward.audit.claims.claim import BadClaimError, Claim, read_claim
from nanoward.audit.claims.dsse import BadDsseError, DsseEnvelope, read_dsse
from nanoward.base.canonical import canonical_json
from nanoward.base.errors import IntegrityError

FORMAT = "nanoward-contradiction/1"


class NoContradictionError(IntegrityError):
    """A proof of contradiction does not hold."""

    code = "INT-071"
    next_step = "Accuse nobody by it; ask whoever made it for the two signed envelopes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two claims of one partner about one item, with different content, both signed."""

    first: Claim
    second: Claim


def contradicts(first: Claim, second: Claim) -> bool:
    """Whether both cannot be true: same maker, item, period, method; another content."""
    same = (first.programme, first.partner, first.about, first.method) == (
        second.programme,
        second.partner,
        second.about,
        second.method,
    )
    corrects = first.claim in (second.supersedes,) or second.claim in (first.supersedes,)
    return same and not corrects and _content(first) != _content(second)


def _content(claim: Claim) -> tuple[object, ...]:
    limits = (claim.uncertainty, claim.limit)
    return claim.value, claim.unit, *(None if math.isnan(one) else one for one in limits)


def contradictions(claims: Iterable[Claim]) -> tuple[Contradiction, ...]:
    """The first contradicting pair of each partner and item."""
    groups: dict[tuple[object, ...], list[Claim]] = {}
    for one in claims:
        groups.setdefault((one.programme, one.partner, one.about, one.method), []).append(one)
    found = []
    for some in groups.values():
        pairs = ((a, b) for at, a in enumerate(some) for b in some[at + 1 :])
        pair = next(((a, b) for a, b in pairs if contradicts(a, b)), None)
        if pair is not None:
            found.append(Contradiction(first=pair[0], second=pair[1]))
    return tuple(found)


def proof_text(key: str, first: DsseEnvelope, second: DsseEnvelope) -> str:
    """A proof as one JSON object, for whoever trusts nobody."""
    said = {
        "format": FORMAT,
        "key": key,
        "statements": [json.loads(first.text()), json.loads(second.text())],
    }
    return canonical_json(said) + "\n"


def read_proof(text: str) -> Contradiction:
    """The contradiction that a proof shows; NoContradictionError where it shows none."""
    try:
        table = json.loads(text)
        key = str(table["key"])
        envelopes = [read_dsse(json.dumps(one)) for one in table["statements"]]
        claims = [read_claim(one.payload) for one in envelopes]
    except (ValueError, TypeError, KeyError, BadDsseError, BadClaimError) as fault:
        raise NoContradictionError("the proof cannot be read") from fault
    if set(table) != {"format", "key", "statements"} or table["format"] != FORMAT:
        raise NoContradictionError(f"the proof is not of the format {FORMAT}")
    if len(claims) != 2 or not all(one.is_signed_by(key) for one in envelopes):
        raise NoContradictionError("it does not hold two statements signed by its key")
    if not contradicts(*claims):
        raise NoContradictionError("the two statements can both be true")
    return Contradiction(first=claims[0], second=claims[1])
