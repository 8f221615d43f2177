"""nanoward programme capacity, breach and dispute: what changes, and what is to be decided."""

from datetime import date
from typing import Any

import click

from nanoward.faces.cli.options import Day, common, print_result, text_table

_FOLDER = click.Path(exists=True, file_okay=False)
BY = click.option("--by", required=True, help="Who does it.")


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("resource")
@click.argument("units", type=click.IntRange(0))
@click.argument("first", type=Day())
@click.argument("last", type=Day())
@click.option("--site", default="", help="Name of the site; the only one where not given.")
@click.option("--reason", required=True)
@BY
@common
def capacity(
    programme: str, resource: str, units: int, first: date, last: date, *, site: str,
    reason: str, by: str, as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """RESOURCE has UNITS from FIRST to LAST: leave, a fault, a room that is gone."""
    from nanoward.flows.programme.settle_matters import CapacityNews, change_capacity
    from nanoward.wiring import open_ports

    news = CapacityNews(
        site=site, resource=resource, units=units, first=first, last=last, reason=reason
    )
    with open_ports(programme, quiet=quiet) as ports:
        change_capacity(ports, news, by=by)
    told = f"{units} units of {resource} from {first} to {last}; plan again with --use"
    print_result({"resource": resource, "units": units}, told, as_json=as_json)


@click.group(name="breach")
def breach() -> None:
    """Breaches of partners, sites and staff: found, heard, decided."""


@breach.command()
@click.argument("programme", type=_FOLDER)
@click.argument("name")
@click.argument("party")
@click.argument("what")
@click.option("--evidence", default="")
@BY
@common
def found(
    programme: str, name: str, party: str, what: str, *, evidence: str, by: str,
    as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """The record shows that PARTY did not keep its agreement."""
    from nanoward.flows.programme.settle_matters import find_breach
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        find_breach(ports, name, party, what, evidence, by=by)
    print_result({"breach": name}, f"{name} is to be heard", as_json=as_json)


@breach.command()
@click.argument("programme", type=_FOLDER)
@click.argument("name")
@click.argument("words")
@BY
@common
def heard(
    programme: str, name: str, words: str, *, by: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """The party said WORDS of breach NAME."""
    from nanoward.flows.programme.settle_matters import hear_breach
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        hear_breach(ports, name, words, by=by)
    print_result({"breach": name}, f"{name} was heard", as_json=as_json)


@breach.command()
@click.argument("programme", type=_FOLDER)
@click.argument("name")
@BY
@common
def decide(programme: str, name: str, *, by: str, as_json: bool, quiet: bool, **_: Any) -> None:
    """Decide breach NAME by the scale and cap of the party's own agreement."""
    from nanoward.flows.programme.settle_matters import decide_penalty
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        minor = decide_penalty(ports, name, by=by)
    print_result({"minor_units": minor}, f"{name}: {minor} minor units", as_json=as_json)


@breach.command()
@click.argument("programme", type=_FOLDER)
@click.option("--find", is_flag=True, help="Write down every breach that is new.")
@click.option("--by", default="", help="Who writes them down.")
@common
def measure(
    programme: str, *, find: bool, by: str, as_json: bool, quiet: bool, **given: Any
) -> None:
    """Measure partners, sites and staff by their agreements, from the record.

    Exit code 0: no breach is new; 1: some are, and are to be written down with --find.
    """
    from nanoward.flows.programme.measure_parties import find_breaches, measure_parties
    from nanoward.wiring import open_ports

    if find and not by:
        raise click.UsageError("--find needs --by")
    with open_ports(programme, quiet=quiet, use="act" if find else "read") as ports:
        day = given["as_of"] or ports.today()
        found = measure_parties(ports, day)
        names = find_breaches(ports, day, by=by) if find else ()
    rows = [
        {
            "breach": one.name,
            "party": one.found.measure.party,
            "measure": one.found.measure.name,
            "quarter": one.quarter,
            "met": one.found.met,
            "n": one.found.n,
            "low": round(one.found.low, 3),
            "high": round(one.found.high, 3),
            "target": one.found.measure.target,
            "verdict": one.found.verdict,
        }
        for one in found.performances
    ]
    unread = [f"{party}: {why}" for party, why in found.unread]
    columns = ("party", "measure", "quarter", "met", "n", "low", "high", "target", "verdict")
    lines = [text_table(rows, columns), *(f"not computed: {one}" for one in unread)]
    lines += [f"found: {one}; hear {one} before anything is decided" for one in names]
    print_result(
        {"measures": rows, "unread": unread, "found": list(names)}, "\n".join(lines),
        as_json=as_json,
    )  # fmt: skip
    raise SystemExit(1 if found.new_breaches() and not find else 0)


@click.group(name="dispute")
def dispute() -> None:
    """Disputes: opened by anyone, decided by somebody not involved."""


@dispute.command(name="open")
@click.argument("programme", type=_FOLDER)
@click.argument("name")
@click.argument("participant")
@click.argument("what")
@click.option("--amount", default="0", help="Decimal text, in the programme's currency.")
@BY
@common
def open_(
    programme: str, name: str, participant: str, what: str, *, amount: str, by: str,
    as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """PARTICIPANT disputes WHAT; it is answered within seven days."""
    from nanoward.base.money import minor_units
    from nanoward.flows.programme.ask_gate import rules_of_programme
    from nanoward.flows.programme.settle_matters import open_dispute
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        minor = minor_units(amount, rules_of_programme(ports).currency)
        due = open_dispute(ports, name, participant, what, minor, by=by)
    print_result({"answer_due": due}, f"{name} is answered by {due}", as_json=as_json)


@dispute.command(name="decide")
@click.argument("programme", type=_FOLDER)
@click.argument("name")
@click.argument("outcome")
@BY
@common
def decided(
    programme: str, name: str, outcome: str, *, by: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Decide dispute NAME; too late, silence has decided for the participant."""
    from nanoward.flows.programme.settle_matters import decide_dispute
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        result = decide_dispute(ports, name, outcome, by=by)
    print_result({"outcome": result}, f"{name}: {result}", as_json=as_json)
