"""Asking the kill lane: its process where one runs, else its work here and now."""

from collections.abc import Mapping
from typing import Any

import click

from nanoward.base.errors import RefusedError

Answer = Mapping[str, Any]
PROGRAMME = click.argument("programme", type=click.Path(file_okay=False))
BY = click.option("--by", required=True, help="Who asks.")
ORDER = click.argument("order")
KEY = click.option(
    "--key-file",
    required=True,
    type=click.Path(exists=True, dir_okay=False),
    help="Your own key; the programme says whose it is.",
)
COMMON = ("as_of", "seed", "quiet")


class LaneRefusedError(RefusedError):
    """The lane said no."""

    code = "REF-063"

    def __init__(self, told: Answer) -> None:
        super().__init__(f"{told['code']}: {told['refused']}")
        self.next_step = str(told.get("next_step", self.next_step))


def ask(programme: str, do: str, **asked: Any) -> Answer:
    """Ask the lane's process; where none runs, do the lane's work here and now.

    A plan that cannot be read is told, and the last that could be counts.
    """
    from nanoward.faces.lane import ask_lane
    from nanoward.flows.desk.order_state import OrderState
    from nanoward.flows.lane.serve_lane import serve_lane
    from nanoward.wiring.control import hold_lane, lane_socket, open_lane, plan_fault

    if fault := plan_fault(programme):
        click.echo(f"the last plan that could be read counts: {fault}", err=True)
    told = ask_lane(lane_socket(programme), {"do": do, **asked})
    if told is None:
        with hold_lane(programme), open_lane(programme) as desk:
            told = serve_lane(desk, OrderState(), {"do": do, **asked})
    if "refused" in told:
        raise LaneRefusedError(told)
    return told


class UnknownKeyError(RefusedError):
    """A key that the programme does not know, or knows as two people's, or has revoked."""

    code = "REF-066"
    next_step = "Use a key that stands under [[control.signers]] and is not revoked."


def signer_of(programme: str, given: Mapping[str, Any]) -> str:
    """The programme's name for whoever holds `key_file`; UnknownKeyError where it has none.

    Who starts, raises, releases or reviews is known by a key, never by what they type.
    """
    from nanoward.faces.cli.passwords import password_of
    from nanoward.flows.desk.known_keys import known_signer
    from nanoward.flows.desk.order_state import OrderState
    from nanoward.wiring.control import open_lane, read_signing_key

    held = read_signing_key(given["key_file"], password_of(given["password_file"]))
    with open_lane(programme) as desk:
        known = known_signer(desk, OrderState().refresh(desk), held.key)
    if known is None:
        raise UnknownKeyError("the programme knows nobody by this key")
    return known.name


def without_common(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a command was given, without the options that every command has."""
    return {name: value for name, value in given.items() if name not in COMMON}
