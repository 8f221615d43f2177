"""The planner of visits beside a greedy rule and OR-Tools CP-SAT, on the same instances.

    python benchmarks/bench_booking.py optima DATA             shared instances at their optima
    python benchmarks/bench_booking.py large DATA              1,000 people x 26 weeks
    python benchmarks/bench_booking.py recall DATA             re-planned after a recall
    python benchmarks/bench_booking.py peer DATA PYTHON [S]    CP-SAT of another environment
    python benchmarks/bench_booking.py races [STEPS]           random interleavings

DATA is the folder of the shared booking instances. CPU seconds, not wall time. The large
instance draws 1,000 people with replacement from p300_u88 and scales what the site offers.
"""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.programme.visits.booking_instances import read_instance
from tests.programme.visits.interleavings import interleave

from nanoward.programme.visits.greedy_plan import greedy_plan
from nanoward.programme.visits.plan_check import plan_conflicts
from nanoward.programme.visits.plan_problem import Offer, Plan, PlanCosts, VisitRequest
from nanoward.programme.visits.planner import plan_visits

OPTIMA = {"p60_u88": 11_278, "p300_u88": 12_852}
World = tuple[list[VisitRequest], Offer, PlanCosts]


def optima(data: Path) -> None:
    """Every shared instance, exactly at its proven optimum."""
    for name, wanted in OPTIMA.items():
        requests, offer, costs = read_instance(data / name)
        plan, cpu = timed(requests, offer, costs, gap=0.0, time_s=900.0)
        greedy = greedy_plan(requests, offer, costs)
        print(
            f"{name}: {plan.cost} (bound {plan.bound:.0f}), {len(plan.unplaced())} unplaced,"
            f" {cpu:.1f} CPU s; greedy {greedy.cost}, {len(greedy.unplaced())} unplaced"
        )
        assert plan.cost == wanted
        assert plan.optimal


def timed(
    requests: list[VisitRequest], offer: Offer, costs: PlanCosts, **more: float
) -> tuple[Plan, float]:
    begun = time.process_time()
    plan = plan_visits(requests, offer, costs, **more)  # type: ignore[arg-type]
    cpu = time.process_time() - begun
    assert plan_conflicts(plan.places, requests, offer) == ()
    return plan, cpu


def resampled(data: Path, people: int, seed: int = 20) -> World:
    """People drawn from p300_u88 with replacement; what is offered is scaled to them."""
    requests, offer, costs = read_instance(data / "p300_u88")
    by_person: dict[str, list[VisitRequest]] = {}
    for one in requests:
        by_person.setdefault(one.person, []).append(one)
    rng, names = np.random.default_rng(seed), sorted(by_person)
    many, restricted = [], set()
    for number in range(people):
        source = names[int(rng.integers(len(names)))]
        who = f"Q{number:04d}"
        restricted |= {who} if source in offer.restricted else set()
        many += [
            replace(one, visit=f"{who}/{one.visit}", person=who) for one in by_person[source]
        ]
    scale = people / len(names)
    return (
        many,
        replace(
            offer,
            capacity={
                name: np.ceil(units * scale).astype(int)
                for name, units in offer.capacity.items()
            },
            beds=np.ceil(offer.beds * scale).astype(int),
            restricted=frozenset(restricted),
            restricted_at_once=int(np.ceil(offer.restricted_at_once * scale)),
        ),
        costs,
    )


def large(data: Path) -> None:
    """1,000 people x 26 weeks within 40 CPU s, proven to 0.1 %."""
    requests, offer, costs = resampled(data, 1_000)
    plan, cpu = timed(requests, offer, costs, gap=5e-4, time_s=3_000.0)
    greedy = greedy_plan(requests, offer, costs)
    print(
        f"{len(requests)} visits: cost {plan.cost}, gap {plan.gap:.5f}, {len(plan.unplaced())}"
        f" without a place, {cpu:.1f} CPU s; greedy {greedy.cost}, {len(greedy.unplaced())}"
    )


