"""nanoward serve: the ward's doors in a browser, with the exit and the lane beside them."""

import sys
from collections.abc import Mapping
from typing import Any

import click

from nanoward.faces.cli.options import common

PARTS = ("web", "exit", "lane")


@click.command()
@click.argument("programme", type=click.Path(exists=True, file_okay=False))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=int, default=8443, show_default=True)
@click.option("--exit-port", type=int, default=None, help="Of the exit; --port and one.")
@click.option("--origin", default="", help="How browsers name the console: https://NAME")
@click.option("--own-origin", "own", default="", help="... and the participants' page.")
@click.option("--exit-origin", default="", help="... and the exit, where it has a name.")
@click.option("--only", type=click.Choice(PARTS), default=None, help="One part of the group.")
@click.option("--supervised", is_flag=True, hidden=True)
@common
def serve(programme: str, **given: Any) -> None:
    """Serve the console, the API and the participants' page of PROGRAMME until stopped.

    Three processes: the exit first, then the kill lane, then the web. Each is started again
    when it dies; none takes another along; the exit is the last to end. With --only one of
    them runs alone, such as under a supervisor of your own.
    """
    if given["only"] == "web":
        _web(programme, given)
    elif given["only"] is not None:
        _alone(programme, given)
    else:
        _group(programme, given)


def _web(programme: str, given: Mapping[str, Any]) -> None:
    from nanoward.faces.service import serving
    from nanoward.faces.service.identity.first_start import first_invite
    from nanoward.wiring.service import open_clock

    told = serving.Address(
        host=given["host"], port=given["port"], origin=given["origin"], own=given["own"]
    )  # fmt: skip
    door, address = serving.listen(told)
    if given["supervised"]:
        from nanoward.faces.ending import end_with_parent

        end_with_parent()
    service = serving.make_service(programme, address, open_clock())

    def ready() -> None:
        click.echo(f"the ward listens at {service.origin}")
        if link := first_invite(service):
            click.echo(f"nobody administers it yet; open within 15 minutes, here: {link}")

    serving.serve(service, door, ready, exit_origin=given["exit_origin"])


def _alone(programme: str, given: Mapping[str, Any]) -> None:
    from nanoward.faces.cli.exit import exit_
    from nanoward.faces.cli.lane import lane

    command = exit_ if given["only"] == "exit" else lane
    arguments = [programme]
    if given["only"] == "exit":
        arguments += _exit_options(programme, given, exit_port_of(given), given["port"])
    command.main(arguments, standalone_mode=False)


def _group(programme: str, given: Mapping[str, Any]) -> None:
    import signal

    from nanoward.faces.addresses import reserve
    from nanoward.faces.supervise import Group, Member

    held, port = reserve(given["host"], given["port"])
    beside, exit_port = reserve(given["host"], exit_port_of(given))
    with held, beside:
        me = [sys.executable, "-m", "nanoward"]
        web = [*me, "serve", programme, "--only", "web", "--supervised"]
        web += ["--host", given["host"], "--port", str(port)]
        web += ["--origin", given["origin"], "--own-origin", given["own"]]
        web += ["--exit-origin", exit_origin_of(given, exit_port)]
        way_out = _exit_options(programme, given, exit_port, port)
        members = [
            Member(name="exit", command=[*me, "exit", programme, "--supervised", *way_out]),
            Member(name="lane", command=[*me, "lane", programme, "--supervised"]),
            Member(name="web", command=web, aloud=True),
        ]
        if not _has_control(programme):
            members.pop(1)
        group = Group(members, click.echo, lambda line: click.echo(line, err=True))
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, lambda *_: group.stop())
        group.run()


def exit_port_of(given: Mapping[str, Any]) -> int:
    """The port of the exit: the one told, else the one above; any free one where that is 0."""
    if given["exit_port"] is not None:
        return int(given["exit_port"])
    return int(given["port"]) + 1 if given["port"] else 0


def exit_origin_of(given: Mapping[str, Any], port: int) -> str:
    """How browsers name the exit; "" where the service has names of its own and it has none."""
    if given["exit_origin"] or given["own"] or given["origin"]:
        return str(given["exit_origin"])
    return f"http://me.localhost:{port}"


def _exit_options(
    programme: str, given: Mapping[str, Any], port: int, web_port: int
) -> list[str]:
    from nanoward.wiring.service import clinic_phone

    host = f"[{given['host']}]" if ":" in given["host"] else given["host"]
    own = given["own"] or f"http://me.localhost:{web_port}"
    told = ["--http", f"{host}:{port}", "--phone", clinic_phone(programme)]
    return [*told, "--own-origin", own]


def _has_control(programme: str) -> bool:
    """Whether there is anything that a lane could stop; a plan that is broken may have it."""
    from nanoward.base.errors import NanowardError
    from nanoward.wiring import open_folder
    from nanoward.wiring.control import has_lane

    try:
        return "control" in open_folder(programme).plan().sections
    except NanowardError:
        return has_lane(programme)
