"""One claim: what a partner states of one item, its canonical JSON, and what it lacks."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.errors import InputError

FORMAT = "nanoward-claim/1"
Value = float | str | bool | tuple[float, ...] | None
_TEXTS = ("programme", "partner", "claim", "type", "item", "period", "method", "unit", "nonce")
_NAMES = frozenset(
    (*_TEXTS, "format", "value", "uncertainty", "limit", "made", "expires", "supersedes")
)


class BadClaimError(InputError):
    """A signed statement that is no claim."""

    code = "AUD-012"
    next_step = "Ask the partner for a claim with all fields; what was received is kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a partner states of one item in one period by one method.

    programme    the programme it is made to: in another it is a replay
    claim        its own name, never used twice
    item         sample, person, lot or visit, as both sides name it
    value        a number, several (a panel), a text (date, sequence, identity), true or false;
                 None: nothing was measured
    unit         UCUM, "" where there is none
    uncertainty  one standard deviation in `unit`; NaN where none is stated
    limit        limit of detection in `unit`; NaN where none is stated
    expires      after this day it is not taken any more
    nonce        16 bytes or more of chance, hexadecimal
    supersedes   the claim that it corrects; "" for none
    """

    programme: str
    partner: str
    claim: str
    type: str
    item: str
    period: str
    method: str
    value: Value
    unit: str
    made: datetime
    expires: date
    nonce: str
    uncertainty: float = math.nan
    limit: float = math.nan
    supersedes: str = ""

    @property
    def about(self) -> tuple[str, str, str]:
        """What it is about: two claims of one partner about the same exclude each other."""
        return self.type, self.item, self.period

    def payload(self) -> bytes:
        """Canonical JSON: what is signed."""
        return canonical_json(
            {
                "format": FORMAT,
                **{name: getattr(self, name) for name in _TEXTS},
                "value": list(self.value) if isinstance(self.value, tuple) else self.value,
                "uncertainty": None if math.isnan(self.uncertainty) else self.uncertainty,
                "limit": None if math.isnan(self.limit) else self.limit,
                "made": self.made.astimezone(UTC).isoformat(timespec="seconds"),
                "expires": self.expires.isoformat(),
                "supersedes": self.supersedes,
            }
        ).encode()

    @property
    def sha256(self) -> str:
        """Of the payload: the name under which it is kept."""
        return sha256_of(self.payload())


def read_claim(payload: bytes) -> Claim:
    """The claim of a payload in canonical JSON; BadClaimError says what is missing or odd."""
    try:
        table = json.loads(payload)
        canonical = canonical_json(table).encode() == payload
    except (ValueError, TypeError, RecursionError) as fault:
        raise BadClaimError("the payload is no JSON") from fault
    if not isinstance(table, dict) or table.get("format") != FORMAT:
        raise BadClaimError(f"the payload is not of the format {FORMAT}")
    if not canonical:
        raise BadClaimError("the payload is not canonical JSON (RFC 8785)")
    odd = sorted(set(table) ^ _NAMES)
    if odd:
        raise BadClaimError(f"the claim lacks {odd[0]!r}, or nobody knows it")
    texts = [name for name in (*_TEXTS, "supersedes") if not isinstance(table[name], str)]
    empty = [n for n in ("claim", "type", "item", "partner", "programme") if not table[n]]
    if texts or empty:
        raise BadClaimError(f"{(texts or empty)[0]!r} is no text, or empty", column="claim")
    return _claim(table)


def _claim(table: Mapping[str, Any]) -> Claim:
    try:
        made = datetime.fromisoformat(table["made"])
        expires = date.fromisoformat(table["expires"])
        nonce = bytes.fromhex(table["nonce"])
    except (ValueError, TypeError) as fault:
        raise BadClaimError(f"made, expires or nonce cannot be read: {fault}") from fault
    if made.tzinfo is None:
        raise BadClaimError("made has no time zone")
    if len(nonce) < 16:
        raise BadClaimError("the nonce has fewer than 16 bytes")
    return Claim(
        **{name: table[name] for name in _TEXTS},
        value=_value(table["value"]),
        made=made,
        expires=expires,
        uncertainty=_number(table["uncertainty"], "uncertainty"),
        limit=_number(table["limit"], "limit"),
        supersedes=table["supersedes"],
    )


def _value(given: Any) -> Value:
    if given is None or isinstance(given, bool | str):
        return given
    if isinstance(given, int | float):
        return float(given)
    plain = isinstance(given, list) and given
    if plain and all(isinstance(o, int | float) and not isinstance(o, bool) for o in given):
        return tuple(float(one) for one in given)
    raise BadClaimError(f"the value {str(given)[:40]!r} is no number, panel, text, or flag")


def _number(given: Any, name: str) -> float:
    if given is None:
        return math.nan
    if isinstance(given, bool) or not isinstance(given, int | float) or given < 0:
        raise BadClaimError(f"{name} is {given!r}, no number of 0 or more")
    return float(given)
