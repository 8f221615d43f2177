"""Objects by a simulated programme's site: detections, settings, and truth apart."""

from datetime import UTC, datetime, time
from pathlib import Path

from nanoward.simulation.study import Study
from nanoward.simulation.worlds.object_world import ZONES, object_world


def simulate_objects(study: Study, folder: Path) -> int:
    """Write data/detections/radar.csv, [objects] of the plan and truth/objects.csv.

    Ten minutes on the last day of the study. Returns how many detections there are.
    """
    start = datetime.combine(study.as_of, time(12), UTC).timestamp()
    world = object_world(seed=study.seed, start=start)
    place = folder / "data" / "detections"
    place.mkdir(parents=True, exist_ok=True)
    world.detections.write_csv(place / "radar.csv")
    (folder / "truth").mkdir(exist_ok=True)
    world.truth.write_csv(folder / "truth" / "objects.csv")
    plan = folder / "programme.toml"
    plan.write_text(plan.read_text(encoding="utf-8") + objects_text(), encoding="utf-8")
    return world.detections.height


def objects_text() -> str:
    """[objects] of the plan, as the world has it."""
    lines = [""]
    for kind in ("zone", "sensor"):
        for table in ZONES[kind]:
            lines += ["", f"[[objects.{kind}]]"]
            lines += [f"{key} = {_toml(value)}" for key, value in table.items()]
    lines += ["", "[objects.motion]", 'model = "ship"', ""]
    return "\n".join(lines)


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
