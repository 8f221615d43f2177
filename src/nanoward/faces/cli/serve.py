"""nanoward serve: the ward's doors in a browser, with the lane and the exit beside them."""

from typing import Any

import click

from nanoward.faces.cli.options import common


@click.command()
@click.argument("programme", type=click.Path(exists=True, file_okay=False))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=int, default=8443, show_default=True)
@click.option("--origin", default="", help="How browsers name the console: https://NAME")
@click.option("--own-origin", "own", default="", help="... and the participants' page.")
@common
def serve(programme: str, host: str, port: int, origin: str, own: str, **_: Any) -> None:
    """Serve the console, the API and the participants' page of PROGRAMME until stopped."""
    from nanoward.faces.service import serving
    from nanoward.faces.service.identity.first_start import first_invite
    from nanoward.wiring.service import open_clock

    told = serving.Address(host=host, port=port, origin=origin, own=own)
    door, address = serving.listen(told)
    service = serving.make_service(programme, address, open_clock())

    def ready() -> None:
        click.echo(f"the ward listens at {service.origin}")
        if link := first_invite(service):
            click.echo(f"nobody administers it yet; open within 15 minutes, here: {link}")

    serving.serve(service, door, ready)
