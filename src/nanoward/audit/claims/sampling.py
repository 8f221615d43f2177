"""Which items are measured again: drawn by a public seed that neither side can choose.

Both sides commit to a nonce; a later joint checkpoint (its root) and both nonces give the seed.
Whoever committed last cannot know the checkpoint, and whoever knows it cannot change a nonce.
A nonce that is withheld counts against its holder: the seed is then made without it, and the
items that it could have moved stay in its stratum. Anybody can repeat the draw from the seed,
the strata and their items by SHA-256 alone.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DOMAIN = b"nanoward audit draw/1\0"
NONCE_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawSeed:
    """The seed of a draw (hexadecimal), and whose nonce was withheld."""

    seed: str
    withheld: tuple[str, ...] = ()


def nonce_commitment(nonce: bytes) -> str:
    """What is published beforehand: SHA-256 of a nonce of 32 bytes, hexadecimal."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes, not {len(nonce)}")
    return hashlib.sha256(DOMAIN + nonce).hexdigest()


def draw_seed(
    commitments: Mapping[str, str], nonces: Mapping[str, bytes], root: bytes, size: int
) -> DrawSeed:
    """The seed of a checkpoint (root of 32 bytes, size) and of all nonces that were opened.

    commitments  by side, as they stand on the ledger before the checkpoint
    A nonce that does not fit its commitment is none.
    """
    withheld = tuple(
        side
        for side, told in sorted(commitments.items())
        if len(nonces.get(side, b"")) != NONCE_BYTES
        or not hmac.compare_digest(nonce_commitment(nonces[side]), told)
    )
    opened = b"".join(
        side.encode() + b"\0" + nonces[side]
        for side in sorted(commitments)
        if side not in withheld
    )
    body = DOMAIN + size.to_bytes(8, "big") + root + opened
    return DrawSeed(seed=hashlib.sha256(body).hexdigest(), withheld=withheld)


def drawn(seed: str, stratum: str, items: Sequence[str], count: int) -> tuple[str, ...]:
    """`count` of the items: those with the smallest SHA-256 of seed, stratum and name.

    Every set of that size is equally likely, in whatever order the items are given, and more
    items drawn later begin with those drawn before.
    """
    head = bytes.fromhex(seed) + stratum.encode() + b"\0"
    order = sorted(set(items), key=lambda one: hashlib.sha256(head + one.encode()).digest())
    return tuple(order[: max(count, 0)])


def allocation(
    sizes: Mapping[str, int], shares: Mapping[str, float], total: int
) -> dict[str, int]:
    """How many of each stratum are drawn: by shares, never more than there are.

    What a small stratum leaves over goes to the other named ones, and then to "rest".
    """
    named = [one for one in sizes if one != "rest"]
    given = {name: min(sizes[name], round(total * shares.get(name, 0.0))) for name in named}
    spare = round(total * sum(shares.get(name, 0.0) for name in named)) - sum(given.values())
    for name in named:
        more = max(min(spare, sizes[name] - given[name]), 0)
        given[name] += more
        spare -= more
    if "rest" in sizes:
        given["rest"] = min(sizes["rest"], total - sum(given.values()))
    left = total - sum(given.values())
    for name in named:
        more = max(min(left, sizes[name] - given[name]), 0)
        given[name] += more
        left -= more
    return given


def stratified_draw(
    seed: str,
    strata: Mapping[str, Sequence[str]],
    shares: Mapping[str, float],
    total: int,
) -> dict[str, tuple[str, ...]]:
    """Items drawn by stratum; an item stands in the first stratum that names it."""
    seen: set[str] = set()
    own: dict[str, list[str]] = {}
    for name, items in strata.items():
        own[name] = [one for one in dict.fromkeys(items) if one not in seen]
        seen |= set(own[name])
    counts = allocation({name: len(items) for name, items in own.items()}, shares, total)
    return {name: drawn(seed, name, items, counts[name]) for name, items in own.items()}
