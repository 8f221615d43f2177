"""nanoward tuning dose: which dose, interval or infusion time reaches an exposure."""

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.options import (
    columns,
    common,
    print_findings,
    print_result,
    text_table,
    told_columns,
)
from nanoward.faces.cli.tuning.fit import question_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nanoward.tuning.regimens.single_dose import SingleDoseTarget

MEASURES = ("auc", "level", "peak", "trough", "average", "below")


@click.command()
@click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", required=True, help="A model of formulas: a name or a TOML file.")
@click.option("--auc", type=float, help="Area wanted, from --from to --until (inf: all).")
@click.option("--level", type=float, help="Level wanted at --until, before a dose then.")
@click.option("--peak", type=float, help="Highest level wanted after the (last) dose.")
@click.option("--trough", type=float, help="Level wanted just before the next dose.")
@click.option("--average", type=float, help="Average level wanted.")
@click.option("--below", type=float, help="When has the level fallen to this for good?")
@click.option("--at", type=float, help="Dose at this TIME, with what is in the body then.")
@click.option("--now", is_flag=True, help="As --at the person's last record.")
@click.option("--steady-state", is_flag=True, help="With --interval: in the long run.")
@click.option("--from-empty", is_flag=True, help="From an empty body at time 0 (the default).")
@click.option("--dose", type=float, help="The dose is this: find --interval, or what it does.")
@click.option("--from", "start", type=float, help="Begin of the area.")
@click.option("--until", type=float, help="End of the area; time of the level.")
@click.option("--duration", type=float, default=0.0, help="Of an infusion; 0: at once.")
@click.option("--interval", "--every", type=float, default=0.0, help="Between doses.")
@click.option("--more", type=int, help="Further doses; else as many as begin by --until.")
@click.option("--over", type=float, default=0.0, help="Time of the area at steady state.")
@click.option("--continuous", is_flag=True, help="A constant infusion: the answer is a rate.")
@click.option("--find", type=click.Choice(["dose", "interval", "duration", "exposure"]))
@click.option("--into", type=int, help="Compartment (CMT); else the first.")
@click.option("--output", default="", help="Output of the model; else the first measured one.")
@click.option("--probability", type=float, help="Reach it in this share of the draws.")
@click.option("--at-most", is_flag=True, help="With --probability: do not pass it.")
@click.option("--step", type=float, default=0.0, help="Doses that can be given: 50, 100 ...")
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="An SVG file.")
@columns("events")
@common
def dose(events: Path, model: str, **given: Any) -> int:
    """How much must each person of EVENTS be given to reach a level, a trough, an area ...?

    From now, with what is in the body (--at TIME, --now); in the long run (--steady-state
    --interval 12); or from an empty body, which the first line says. With --dose: which
    interval, or what it does. People never observed are answered from the population.

    Exit code 1 where somebody has no answer, or something must be told.
    """
    from nanoward.flows.tuning.find_dose import DoseChoice, find_dose
    from nanoward.flows.tuning.fit_people import EventFile
    from nanoward.wiring import open_bench

    wanted = question_asked(given)
    choice = DoseChoice(
        probability=given["probability"], at_most=given["at_most"], step=given["step"],
        now=given["now"],
    )  # fmt: skip
    file = EventFile(path=str(events), content=events.read_bytes())
    bench = open_bench(quiet=given["quiet"], columns=told_columns())
    found = find_dose(bench, file, question_at(model), wanted, given["seed"], choice)
    columns = ("participant", "give", "unit", "answer", "median", "low", "high", "basis",
               "reason")  # fmt: skip
    text = "\n".join([*found.lines, "", text_table(found.rows, columns)])
    if found.regimens:
        names = ("participant", wanted.find, "unit", "exposure", "low", "high",
                 "exposure unit", "reaches it")  # fmt: skip
        text += f"\n\n{text_table(found.regimens, names)}"
    if given["picture"] is not None:
        from nanoward.faces.report.charts.setting_chart import regimens_svg

        picture = regimens_svg(found.regimens, wanted.find, wanted.value)
        given["picture"].write_text(picture, encoding="utf-8")
    result = {"doses": found.rows, "regimens": found.regimens, "lines": found.lines}
    print_result(result, text, as_json=given["as_json"])
    told = print_findings(found.findings, quiet=given["quiet"])
    return told or int(any(row["give"] is None for row in found.rows))


