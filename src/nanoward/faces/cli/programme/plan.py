"""nanoward programme plan: the coming weeks, what is impossible in them, and what moves."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from nanoward.faces.cli.options import common, print_result, text_table
from nanoward.faces.cli.programme.telling import tell, told_text

if TYPE_CHECKING:
    from nanoward.flows.programme.plan_weeks import WeeksPlanned

_FOLDER = click.Path(exists=True, file_okay=False)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.option("--weeks", type=click.IntRange(1, 26), default=4, show_default=True)
@click.option("--site", default="", help="Name of the site; the only one where not given.")
@click.option("--use", is_flag=True, help="Put bookings and moves on the ledger.")
@click.option("--few-moves", is_flag=True, help="Move as few booked visits as can.")
@click.option("--reason", default="plan of the coming weeks", help="Why booked visits move.")
@click.option("--by", default="planner", help="Who plans.")
@common
def plan(
    programme: str, *, weeks: int, site: str, use: bool, few_moves: bool, reason: str,
    by: str,
    as_json: bool, as_of: date | None, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Plan the visits of the coming weeks of PROGRAMME; --use books them.

    Exit code 0: every visit has a place; 1: some have none, or weeks are impossible.
    """
    from nanoward.flows.programme.plan_weeks import plan_weeks, use_plan
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="act" if use else "read") as ports:
        planned = plan_weeks(ports, weeks=weeks, site=site, first=as_of, few_moves=few_moves)
        if use:
            use_plan(ports, planned, reason=reason, by=by)
        people = told_text(tell(ports, by)) if use else ""
    told = plan_result(planned)
    print_result(told, plan_text(told) + people, as_json=as_json)
    raise SystemExit(1 if told["unplaced"] or told["impossible"] else 0)


def plan_result(planned: "WeeksPlanned") -> dict[str, Any]:
    """A plan as plain values."""
    first = planned.first
    known = {one.visit: one for one in planned.requests}
    plan = planned.plan
    rows = [
        {
            "booking": name,
            "participant": known[name].person,
            "kind": known[name].kind,
            "day": first + timedelta(days=place // 2),
            "half": ("morning", "afternoon")[place % 2],
            "moves": known[name].booked not in (None, place),
        }
        for name, place in sorted(plan.places.items(), key=lambda one: (one[1] or 0, one[0]))
        if place is not None
    ]
    return {
        "site": planned.site.name,
        "first": first,
        "visits": rows,
        "unplaced": [
            {
                "booking": name,
                "participant": known[name].person,
                "kind": known[name].kind,
                "planned": first + timedelta(days=known[name].target // 2),
                "why": list(planned.refused.get(name, ())) or ["no place in its window"],
            }
            for name in plan.unplaced()
        ],
        "impossible": [
            {
                "resource": one.resource,
                "first": first + timedelta(days=one.first),
                "last": first + timedelta(days=one.last),
                "short": one.short,
                "mend": one.mend(),
            }
            for one in planned.impossible
        ],
        "solver": plan.solver,
        "cost": plan.cost,
        "gap": plan.gap,
        "optimal": plan.optimal,
        "moved": sum(row["moves"] for row in rows),
    }


def plan_text(told: dict[str, Any]) -> str:
    """A plan in words."""
    proof = "the best there is" if told["optimal"] else f"within {told['gap']:.2%} of the best"
    counts = (
        f"{len(told['visits'])} visits placed, {len(told['unplaced'])} without a place,"
        f" {told['moved']} moved"
    )
    lines = [f"site {told['site']}, from {told['first']}: {counts} ({told['solver']}, {proof})"]
    lines += [
        f"impossible: {one['resource']} from {one['first']} to {one['last']}: {one['mend']}"
        for one in told["impossible"]
    ]
    if told["unplaced"]:
        columns = ("participant", "kind", "planned", "why")
        lines.append(text_table(told["unplaced"], columns))
    return "\n".join(lines)
