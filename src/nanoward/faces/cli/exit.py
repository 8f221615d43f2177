"""nanoward exit: the process that whoever leaves, stops or has a concern speaks to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import common, print_result, text_table


@click.command("exit")
@click.argument("programme", type=click.Path(file_okay=False))
@click.option("--once", is_flag=True, help="Carry what is owed now, and end.")
@click.option("--http", default="", help="HOST:PORT to answer at over HTTP too.")
@click.option("--own-origin", "own", default="", help="Origin of the participants' page.")
@click.option("--phone", default="", help="The clinic's, shown on the exit's page.")
@click.option("--supervised", is_flag=True, hidden=True)
@common
def exit_(programme: str, once: bool, as_json: bool, **given: Any) -> None:
    """Work the way out of PROGRAMME until stopped (Ctrl-C or SIGTERM).

    Start it first and stop it last. Commands do the same without it; it tries again for ever.
    With --http a page answers there, whatever befalls the rest; who asks is known by a stop
    code. With --once: exit code 0 when nothing is owed any more, 6 when something is.
    """
    if once:
        from nanoward.faces.way_out import carry_owed

        done = carry_owed(programme)
        owed = [one for one in done if one["owed"]]
        lines = [f"{one['notice']}: {one['carried']}, owed {one['owed']}" for one in done]
        print_result({"notices": done}, "\n".join(lines) or "nothing is owed", as_json=as_json)
        raise SystemExit(6 if owed else 0)
    _serve(programme, given)


def _serve(programme: str, given: Mapping[str, Any]) -> None:
    import signal
    from contextlib import nullcontext

    from nanoward.faces.exit import ExitServer
    from nanoward.faces.exit_door import ExitDoor, open_door
    from nanoward.faces.way_out import reach_lane
    from nanoward.wiring.exit import exit_socket, hold_exit, open_exit, open_stop_codes

    door = ExitDoor(
        programme=programme, codes=lambda: open_stop_codes(programme),
        own_origin=given["own"], phone=given["phone"],
    )  # fmt: skip
    address = host_and_port(given["http"]) if given["http"] else None
    with hold_exit(programme), open_door(address, door) if address else nullcontext() as port:
        server = ExitServer(
            lambda: open_exit(programme, lane=lambda asked: reach_lane(programme, asked)),
            exit_socket(programme),
        )
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, lambda *_: server.stop())
        if given["supervised"]:
            from nanoward.faces.ending import end_with_parent

            end_with_parent()
        at = f", and at port {port}" if port else ""
        server.serve(lambda: click.echo(f"the exit of {Path(programme).name} listens{at}"))


def host_and_port(text: str) -> tuple[str, int]:
    """HOST:PORT in its two parts; an IPv6 host stands in brackets."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65_535 or not host:
        raise click.BadParameter(f"{text!r} is not HOST:PORT", param_hint="--http")
    return host.strip("[]"), int(port)


@click.command("less")
@click.argument("programme", type=click.Path(file_okay=False))
@click.argument("participant")
@click.argument("setting")
@click.argument("value", type=float)
@click.argument("unit")
@click.option("--by", default="unknown", help="Who asks; less needs nobody's leave.")
@common
def less(programme: str, participant: str, as_json: bool, **given: Any) -> None:
    """Lower SETTING of PARTICIPANT's agent to VALUE UNIT, now. Opens no plan and no data."""
    from nanoward.faces.way_out import say

    asked = {name: given[name] for name in ("setting", "value", "unit", "by")}
    told = say(programme, "less", participant, channel="command", **asked)
    rows = told["stopped"]
    lines = [
        text_table(rows, ("participant", "order", "outcome")),
        *notice_lines(told, participant),
    ]
    print_result(told, "\n".join(lines), as_json=as_json)
    raise SystemExit(0 if rows and all(row["outcome"] == "done" for row in rows) else 6)


def notice_lines(told: Mapping[str, Any], participant: str) -> list[str]:
    """Receipt, what is owed yet, and names that may have been meant, in words."""
    receipt = told["receipt"]
    lines = [f"kept as record {receipt['seq']}, receipt {receipt['leaf'][:16]}"]
    lines += [f"owed to the {way}: {why}" for way, why in told["owed"].items()]
    if told.get("near"):
        near = ", ".join(told["near"])
        lines.append(f"nobody is known as {participant!r}; near: {near}")
    return lines