def question_asked(given: "Mapping[str, Any]") -> "SingleDoseTarget":
    """The question of the options; what contradicts or ignores another is refused."""
    from nanoward.tuning.regimens.single_dose import SingleDoseTarget

    measures = [name for name in MEASURES if given[name] is not None]
    find = _sought(given, measures)
    measure = measures[0] if measures else "average"
    basis = _basis(given)
    if given["start"] is not None and measure not in ("auc", "average"):
        raise _fault("--from belongs to an area: leave it out", "--auc 400 --from 0 --until 24")
    if given["over"] and not (given["steady_state"] and measure == "auc"):
        raise _fault("--over is the time of an area at steady state", "--auc 400 --over 24")
    if given["at_most"] and given["probability"] is None:
        raise _fault("--at-most needs --probability", "--probability 0.95 --at-most")
    if given["probability"] is not None and not 0 < given["probability"] < 1:
        raise _fault("--probability lies between 0 and 1", "--probability 0.9")
    if not 0 <= given["step"] < inf:
        raise _fault("--step is a dose that can be given", "--step 50")
    interval, duration = given["interval"], given["duration"]
    if interval and given["more"] is None and given["until"] == inf:
        raise _fault("doses without end have an endless area: say how many with --more",
                     "--auc 400 --until inf --every 24 --more 10")  # fmt: skip
    if given["continuous"]:
        if interval or duration or not given["steady_state"]:
            raise _fault("--continuous stands alone, with --steady-state",
                         "--average 15 --steady-state --continuous")  # fmt: skip
        interval = duration = 1.0
    more = given["more"] if given["more"] is not None else (-1 if interval else 0)
    dose = given["dose"]
    return SingleDoseTarget(
        measure=measure,  # type: ignore[arg-type]
        value=1.0 if not measures else given[measure],
        start=given["start"],
        end=given["until"],
        output=given["output"],
        into=given["into"],
        duration=duration,
        interval=interval,
        more=more,
        over=given["over"],
        dose=(0.0 if measure == "below" else 1.0) if dose is None else dose,
        basis=basis,  # type: ignore[arg-type]
        at=given["at"] or 0.0,
        find=find,  # type: ignore[arg-type]
    )


def _sought(given: "Mapping[str, Any]", measures: list[str]) -> str:
    """What is to be found: what was not given."""
    dosed = given["dose"] is not None
    if len(measures) > 1 or (not measures and not (dosed and given["find"] == "exposure")):
        raise _fault("ask for one of --auc, --level, --peak, --trough, --average, --below",
                     "--auc 400 --until 24 --duration 2")  # fmt: skip
    if given["find"]:
        if dosed == (given["find"] == "dose"):
            raise _fault(f"--find {given['find']} and --dose do not go together", "--find dose")
        return str(given["find"])
    if measures == ["below"]:
        if not dosed and not (given["at"] is not None or given["now"]):
            raise _fault("--below needs the --dose that is given, or --now",
                         "--below 10 --dose 1500 --until 48")  # fmt: skip
        return "dose"
    if not dosed:
        return "dose"
    if given["interval"] or not given["steady_state"]:
        raise _fault("--dose and an exposure leave nothing to be found",
                     "--dose 1000 --trough 15 --steady-state, or --find exposure")  # fmt: skip
    return "interval"


def _basis(given: "Mapping[str, Any]") -> str:
    now = given["at"] is not None or given["now"]
    if now + given["steady_state"] + given["from_empty"] > 1 or (
        given["at"] is not None and given["now"]
    ):
        raise _fault("--at, --now, --steady-state, --from-empty exclude each other", "--now")
    at, until = given["at"], given["until"]
    if at is not None and until is not None and until < at:
        what = (
            f"--until {until:g} lies before --at {at:g}: both are on the clock of the records"
        )
        raise _fault(what, "--at 48 --until 72")
    return "steady" if given["steady_state"] else "now" if now else "empty"


def _fault(what: str, example: str) -> UsageError:
    return UsageError(what, next_step=f"For example: {example}.")
