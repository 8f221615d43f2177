"""Random agreements, as documents say them, over every kind that touches money."""

import random
from typing import Any

from tests.oracles.exit_walks import REASONS


def random_terms(rng: random.Random, weeks: int) -> list[dict[str, Any]]:
    """One to six terms with amounts that would be refused and amounts that would not."""
    made = [random_pay(rng, weeks)] if rng.random() < 0.9 else []
    return made + [random_term(rng, weeks) for _ in range(rng.randint(0 if made else 1, 4))]


def random_pay(rng: random.Random, weeks: int) -> dict[str, Any]:
    term: dict[str, Any] = {
        "kind": "pay",
        "per": rng.choice(("visit", "visit", "visit", "night", "month", "complete")),
        "amount": str(rng.randint(1, 90)),
    }
    if rng.random() < 0.4 and term["per"] in ("visit", "night"):
        first = rng.randint(1, weeks)
        term["weeks"] = [first, rng.randint(first, weeks)]
    if rng.random() < 0.3 and term["per"] == "visit":
        term["burden"] = rng.choice(("1", "2", "1/2", "8", "2.5"))
    if rng.random() < 0.2 and term["per"] == "visit":
        term["forfeit"] = some(rng)
    return term


def random_term(rng: random.Random, weeks: int) -> dict[str, Any]:
    kind = rng.choice(
        ("pay", "pay", "group", "tier", "deposit", "charge", "clawback", "remaining", "share")
    )
    amount = str(rng.randint(1, 200))
    if kind == "pay":
        return random_pay(rng, weeks)
    if kind == "tier":
        share = rng.choice(("0.5", "0.8", "1/3", "1"))
        return {"kind": "tier", "amount": amount, "at_share": share}
    if kind == "deposit":
        returned = some(rng) if rng.random() < 0.5 else ["complete"]
        return {"kind": "deposit", "amount": amount, "returned": returned}
    if kind == "share":
        return {"kind": "deduct", "on": some(rng), "share": rng.choice(("0.5", "1/3", "0.05"))}
    if kind == "remaining":
        return {"kind": "deduct", "on": some(rng), "per": "remaining", "amount": amount}
    if kind == "clawback":
        return {"kind": "clawback", "on": some(rng), "per": "visit", "amount": amount}
    if kind == "charge":
        return {"kind": "charge", "on": some(rng), "amount": amount, "what": "costs"}
    return {"kind": "group", "amount": amount, "lost_if": "other leaves"}


def some(rng: random.Random) -> list[str]:
    return rng.sample(REASONS, rng.randint(1, len(REASONS)))
