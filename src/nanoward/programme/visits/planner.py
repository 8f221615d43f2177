"""The plan of least cost, as a 0/1 programme that HiGHS proves (Huangfu and Hall 2018).

x[v, h] is 1 where visit v is in half-day h, u[v] where it has no place; they sum to one. Need
of every resource is at most what is offered; pairs apart only where both have the half-day.
Use is never forced to equal anything: that would destroy the nearly whole relaxation, and
with it the speed (Math. Prog. Comp. 10:119). The costs are all from nothing upwards, so that
the solver's gap is a share of what the plan costs.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import coo_array

from nanoward.programme.visits.greedy_plan import greedy_plan
from nanoward.programme.visits.plan_check import plan_conflicts
from nanoward.programme.visits.plan_problem import (
    Offer,
    Plan,
    PlanCosts,
    VisitRequest,
    counted_at,
    missing_cost,
    place_cost,
    plan_cost,
)
from nanoward.programme.visits.site_calendar import BED_KINDS, BED_SHARED

GAP = 5e-4
TIME_S = 60.0
NOWHERE = -1


@dataclass(slots=True)
class _Rows:
    """Constraints as triplets: `least` to `most` in each row."""

    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    least: list[float] = field(default_factory=list)

    def add(
        self, weights: Sequence[tuple[int, int]], most: int, least: float = -np.inf
    ) -> None:
        """One row of (column, weight); left out where it cannot bind."""
        if least == -np.inf and sum(weight for _, weight in weights) <= most:
            return
        row = len(self.most)
        for column, weight in weights:
            self.rows.append(row)
            self.columns.append(column)
            self.values.append(weight)
        self.most.append(most)
        self.least.append(least)


@dataclass(frozen=True, slots=True)
class _Model:
    columns: list[tuple[str, int]]
    costs: np.ndarray
    rows: _Rows


def plan_visits(
    requests: Sequence[VisitRequest],
    offer: Offer,
    costs: PlanCosts,
    *,
    now: int = 0,
    gap: float = GAP,
    time_s: float = TIME_S,
    last: Mapping[str, int | None] | None = None,
) -> Plan:
    """The plan of least cost; where the solver gives none, the last plan mended greedily.

    gap   share of the cost within which the plan is proven; 0 asks for the optimum
    last  places of the plan before, from which a repair starts
    The plan is checked by other lines than those that made it, before anybody sees it.
    """
    known = {one.visit: one for one in requests}
    model = _model(requests, offer, costs, now)
    if not requests:
        return Plan(places={}, cost=0, bound=0.0, solver="none", optimal=True)
    done = _solve(model, gap, time_s)
    if done.x is None:
        return greedy_plan(requests, offer, costs, now=now, last=last)
    places: dict[str, int | None] = {one.visit: None for one in requests}
    for column in np.flatnonzero(np.round(done.x)):
        visit, half_day = model.columns[int(column)]
        places[visit] = None if half_day < 0 else half_day
    if plan_conflicts(places, requests, offer):
        return greedy_plan(requests, offer, costs, now=now, last=last)
    cost = plan_cost(costs, known, places, now)
    bound = float(done.mip_dual_bound)
    if done.status != 0:  # out of time: what it had so far may be worse than a simple rule
        repair = greedy_plan(requests, offer, costs, now=now, last=last)
        if repair.cost < cost:
            return replace(repair, bound=bound)
    optimal = cost - bound < 1 - 1e-6  # costs are whole
    return Plan(places=places, cost=cost, bound=bound, solver="HiGHS", optimal=optimal)


def _solve(model: _Model, gap: float, time_s: float):  # type: ignore[no-untyped-def]
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows = model.rows
    constraints = []
    if rows.most:
        shape = (len(rows.most), len(model.columns))
        matrix = coo_array((rows.values, (rows.rows, rows.columns)), shape=shape).tocsr()
        constraints = [
            LinearConstraint(matrix, np.array(rows.least), np.array(rows.most, float))
        ]
    return milp(
        model.costs,
        integrality=np.ones(len(model.columns), int),
        bounds=Bounds(0, 1),
        constraints=constraints,
        options={"mip_rel_gap": gap, "time_limit": time_s},
    )


def _model(
    requests: Sequence[VisitRequest], offer: Offer, costs: PlanCosts, now: int
) -> _Model:
    columns: list[tuple[str, int]] = []
    prices: list[int] = []
    rows = _Rows()
    by_visit: dict[str, list[int]] = {}
    for one in requests:
        mine = by_visit.setdefault(one.visit, [])
        for half_day in _allowed(one):
            mine.append(len(columns))
            columns.append((one.visit, half_day))
            prices.append(place_cost(costs, one, half_day, now))
        columns.append((one.visit, NOWHERE))
        prices.append(missing_cost(costs, one, now))
        rows.add([(column, 1) for column in (*mine, len(columns) - 1)], 1, 1)
    _offered(requests, by_visit, columns, offer, rows)
    _people(requests, by_visit, columns, offer, rows)
    return _Model(columns, np.array(prices, float), rows)


def _allowed(one: VisitRequest) -> tuple[int, ...]:
    if one.pinned and one.booked is not None:
        return (one.booked,)
    return one.candidates


Weights = list[tuple[int, int]]


def _offered(
    requests: Sequence[VisitRequest],
    by_visit: Mapping[str, list[int]],
    columns: Sequence[tuple[str, int]],
    offer: Offer,
    rows: _Rows,
) -> None:
    """Need of each resource in each half-day, beds in each night, restricted people at once."""
    used: dict[tuple[str, int], Weights] = defaultdict(list)
    for one in requests:
        needs = offer.needs_of(one)
        for column in by_visit[one.visit]:
            half_day = columns[column][1]
            for resource, units in needs.items():
                used[resource, counted_at(resource, half_day)].append((column, units))
            if one.person in offer.restricted:
                used["", half_day].append((column, 1))
    for (resource, at), weights in used.items():
        if resource == "":
            most = offer.restricted_at_once
        else:
            most = offer.most(resource, 2 * at if resource in BED_KINDS else at)
        rows.add(weights, most)


def _people(
    requests: Sequence[VisitRequest],
    by_visit: Mapping[str, list[int]],
    columns: Sequence[tuple[str, int]],
    offer: Offer,
    rows: _Rows,
) -> None:
    """Nobody is in two visits at once, and people apart are never in one half-day."""
    at: dict[str, dict[int, Weights]] = defaultdict(lambda: defaultdict(list))
    for one in requests:
        for column in by_visit[one.visit]:
            at[one.person][columns[column][1]].append((column, 1))
    for half_days in at.values():
        for weights in half_days.values():
            rows.add(weights, 1)
    for first, second in offer.apart:
        for half_day in at[first].keys() & at[second].keys():
            rows.add([*at[first][half_day], *at[second][half_day]], 1)
    _roommates(requests, by_visit, columns, offer, rows)


def _roommates(
    requests: Sequence[VisitRequest],
    by_visit: Mapping[str, list[int]],
    columns: Sequence[tuple[str, int]],
    offer: Offer,
    rows: _Rows,
) -> None:
    """People apart do not sleep in shared rooms in one night, though they come half a day
    apart."""
    apart = {who for pair in offer.apart for who in pair}
    beds: dict[str, dict[int, Weights]] = defaultdict(lambda: defaultdict(list))
    for one in requests:
        if one.person in apart and BED_SHARED in offer.needs_of(one):
            for column in by_visit[one.visit]:
                if columns[column][1] != NOWHERE:
                    beds[one.person][columns[column][1]].append((column, 1))
    for first, second in offer.apart:
        for here, weights in beds[first].items():
            there = beds[second].get(here ^ 1)  # the other half of the same day
            if there:
                rows.add([*weights, *there], 1)
