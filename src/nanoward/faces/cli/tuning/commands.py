"""nanoward tuning: individual fits, bands and doses from a NONMEM event table."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.options import Day, common, print_findings, print_result, text_table
from nanoward.faces.cli.tuning.dose import dose
from nanoward.faces.cli.tuning.fit import fit, population, question_at
from nanoward.faces.cli.tuning.import_model import import_

if TYPE_CHECKING:
    from collections.abc import Mapping


_adjustments = click.option(
    "--adjustments",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="A CSV of settings that people moved or preferred themselves.",
)


@click.group()
def group() -> None:
    """Which setting keeps the benefit without the side effect, for this person?"""


group.add_command(fit)
group.add_command(population)
group.add_command(import_)
group.add_command(dose)


@group.command()
@click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", required=True, help="A TOML file with [tuning.model], [tuning.goal].")
@_adjustments
@click.option("--newcomers", is_flag=True, help="First settings for people never observed.")
@common
def recommend(events: Path, model: str, **given: Any) -> int:
    """Benefit against side effect at every setting, and which one to take, per person."""
    from nanoward.flows.tuning.recommend_settings import recommend_settings

    ports, file, question = _asked(events, model, given)
    found = recommend_settings(
        ports, file, question, given["seed"], _moves(given), newcomers=given["newcomers"]
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
    return print_findings(found.findings, quiet=given["quiet"])


@group.command()
@click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", required=True, help="A TOML file with [tuning.model], [tuning.goal].")
@click.option("--keys", required=True, type=click.Path(path_type=Path), help="Folder of keys.")
@click.option("--ended", required=True, type=Day(), help="Day of the table's last record.")
@click.option("--until", required=True, type=Day(), help="Last day that may be certified.")
@click.option(
    "--oldest", default=30, show_default=True, help="Days after which data tell nothing."
)
@_adjustments
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@common
def certify(events: Path, model: str, **given: Any) -> int:
    """Sign which settings each person may use alone, and until when (as of --as-of).

    Beside the certificates stands key.txt, the public key that they verify with:
    tools/read_certificate.py does so without nanoward and without a network.
    """
    from nanoward.flows.tuning.recommend_settings import (
        SigningDates,
        certified_question,
        certify_settings,
        recommend_settings,
    )
    from nanoward.wiring.ledgers import open_signer

    ports, file, question = _asked(events, model, given)
    question = certified_question(question, given["oldest"])
    found = recommend_settings(ports, file, question, given["seed"], _moves(given))
    issued = given["as_of"] or given["ended"]
    days = SigningDates(issued=issued, ended=given["ended"], latest=given["until"])
    signer = open_signer(str(given["keys"]))
    signed = certify_settings(found, signer, days, given["oldest"])
    given["out"].mkdir(parents=True, exist_ok=True)
    (given["out"] / "key.txt").write_text(f"{signer.key}\n", encoding="utf-8")
    rows = []
    for place, one in enumerate(signed, start=1):
        name = f"certificate-{place:04d}"
        (given["out"] / f"{name}.json").write_bytes(one.content)
        (given["out"] / f"{name}.sig").write_bytes(one.signature)
        allowed = one.certificate.allowed
        rows.append(
            {
                "participant": one.certificate.participant,
                "file": f"{name}.json",
                "settings": len(allowed),
                "lowest": min((each.setting for each in allowed), default=None),
                "highest": max((each.setting for each in allowed), default=None),
                "until": str(max((each.until for each in allowed), default="-")),
            }
        )
    columns = ("participant", "settings", "lowest", "highest", "until", "file")
    print_result({"certificates": rows}, text_table(rows, columns), as_json=given["as_json"])
    return print_findings(found.findings, quiet=given["quiet"])


@group.command()
@click.argument("certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", required=True, help="The public key: key.txt, or its text.")
@click.option("--setting", type=float, default=None, help="May this one be used alone?")
@common
def permitted(certificate: Path, key: str, setting: float | None, **given: Any) -> int:
    """What a certificate permits on a day (--as-of; today unless told), without a network.

    Exit code 4 where the setting may not be used alone.
    """
    from nanoward.flows.tuning.use_certificate import permitted_settings
    from nanoward.wiring import open_bench

    at = certificate.with_suffix(".sig")
    told = Path(key).read_text(encoding="utf-8") if Path(key).is_file() else key
    signature = at.read_bytes() if at.exists() else b""
    day = given["as_of"] or open_bench(quiet=True).clock.now().date()
    rows = permitted_settings(certificate.read_bytes(), signature, told, day, setting)
    print_result({"permitted": rows}, text_table(rows, rows[0]) if rows else "none",
                 as_json=given["as_json"])  # fmt: skip
    return 0


@group.command("before-after")
@click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--benefit", default="", help="DVID of the benefit.")
@click.option("--side-effect", default="", help="DVID of the side effect.")
@click.option("--rating", default="", help="DVID of what people themselves say.")
@click.option("--at", type=float, default=None, help="TIME of the change; else the last one.")
@click.option("--settle", default=0.0, help="Time after a change that is left out.")
@click.option("--margin", default=0.0, help="How much benefit may be lost and be kept.")
@click.option("--switch", default="ON", help="Column that is 1 while on, 0 while off.")
@common
def before_after(events: Path, **given: Any) -> int:
    """Was the side effect removed and the benefit kept? Per person, and together."""
    from nanoward.flows.tuning.compare_settings import compare_settings
    from nanoward.flows.tuning.fit_people import EventFile
    from nanoward.wiring import open_bench

    names = ("benefit", "side_effect", "rating", "at", "settle", "margin", "switch")
    bench = open_bench(quiet=given["quiet"])
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
@common
def simulate(
    events: Path, model: str, out: Path | None, events_out: Path | None, **given: Any
) -> int:
    """What people with the doses of EVENTS might be observed to have under the model."""
    from nanoward.flows.tuning.recommend_settings import simulate_people

    ports, file, question = _asked(events, model, given)
    rows, told, findings = simulate_people(
        ports.formats, file, question, given["replicates"], given["seed"], _times(given["at"])
    )
    if out is not None:
        rows.write_csv(out)
    if events_out is not None:
        told.write_csv(events_out)
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
    bench = open_bench(quiet=given["quiet"])
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


def _asked(events: Path, model: str, given: "Mapping[str, Any]") -> Any:
    """Ports, file and question of a command on plain files."""
    from nanoward.flows.tuning.fit_people import EventFile
    from nanoward.wiring import open_bench

    file = EventFile(path=str(events), content=events.read_bytes())
    return open_bench(quiet=given["quiet"]), file, question_at(model)


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


def _moves(given: "Mapping[str, Any]") -> Any:
    from nanoward.flows.tuning.fit_people import EventFile

    path = given["adjustments"]
    return None if path is None else EventFile(path=str(path), content=path.read_bytes())
