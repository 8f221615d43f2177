"""nanoward watch drill: is a planted threat told in the time that was predicted?"""

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import common, print_result

_PLACE = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("place", type=_PLACE)
@click.option("--stream", default="", help="This one; drawn by --seed unless named.")
@click.option("--first", type=click.FloatRange(min=0.1), default=3.0, show_default=True,
              help="Events planted in the first period.")  # fmt: skip
@click.option("--doubling", type=click.FloatRange(min=0.1), default=2.0, show_default=True,
              help="Periods in which they double.")  # fmt: skip
@click.option("--zones", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Detections: plant an object that comes near.")  # fmt: skip
@click.option("--run-length", type=click.FloatRange(min=1), default=500.0, show_default=True)
@common
def drill(place: Path, *, as_json: bool, quiet: bool, **given: Any) -> int:
    """Plant a rise into a copy of a live stream of PLACE (a CSV of counts, or a programme).

    The live streams are not touched. In a programme the drill stands on the ledger.
    Exit code 1: it was not told in the predicted time.
    """
    from nanoward.flows.watch.hold_drill import hold_drill
    from nanoward.watch.alarms.drill import PlantedRise
    from nanoward.watch.alarms.rules import WatchRules
    from nanoward.wiring import open_bench

    if given["zones"] is not None:
        from nanoward.faces.cli.watch.object_drill import object_drill

        return object_drill(place, given["zones"], given["seed"], as_json=as_json)
    rules = WatchRules(run_length=given["run_length"])
    rise = PlantedRise(first=given["first"], doubling=given["doubling"])
    asked = {"seed": given["seed"], "stream": given["stream"], "rise": rise}
    if place.is_dir():
        held = _in_programme(place, rules, given["as_of"], asked, quiet=quiet)
    else:
        bench = open_bench(quiet=quiet)
        rows = bench.formats.read("counts", str(place), place.read_bytes()).table
        last = rows["day"].max() if rows.height else None
        end = last + timedelta(days=6) if isinstance(last, date) else bench.clock.now().date()
        held = hold_drill(rows, rules, given["as_of"] or end, **asked)
    told = {**asdict(held.entry), "as_predicted": held.is_as_predicted}
    print_result(told, held.told, as_json=as_json)
    return 0 if held.is_as_predicted else 1


def _in_programme(
    place: Path, rules: Any, as_of: date | None, asked: dict[str, Any], *, quiet: bool
) -> Any:
    from nanoward.flows.round.collect_materials import collect_materials
    from nanoward.flows.watch.hold_drill import hold_drill
    from nanoward.flows.watch.scan_programme import ACTOR, ledger_tables, stream_rows
    from nanoward.wiring import open_ports

    with open_ports(str(place), quiet=quiet) as ports:
        day = as_of or ports.folder.plan().as_of or ports.today()
        materials, _ = collect_materials(ports, day)
        held = hold_drill(
            stream_rows({**materials.tables, **ledger_tables(ports)}, day), rules, day, **asked
        )
        ports.ledger.append([held.entry], actor=ACTOR, at=ports.clock.now())
    return held
