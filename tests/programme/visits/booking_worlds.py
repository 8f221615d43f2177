"""Small worlds of visits for tests: by hand and by chance."""

import random

import numpy as np

from nanoward.programme.visits.plan_problem import Offer, VisitRequest

NEEDS = {
    "weekly": {"clin": 1},
    "dose": {"clin": 2, "bed": 1},
    "safety": {"clin": 1},
    "image": {"bed_shared": 1},
}


def offer(days: int, clin: int = 1, beds: int = 1, **more: object) -> Offer:
    """So many units of `clin` in every half-day."""
    return Offer(
        half_days=2 * days,
        capacity={"clin": np.full(2 * days, clin)},
        beds=np.full(days, beds),
        needs=NEEDS,
        **more,  # type: ignore[arg-type]
    )


def visit(
    name: str, target: int, *places: int, kind: str = "weekly", **more: object
) -> VisitRequest:
    """A visit of a person of the same name."""
    return VisitRequest(
        visit=name, person=name.split("-", maxsplit=1)[0], kind=kind, target=target,
        candidates=places or (target,), **more,  # type: ignore[arg-type]
    )  # fmt: skip


def random_world(rng: random.Random) -> tuple[list[VisitRequest], Offer]:
    """Up to seven visits over three days, with people apart and restricted, and beds."""
    days = 3
    many = []
    for number in range(rng.randint(1, 7)):
        target = rng.randrange(2 * days)
        places = rng.sample(range(2 * days), rng.randint(0, 3))
        kind = rng.choice(("weekly", "dose", "safety", "image"))
        booked = rng.choice((None, *places)) if places else None
        many.append(
            VisitRequest(
                visit=str(number), person=f"P{rng.randrange(4)}", kind=kind, target=target,
                candidates=tuple(sorted(places)), booked=booked,
            )
        )  # fmt: skip
    return many, offer(
        days,
        clin=rng.randint(0, 3),
        beds=rng.randint(0, 1),
        restricted=frozenset({"P0", "P1"}),
        restricted_at_once=1,
        apart=(("P2", "P3"),),
        nights={"bed_shared": np.full(days, rng.randint(0, 2))}
        | ({"bed_apart": np.full(days, 1)} if rng.random() < 0.5 else {}),
    )
