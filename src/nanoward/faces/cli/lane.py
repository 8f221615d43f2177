"""nanoward lane: the process that stops and kills wait for, and for nothing else."""

from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import common


@click.command()
@click.argument("programme", type=click.Path(file_okay=False))
@click.option("--supervised", is_flag=True, hidden=True)
@common
def lane(programme: str, *, supervised: bool, **_: Any) -> None:
    """Work the kill lane of PROGRAMME until stopped (Ctrl-C or SIGTERM)."""
    import signal

    from nanoward.faces.lane import LaneServer
    from nanoward.wiring.control import hold_lane, lane_socket, open_lane, plan_fault

    if fault := plan_fault(programme):
        click.echo(f"the last plan that could be read counts: {fault}", err=True)
    with hold_lane(programme):
        server = LaneServer(lambda: open_lane(programme), lane_socket(programme))
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, lambda *_: server.stop())
        if supervised:
            from nanoward.faces.ending import end_with_parent

            end_with_parent()
        server.serve(lambda: click.echo(f"the kill lane of {Path(programme).name} listens"))
