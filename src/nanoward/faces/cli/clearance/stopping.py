"""nanoward clearance: event rates over exposure time, and steps of the dose."""

from dataclasses import asdict
from typing import Any

import click

from nanoward.faces.cli.options import common, print_result


@click.command()
@click.option("--events", type=int, required=True)
@click.option("--exposure", type=float, required=True, help="Total time at risk.")
@click.option("--rate", type=float, required=True, help="Acceptable events in one unit of it.")
@click.option("--prior", type=(float, float), default=(0.5, 0.5), show_default=True)
@click.option("--certainty", type=float, default=0.95, show_default=True)
@common
def rate(*, as_json: bool, **given: Any) -> None:
    """Tell whether events came too fast for the time that people were exposed.

    Gamma-Poisson: the prior is a events in b time. Exit code 0: go on; 4: stop.
    """
    from nanoward.clearance.monitoring.stopping import rate_is_too_high

    stop, probability = rate_is_too_high(
        given["events"],
        given["exposure"],
        rate=given["rate"],
        prior=given["prior"],
        certainty=given["certainty"],
    )
    text = (
        f"P(rate > {given['rate']:g}) = {probability:.4f}, the limit is {given['certainty']:g}:"
        f" {'STOP' if stop else 'go on'}"
    )
    print_result({"stop": stop, "probability": probability}, text, as_json=as_json)
    raise SystemExit(4 if stop else 0)


@click.command()
@click.option("--target", type=float, required=True, help="Risk that is aimed at.")
@click.option("--events", type=int, default=None, help="Events at the present dose.")
@click.option("--of", "people", type=int, default=None, help="Evaluable people at it.")
@common
def step(
    target: float, events: int | None, people: int | None, *, as_json: bool, **_: Any
) -> None:
    """Tell whether the dose may step up, stays, or steps down (BOIN)."""
    from nanoward.clearance.monitoring.stopping import dose_steps

    limits = dose_steps(target)
    told: dict[str, Any] = asdict(limits)
    text = f"up at or below {limits.up:.4f}, down at or above {limits.down:.4f}"
    if people is not None:
        told["step"] = limits.step(people, events or 0)
        text = f"{told['step']} ({events or 0} of {people}; {text})"
    print_result(told, text, as_json=as_json)


STOPS = (rate, step)
