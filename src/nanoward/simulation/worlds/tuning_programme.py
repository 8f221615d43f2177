"""A programme on disk whose people are tuned: their doses, what was seen of them, and the goal.

The round then fits them, recommends settings and tells what changed, as with real people.
"""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

from nanoward.simulation.files.write import OccupiedFolderError
from nanoward.simulation.worlds.tuning_worlds import TuningWorld, given, observed, true_etas
from nanoward.tuning import History, own_seed
from nanoward.tuning.data.occasions import in_periods
from nanoward.tuning.models.formula_library import TEXTS

COLUMNS = ("ID", "TIME", "EVID", "AMT", "RATE", "CMT", "DV", "DVID")
_GOAL = (
    "setting", "unit", "interval", "duration", "into", "lowest", "highest", "step", "benefit",
    "side_effect", "grade", "epsilon", "weight", "horizon", "every", "largest_step",
)  # fmt: skip


def tuning_files(world: TuningWorld, people: int, periods: int, seed: int) -> dict[str, bytes]:
    """Contents by path: programme.toml, data/events.csv and truth/etas.csv.

    Settings rise from the cautious end towards the middle of the range, and in the last half
    of the periods stand one step lower: a change that the comparison before and after sees.
    """
    truth = true_etas(world, people, periods, seed)
    rows: list[list[Any]] = [list(COLUMNS)]
    for k, eta in enumerate(truth):
        name, past = f"P{k + 1:03d}", History(name=str(k), events=())
        chance = own_seed(seed, name, "seen")
        for number in range(periods):
            dose = given(world, number, _setting(world, number, periods))
            past = in_periods(world.model, _with(past, [dose]))
            seen = observed(world, past, eta, number, chance)
            past = in_periods(world.model, _with(past, seen))
            rows += [_row(world, name, one) for one in (dose, *seen)]
    own = max(1, len(world.model.between_occasions))
    occasions = (truth.shape[1] - len(world.model.random)) // own
    names = ["person", *world.model.eta_names(occasions)]
    told = [[f"P{k + 1:03d}", *map(float, eta)] for k, eta in enumerate(truth)]
    return {
        "programme.toml": _plan(world).encode(),
        "data/events.csv": _csv(rows),
        "truth/etas.csv": _csv([names, *told]),
    }


def write_tuning_programme(files: dict[str, bytes], folder: Path) -> None:
    """Into a new or empty folder."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OccupiedFolderError(f"{folder} is not an empty folder; nothing was written")
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _setting(world: TuningWorld, number: int, periods: int) -> float:
    """From the cautious end half way to the middle; a little back in the last half."""
    goal = world.goal
    middle = 0.5 * (goal.lowest + goal.highest)
    share = 0.5 if number < periods / 2 else 0.4
    wanted = world.cautious + share * (middle - world.cautious)
    return round((wanted - goal.lowest) / goal.step) * goal.step + goal.lowest


def _with(one: History, more: Any) -> History:
    return History(name=one.name, events=(*one.events, *more))


def _row(world: TuningWorld, name: str, one: Any) -> list[Any]:
    if one.output < 0:
        into = world.model.compartments[one.compartment].number
        return [name, one.time, one.evid, one.amount, one.rate, into, "", ""]
    quantity = world.model.outputs[one.output].quantity
    return [name, one.time, 0, 0, "", "", f"{one.value:.6g}", quantity]


def _csv(rows: list[list[Any]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _plan(world: TuningWorld) -> str:
    goal = "\n".join(f"{name} = {_toml(getattr(world.goal, name))}" for name in _GOAL)
    return f"""name = "{world.name.lower().replace(" ", "-")}"
title = "Simulated people whose {world.goal.setting} is tuned"
council = "no council: simulated people, not advice for anybody"

[tuning]
held_back = 0.3
draws = 200

[tuning.goal]
{goal}

[tuning.compare]
benefit = "benefit"
side_effect = "grade"
margin = 10.0

{_model_text(world)}
"""


def _model_text(world: TuningWorld) -> str:
    """The library's text of the model as [tuning.model], with the drift of this world."""
    name = world.model.name.split(",")[0]
    drifting = {one.name: one for one in world.model.parameters if one.occasion_variance}
    lines = ["[tuning.model]"]
    for line in TEXTS[name].strip().splitlines():
        if not line.startswith("["):
            lines.append(line)
            continue
        lines.append(line.replace("[", "[tuning.model.", 1))
        found = drifting.get(line.removeprefix("[parameters.").removesuffix("]"))
        if found is not None and line.startswith("[parameters."):
            lines.append(f"occasion_variance = {found.occasion_variance}")
            lines.append(f"occasion_correlation = {found.occasion_correlation}")
    if world.model.period:
        lines.insert(1, f"period = {world.model.period}")
    return "\n".join(lines)


def _toml(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)