def recall(data: Path, now: int = 80) -> None:
    """Re-planned after a recall: by the prices of moving, and with as few moves as can.

    At 86 % use and at 94 % (what is offered is cut); alone, with one clinician away a week,
    and with a sixth of them away.
    """
    for people in (300, 1_000):
        if people == 300:
            requests, offer, costs = read_instance(data / "p300_u88")
        else:
            requests, offer, costs = resampled(data, people)
        for use in (86, 94):
            tight = scarcer(offer, use)
            before, _ = timed(requests, tight, costs, gap=5e-4, time_s=3_000.0)
            prices = replace(costs, unplaced={"safety": 20_000, "dose": 3_000, "image": 2_000})
            each = int(offer.capacity["clin"].max())
            for away in (0, 1, each // 6):
                told = replanned(requests, tight, prices, before, now, away)
                print(f"{people} people, {use} %, {away} of {each} clinicians away: {told}")


def scarcer(offer: Offer, use: int) -> Offer:
    """The offer of u88 (86 % use of the clinicians over all weeks) cut to that of u94."""
    if use == 86:
        return offer
    scale = 88 / use  # the instances are called by their use in the plan's own weeks: u88
    return replace(
        offer,
        capacity={
            name: np.maximum(1, np.round(units * scale)).astype(int)
            for name, units in offer.capacity.items()
        },
        beds=np.maximum(1, np.round(offer.beds * scale)).astype(int),
    )


def replanned(
    requests: list[VisitRequest], offer: Offer, costs: PlanCosts, before: Plan, now: int,
    away: int,
) -> str:  # fmt: skip
    """Plan the next four weeks again, with a price for each move; the rest stands."""
    end = now + 40
    free = [
        one
        for one in requests
        if (at := before.places[one.visit]) is not None and now <= at < end
    ]
    rest = [one for one in requests if (at := before.places[one.visit]) is not None
            and not now <= at < end]  # fmt: skip
    sick = next(one.person for one in free if one.kind == "dose")
    wanted = []
    for one in free:
        booked = before.places[one.visit]
        places = {*one.candidates, booked}
        inside = tuple(sorted(at for at in places if at is not None and now <= at < end))
        if not (one.person == sick and one.kind == "dose"):
            wanted.append(replace(one, booked=booked, candidates=inside))
    asked = [*wanted, *urgent_visits(sick, {before.places[one.visit] for one in free
                                            if one.person == sick}, now)]  # fmt: skip
    left = remaining(offer, before, rest, now, away)
    told = [f"at least {forced_moves(wanted, left)} must move"]
    for name, prices in (("by price", costs), ("few moves", costs.fewest_moves())):
        plan, cpu = timed(asked, left, prices, now=now, gap=5e-4, time_s=600.0)
        told.append(f"{name}: {outcome(wanted, asked, plan)}, {cpu:.1f} CPU s")
    greedy = greedy_plan(asked, left, costs, now=now)
    return "; ".join([*told, f"greedy repair: {outcome(wanted, asked, greedy)}"])


def urgent_visits(sick: str, taken: set[int | None], now: int) -> list[VisitRequest]:
    """Five safety visits of the recalled person, each within two days."""
    found = []
    for number in range(5):
        first = now + 4 * number
        inside = tuple(at for at in range(first, first + 4) if at not in taken)
        found.append(
            VisitRequest(visit=f"urgent{number}", person=sick, kind="safety", target=first,
                         candidates=inside)
        )  # fmt: skip
    return found


def remaining(
    offer: Offer, before: Plan, rest: list[VisitRequest], now: int, away: int
) -> Offer:
    """What is offered while some clinicians are away a week, less what stands elsewhere."""
    clin = offer.capacity["clin"].copy()
    clin[now : now + 10] -= away
    capacity = {name: units.copy() for name, units in offer.capacity.items()} | {"clin": clin}
    beds = offer.beds.copy()
    for one in rest:
        at = before.places[one.visit]
        if at is None:
            continue
        for name, units in offer.needs[one.kind].items():
            (beds if name == "bed" else capacity[name])[at // 2 if name == "bed" else at] -= (
                units
            )
    return replace(offer, capacity=capacity, beds=beds)


def forced_moves(wanted: list[VisitRequest], left: Offer) -> int:
    """Moves that no plan saves: units booked above what is left, the largest needs first."""
    forced = 0
    for half_day in range(left.half_days):
        here = [one for one in wanted if one.booked == half_day]
        worst = 0
        for name, units in left.capacity.items():
            needs = sorted((left.needs[one.kind].get(name, 0) for one in here), reverse=True)
            over, count = sum(needs) - int(units[half_day]), 0
            while over > 0 and count < len(needs):
                over, count = over - needs[count], count + 1
            worst = max(worst, count)
        forced += worst
    return forced


def outcome(wanted: list[VisitRequest], asked: list[VisitRequest], plan: Plan) -> str:
    placed = sum(plan.places[one.visit] is not None for one in asked if one.kind == "safety")
    lost = len(plan.unplaced())
    return f"{moved(wanted, plan)} moved, {placed} of 5 urgent, {lost} unplaced"


def moved(wanted: list[VisitRequest], plan: Plan) -> int:
    return sum(plan.places[one.visit] not in (one.booked, None) for one in wanted)


def peer(data: Path, python: str, seconds: float = 40.0) -> None:
    """OR-Tools CP-SAT on the same instances, in its own environment, beside ours."""
    for name in OPTIMA:
        requests, offer, costs = read_instance(data / name)
        plan, cpu = timed(requests, offer, costs, gap=0.0, time_s=900.0)
        greedy = greedy_plan(requests, offer, costs)
        script = Path(__file__).with_name("cpsat_booking.py")
        told = subprocess.run(
            [python, str(script), str(data / name), str(seconds)], check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        other = json.loads(told.stdout.splitlines()[-1])
        print(f"{name}: ours {plan.cost} ({len(plan.unplaced())}), {cpu:.1f} CPU s,"
              f" {'proven' if plan.optimal else 'not proven'};"
              f" greedy {greedy.cost} ({len(greedy.unplaced())}); CP-SAT {other}")  # fmt: skip


def races(steps: int = 1_000_000) -> None:
    """Random interleavings of bookings, standings, capacity and clock."""
    begun = time.process_time()
    world = interleave(steps, seed=20)
    cpu = time.process_time() - begun
    print(f"{steps} steps: {world.made} booked, {world.refused} refused, {world.breaches}"
          f" breaches, {cpu:.0f} CPU s")  # fmt: skip
    assert world.breaches == 0


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    if kind == "races":
        races(*map(int, rest))
    elif kind == "peer":
        peer(Path(rest[0]), rest[1], *map(float, rest[2:]))
    else:
        {"optima": optima, "large": large, "recall": recall}[kind](Path(rest[0]))
