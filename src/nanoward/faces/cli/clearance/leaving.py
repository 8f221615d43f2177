"""nanoward clearance home, leaving: who left, and how they get home."""

from dataclasses import asdict
from typing import Any

import click

from nanoward.faces.cli.options import Day, common, print_findings, print_result

_FOLDER = click.Path(exists=True, file_okay=False)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.option("--where", default="", help="Where the person is.")
@click.option("--brought-by", default="", help="Who brings them.")
@click.option("--due", type=Day(), default=None, help="Day on which they are home.")
@click.option("--payer", default="", help="At whose cost.")
@click.option("--obstructed-by", default="", help="Who keeps the person from going home.")
@click.option("--how", default="", help="By what they are kept.")
@click.option("--confirm", is_flag=True, help="The person says that they are home; see --by.")
@click.option("--clear", default="", help="Why the agent is not in them any more.")
@click.option("--by", required=True, help="Who says so.")
@common
def home(programme: str, participant: str, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Say how PARTICIPANT, who left, gets home; only they confirm that they are there."""
    from nanoward.flows.exit.bring_home import HomeNews, bring_home, duties_of
    from nanoward.wiring import open_ports

    names = ("where", "brought_by", "due", "payer", "obstructed_by", "how", "clear")
    news = HomeNews(
        **{name: given[name] for name in names},
        confirmed_by=given["by"] if given["confirm"] else "",
    )
    with open_ports(programme, quiet=quiet) as ports:
        bring_home(ports, participant, news, by=given["by"])
        duty = duties_of(ports.ledger, participant).get(participant.strip())
    told = {} if duty is None else asdict(duty)
    text = "written down" if duty is None or not duty.home else f"{participant} is home"
    print_result(told, text, as_json=as_json)


@click.command()
@click.argument("programme", type=_FOLDER)
@common
def leaving(programme: str, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Show who left and is not home, who is followed up, and notices that are owed.

    Exit code 0: nobody; 1: somebody, with who must act.
    """
    from nanoward.flows.exit.check_exits import check_exits
    from nanoward.wiring import open_lane_beside, open_ports

    with (
        open_ports(programme, quiet=quiet, use="read") as ports,
        open_lane_beside(programme) as lane,
    ):
        day = given["as_of"] or ports.today()
        found = check_exits(ports, day, lane=lane)
    told = {"as_of": day, "findings": [one.as_row() for one in found.findings]}
    count = len({one.subject for one in found.findings})
    print_result(told, f"as of {day}: something is owed to {count} people", as_json=as_json)
    raise SystemExit(print_findings(found.findings, quiet=quiet, most=1_000))


@click.command("stop-code")
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.option("--end", is_flag=True, help="End every code of the person; draw none.")
@common
def stop_code(programme: str, participant: str, *, end: bool, as_json: bool, **_: Any) -> None:
    """Draw the stop code for PARTICIPANT's card; it is shown once and kept by its hash.

    It lets its person stop, have less, leave and speak, as often as they like, and opens
    nothing else. A new card ends the one before.
    """
    from nanoward.base.names import participant_id
    from nanoward.wiring.exit import open_stop_codes
    from nanoward.wiring.service import open_clock

    who = participant_id(participant)
    with open_stop_codes(programme) as codes:
        if end:
            count = codes.end(who)
            print_result({"ended": count}, f"{count} codes of {who} ended", as_json=as_json)
            return
        code = codes.draw(who, "card", open_clock().now())
    told = {"participant": who, "code": code}
    text = f"{code}\nWrite it on the card of {who}. It is shown this once."
    print_result(told, text, as_json=as_json)


LEAVING = (home, leaving, stop_code)
