"""nanoward watch drill --zones: is a planted object told in the time that was predicted?"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from nanoward.faces.cli.options import print_result

if TYPE_CHECKING:
    import polars as pl


def object_drill(place: Path, zones: Path, seed: int, *, as_json: bool) -> int:
    """Hold a drill on a file of detections, or on a programme: there it stands on the ledger.

    Returns the exit code: 1 where it was not told in the predicted time.
    """
    from nanoward.flows.watch.hold_object_drill import hold_object_drill
    from nanoward.flows.watch.watch_objects import ACTOR, programme_detections, read_detections
    from nanoward.wiring import open_bench, open_ports
    from nanoward.wiring.watch import read_zones

    area = read_zones(zones)
    if place.is_dir():
        with open_ports(str(place), quiet=True) as ports:
            rows, _ = programme_detections(ports, ports.formats)
            held = hold_object_drill(_given(rows), area, seed=seed)
            ports.ledger.append([held.entry], actor=ACTOR, at=ports.clock.now())
    else:
        formats = open_bench(quiet=True).formats
        rows, _ = read_detections([(str(place), place.read_bytes())], formats)
        held = hold_object_drill(rows, area, seed=seed)
    told = {**asdict(held.entry), "as_predicted": held.is_as_predicted}
    print_result(told, held.told, as_json=as_json)
    return 0 if held.is_as_predicted else 1


def _given(rows: "pl.DataFrame | None") -> "pl.DataFrame":
    from nanoward.flows.watch.hold_object_drill import NoSensorError

    if rows is None:
        raise NoSensorError("the programme has no data/detections/")
    return rows
