"""nanoward tuning dose: how much once, to an area, to a level, or how long a level lasts."""

from pathlib import Path
from typing import Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.options import common, print_findings, print_result, text_table
from nanoward.faces.cli.tuning.fit import question_at


@click.command()
@click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", required=True, help="A model of formulas: a name or a TOML file.")
@click.option("--auc", type=float, default=None, help="Area wanted from --from to --until.")
@click.option("--level", type=float, default=None, help="Level wanted at --until.")
@click.option("--below", type=float, default=None, help="When has it fallen to this level?")
@click.option("--dose", type=float, default=None, help="The dose given, with --below.")
@click.option("--from", "start", type=float, default=0.0, help="Begin of the area.")
@click.option("--until", type=float, required=True, help="End of the area; time of the level.")
@click.option("--duration", type=float, default=0.0, help="Of an infusion; 0: at once.")
@click.option("--every", type=float, default=0.0, help="Interval of further doses.")
@click.option("--more", type=int, default=0, help="How many further doses.")
@click.option("--into", type=int, default=None, help="Compartment (CMT); else the first.")
@click.option("--output", default="", help="Output of the model; else the first.")
@common
def dose(events: Path, model: str, **given: Any) -> int:
    """How much must each person of EVENTS be given to reach an area or a level?

    Counted from a fresh start at time 0: what was given before only tells what the person is
    like. With --below and --dose: how long after the dose the level lasts.
    """
    from nanoward.flows.tuning.find_dose import find_dose
    from nanoward.flows.tuning.fit_people import EventFile
    from nanoward.tuning.regimens.single_dose import SingleDoseTarget
    from nanoward.wiring import open_bench

    measures = [name for name in ("auc", "level", "below") if given[name] is not None]
    if len(measures) != 1 or (measures == ["below"]) != (given["dose"] is not None):
        raise UsageError(
            "ask for one of --auc, --level, or --below with --dose",
            next_step="For example: --auc 400 --until 24 --duration 2.",
        )
    wanted = SingleDoseTarget(
        measure=measures[0],  # type: ignore[arg-type]
        value=given[measures[0]],
        start=given["start"],
        end=given["until"],
        output=given["output"],
        into=given["into"],
        duration=given["duration"],
        interval=given["every"],
        more=given["more"],
        dose=1.0 if given["dose"] is None else given["dose"],
    )
    ports = open_bench(quiet=given["quiet"])
    file = EventFile(path=str(events), content=events.read_bytes())
    rows, findings = find_dose(ports, file, question_at(model), wanted, given["seed"])
    columns = ("participant", "answer", "median", "low", "high", "reason")
    print_result({"doses": rows}, text_table(rows, columns), as_json=given["as_json"])
    return print_findings(findings, quiet=given["quiet"])
