"""nanoward programme plan, half-day and overbook: weeks, half-days, how full they may be."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from nanoward.faces.cli.options import Day, common, print_findings, print_result, text_table
from nanoward.faces.cli.programme.telling import tell, told_text

if TYPE_CHECKING:
    from nanoward.flows.programme.plan_weeks import WeeksPlanned

_FOLDER = click.Path(exists=True, file_okay=False)
HALF = click.Choice(("morning", "afternoon"))


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
    from nanoward.flows.programme.ask_gate import rules_of_programme
    from nanoward.flows.programme.plan_weeks import plan_weeks, use_plan
    from nanoward.programme.programme_rules import absent_findings
    from nanoward.programme.visits.site_calendar import closure_findings
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="act" if use else "read") as ports:
        planned = plan_weeks(ports, weeks=weeks, site=site, first=as_of, few_moves=few_moves)
        if use:
            use_plan(ports, planned, reason=reason, by=by)
        people = told_text(tell(ports, by)) if use else ""
        rules = rules_of_programme(ports)
        print_findings(
            (*closure_findings(rules.visits.sites.values()), *absent_findings(rules))
        )
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


@click.command(name="half-day")
@click.argument("programme", type=_FOLDER)
@click.argument("day", type=Day())
@click.argument("half", type=HALF)
@click.option("--site", default="", help="Name of the site; the only one where not given.")
@common
def half_day(
    programme: str, day: date, half: str, *, site: str, seed: int, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """Who is seen by whom in which quarter of an hour of one half-day, by [programme.steps].

    Exit code 1 where it takes longer than there is.
    """
    from zoneinfo import ZoneInfo

    import numpy as np

    from nanoward.flows.programme.ask_gate import rules_of_programme
    from nanoward.flows.programme.order_half_day import QUARTER, order_half_day
    from nanoward.flows.programme.plan_weeks import chosen_site
    from nanoward.programme.visits.site_calendar import HalfDay
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        found = order_half_day(
            ports, HalfDay(day, half), site=site, rng=np.random.default_rng(seed)
        )
        zone = ZoneInfo(chosen_site(rules_of_programme(ports), site).zone)
    slots = sorted(found.order.slots, key=lambda one: (one.begins, one.step.person))
    rows = [
        {
            "at": f"{(found.begins + one.begins * QUARTER).astimezone(zone):%H:%M}",
            "participant": one.step.person,
            "staff": one.step.staff,
            "quarters": one.step.quarters,
        }
        for one in slots
    ]
    order = found.order
    proof = "no order is shorter" if order.is_best else f"no order is below {order.least}"
    head = f"{order.quarters} of {found.quarters} quarters; {proof}"
    told = {"quarters": order.quarters, "there": found.quarters, "least": order.least,
            "steps": rows}  # fmt: skip
    text = f"{head}\n{text_table(rows, ('at', 'participant', 'staff', 'quarters'))}"
    print_result(told, text, as_json=as_json)
    raise SystemExit(0 if found.fits else 1)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("day", type=Day())
@click.argument("half", type=HALF)
@click.option("--site", default="", help="Name of the site; the only one where not given.")
@common
def overbook(
    programme: str, day: date, half: str, *, site: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """How many weekly visits a half-day may take by the programme's own rate of missed ones.

    Off below 200 visits of its own; nobody's rate is shown. `book --over` books one.
    """
    from nanoward.flows.programme.ask_gate import board_now, rules_of_programme
    from nanoward.flows.programme.plan_weeks import chosen_site
    from nanoward.programme.visits.overbooking import overbooking
    from nanoward.programme.visits.site_calendar import HalfDay
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        rules, board = rules_of_programme(ports), board_now(ports)
        place = chosen_site(rules, site)
    found = overbooking(board, rules.visits, place, HalfDay(day, half))
    rows = [
        {"resource": name, "places": one.places, "booked": one.booked,
         "allowed": one.places + one.extra, "overfull": round(one.overfull, 4)}
        for name, one in found.items()
    ]  # fmt: skip
    text = text_table(rows, ("resource", "places", "booked", "allowed", "overfull"))
    text = f"overbooking is {'on' if rules.overbooking else 'off'}\n{text}"
    told = {"overbooking": rules.overbooking, "resources": rows}
    print_result(told, text, as_json=as_json)
