"""nanoward tuning: individual fits, bands and doses from a NONMEM event table."""

from pathlib import Path
from typing import Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.csv_tables import write_csv
from nanoward.faces.cli.options import (
    columns,
    common,
    print_findings,
    print_result,
    text_table,
    told_columns,
)
from nanoward.faces.cli.tuning.certify import adjustments, asked, certify, moves, permitted
from nanoward.faces.cli.tuning.dose import dose
from nanoward.faces.cli.tuning.fit import fit, population
from nanoward.faces.cli.tuning.import_model import import_


@click.group()
def group() -> None:
    """Which setting keeps the benefit without the side effect, for this person?"""


group.add_command(fit)
group.add_command(population)
group.add_command(import_)
group.add_command(dose)
group.add_command(certify)
group.add_command(permitted)


@group.command()
@click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", required=True, help="A TOML file with [tuning.model], [tuning.goal].")
@adjustments
@click.option("--newcomers", is_flag=True, help="First settings for people never observed.")
@columns("events", "adjustments")
@common
def recommend(events: Path, model: str, **given: Any) -> int:
    """Benefit against side effect at every setting, and which one to take, per person."""
    from nanoward.flows.tuning.recommend_settings import recommend_settings

    ports, file, question = asked(events, model, given)
    found = recommend_settings(
        ports, file, question, given["seed"], moves(given), newcomers=given["newcomers"]
    )
    rows = found.table().to_dicts()
    advice = [
        {
            "participant": one.history.name,
            "setting": None if one.frontier is None else one.frontier.advice.dose,
            "unit": found.goal.unit,
            "reason": one.reason
            or ("" if one.frontier is None else one.frontier.advice.reason),
            "words": "" if one.frontier is None else one.frontier.words,
        }
        for one in found.people
    ]
    text = text_table(advice, ("participant", "setting", "unit", "reason"))
    text += "".join(
        f"\n\n{one['participant']}: {one['words']}" for one in advice if one["words"]
    )
    print_result({"recommendations": advice, "frontier": rows}, text, as_json=given["as_json"])
    told = print_findings(found.findings, quiet=given["quiet"])
    return told or int(any(one["setting"] is None for one in advice))


@group.command("before-after")
@click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--benefit", default="", help="DVID of the benefit.")
@click.option("--side-effect", default="", help="DVID of the side effect.")
@click.option("--rating", default="", help="DVID of what people themselves say.")
@click.option("--at", type=float, default=None, help="TIME of the change; else the last one.")
@click.option("--settle", default=0.0, help="Time after a change that is left out.")
@click.option("--margin", default=0.0, help="How much benefit may be lost and be kept.")
@click.option("--switch", default="ON", help="Column that is 1 while on, 0 while off.")
@columns("events")
@common
def before_after(events: Path, **given: Any) -> int:
    """Was the side effect removed and the benefit kept? Per person, and together."""
    from nanoward.flows.tuning.compare_settings import compare_settings
    from nanoward.flows.tuning.fit_people import EventFile
    from nanoward.wiring import open_bench

    names = ("benefit", "side_effect", "rating", "at", "settle", "margin", "switch")
    bench = open_bench(quiet=given["quiet"], columns=told_columns())
    file = EventFile(path=str(events), content=events.read_bytes())
    rows, findings = compare_settings(
        bench.formats, file, {name: given[name] for name in names}
    )
    columns = ("participant", "comparison", "role", "before", "after", "change", "low", "high",
               "detectable", "verdict", "reason")  # fmt: skip
    shown = [{**row, "participant": row["participant"] or "everybody"} for row in rows]
    print_result({"changes": rows}, text_table(shown, columns), as_json=given["as_json"])
    return print_findings(findings, quiet=given["quiet"])


@group.command()
@click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", required=True, help="A model of formulas: a name or a TOML file.")
@click.option(
    "--replicates", default=1, show_default=True, help="People per person of the file."
)
@click.option("--at", default="", help="Times: 1,2,8 or 0:24:0.5; else the file's own.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A CSV file.")
@click.option(
    "--events-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A CSV file: doses and simulated values as an event table.",
)
@columns("events")
@common
def simulate(
    events: Path, model: str, out: Path | None, events_out: Path | None, **given: Any
) -> int:
    """What people with the doses of EVENTS might be observed to have under the model."""
    from nanoward.flows.tuning.recommend_settings import simulate_people

    ports, file, question = asked(events, model, given)
    rows, told, findings = simulate_people(
        ports.formats, file, question, given["replicates"], given["seed"], _times(given["at"])
    )
    if out is not None:
        write_csv(rows, out)
    if events_out is not None:
        write_csv(told, events_out)
    text = text_table(rows.to_dicts(), rows.columns)
    print_result({"simulated": rows.to_dicts()}, text, as_json=given["as_json"])
    return print_findings(findings, quiet=given["quiet"])


@group.command()
@click.argument("agent")
@click.option("--people", default=20, show_default=True, help="Simulated people.")
@click.option("--settings", default=8, show_default=True, help="One after another, for each.")
@click.option("--draws", default=100, show_default=True, help="From each posterior.")
@click.option("--write", type=click.Path(path_type=Path), help="A new folder: see below.")
@common
def rehearse(agent: str, **given: Any) -> int:
    """Find settings for simulated people of an AGENT, whose truth is known.

    AGENT is microbe, vaccine, CAR-T, pump, stimulator, "drifting microbe" or "drifting pump".
    Beside the room stand an oracle that knows the truth, one setting for all, and titration.
    With --write a programme of such people is written, on which a round can be held, and
    nothing else is done.
    """
    from nanoward.simulation.worlds.tuned import rehearsed, world_of
    from nanoward.simulation.worlds.tuning_programme import tuning_files, write_tuning_programme
    from nanoward.wiring import open_bench

    if given["write"] is not None:
        files = tuning_files(world_of(agent), given["people"], given["settings"], given["seed"])
        write_tuning_programme(files, given["write"])
        told = {"written": sorted(files), "folder": str(given["write"])}
        print_result(told, f"written to {given['write']}", as_json=given["as_json"])
        return 0
    bench = open_bench(quiet=given["quiet"], columns=told_columns())
    rows = rehearsed(
        agent, people=given["people"], periods=given["settings"], seed=given["seed"],
        draws=given["draws"], progress=bench.progress,
    )  # fmt: skip
    columns = (
        "policy",
        "settings needed",
        "side effect",
        "limit",
        "benefit",
        "of the oracle's",
    )
    print_result({"policies": rows}, text_table(rows, columns), as_json=given["as_json"])
    return 0


def _times(told: str) -> list[float]:
    """Times written as 1,2,8 or 0:24:0.5 (from, until, step)."""
    import numpy as np

    try:
        found: list[float] = []
        for part in (one for one in told.split(",") if one.strip()):
            ends = [float(one) for one in part.split(":")]
            if len(ends) == 1:
                found += ends
            else:
                start, until, step = ends
                count = int(np.floor((until - start) / step + 1e-9)) + 1
                found += [start + step * place for place in range(count)]
    except (ValueError, ZeroDivisionError):
        raise UsageError(
            f"{told!r} tells no times", next_step="Write --at 1,2,8 or --at 0:24:0.5."
        ) from None
    return found
