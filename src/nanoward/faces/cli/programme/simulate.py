"""nanoward simulate: a complete programme with known truth."""

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import common, print_result


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--participants", type=int, default=60, show_default=True)
@click.option("--weeks", type=int, default=26, show_default=True)
@click.option(
    "--agent-kind",
    type=click.Choice(("microbe", "virus")),
    default="microbe",
    show_default=True,
    help="How the agent changes and passes on.",
)
@click.option("--clean", is_flag=True, help="Plant no faults in the files.")
@click.option("--no-transmission", is_flag=True, help="The agent never passes: a null world.")
@click.option("--sites", type=click.IntRange(0, 9), default=0, show_default=True,
              help="Further sites that lose their link for days, in FOLDER/sites.")  # fmt: skip
@click.option("--no-release", is_flag=True, help="Do not publish the spec or judge the lot.")
@click.option("--visits", is_flag=True, help="With bookings, beds and pay on its ledger.")
@click.option("--cases", is_flag=True, help="With pregnancies of a new term and other cases.")
@common
def simulate(
    folder: Path,
    *,
    participants: int,
    weeks: int,
    agent_kind: str,
    clean: bool,
    no_transmission: bool,
    no_release: bool,
    sites: int,
    visits: bool,
    cases: bool,
    as_json: bool,
    as_of: date | None,
    seed: int,
    quiet: bool,
) -> None:
    """Write a simulated programme into FOLDER, with its truth in FOLDER/truth.

    Two simulated people sign and publish its spec, and its lot is sequenced, held against
    the spec and released on the ledger; a wrong lot that is planted with the faults is refused.

    --as-of names the day that the data stand for: the last of the weeks.
    """
    from nanoward.simulation import (
        Study,
        open_linked_sites,
        release_programme,
        write_programme,
    )
    from nanoward.wiring import open_bench

    start = {} if as_of is None else {"start": as_of - timedelta(weeks=max(weeks, 0))}
    study = Study(
        participants=participants,
        weeks=weeks,
        seed=seed,
        agent_kind=agent_kind,
        transmission=not no_transmission,
        faults=not clean,
        **start,
    )
    written = write_programme(study, folder, progress=open_bench(quiet=quiet).progress)
    lots = {} if no_release else release_programme(study, folder).lots
    linked = open_linked_sites(study, folder, sites) if sites else None
    matters = _visits(study, folder) if visits else 0
    planted = _cases(study, folder) if cases else 0
    told = "".join(f"lot {lot}: {word}\n" for lot, word in lots.items())
    if linked is not None:
        told += (
            f"{len(linked.sites)} further sites, {linked.messages} messages in {linked.files}"
            f" files, {linked.arrived} arrived\n"
        )
    text = (
        f"{written.people} people, {written.samples} samples, {written.transmissions}"
        f" transmissions, {written.links} linked pairs, {written.faults} planted faults\n"
        f"{told}written to {folder}; the truth is in {folder / 'truth'}\n"
        f"hold a round on it: nanoward round {folder}"
    )
    further = {
        "as_of": study.as_of,
        "lots": lots,
        "sites": asdict(linked) if linked else None,
        "visit_faults": matters,
        "case_faults": planted,
        "next": f"nanoward round {folder}",
    }
    print_result(asdict(written) | further, text, as_json=as_json)


def _visits(study: Any, folder: Path) -> int:
    """Bookings, beds and pay; how many matters were planted in them."""
    from nanoward.simulation.files.visiting import simulate_visits

    people = tuple(f"P{number + 1:03d}" for number in range(study.participants))
    return len(simulate_visits(study, folder, people))


def _cases(study: Any, folder: Path) -> int:
    """Pregnancies, exposed people, urgent events, a council; how many matters were planted."""
    from nanoward.simulation.files.case_records import simulate_cases

    return len(simulate_cases(study, folder))
