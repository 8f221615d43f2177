"""nanoward simulate: a complete programme with known truth."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.faces.cli.options import common, print_result

if TYPE_CHECKING:
    from nanoward.simulation import LinkedSites, Study, Written


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
@click.option("--objects", is_flag=True, help="With a radar's detections of a threat.")
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
    objects: bool,
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
    from nanoward.simulation import Study

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
    made = _simulated(
        study,
        folder,
        sites=sites,
        release=not no_release,
        visits=visits,
        objects=objects,
        quiet=quiet,
    )
    print_result(_result(study, made, folder), _text(made, folder), as_json=as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Simulated:
    """What was written of each part; None and nothing where it was not asked for."""

    written: "Written"
    lots: Mapping[str, str]
    linked: "LinkedSites | None"
    visit_faults: int
    detections: int


def _simulated(
    study: "Study",
    folder: Path,
    *,
    sites: int,
    release: bool,
    visits: bool,
    objects: bool,
    quiet: bool,
) -> _Simulated:
    """Write each part that is asked for, in the order in which they build on each other."""
    from nanoward.simulation import open_linked_sites, release_programme, write_programme
    from nanoward.wiring import open_bench

    return _Simulated(
        written=write_programme(study, folder, progress=open_bench(quiet=quiet).progress),
        lots=release_programme(study, folder).lots if release else {},
        linked=open_linked_sites(study, folder, sites) if sites else None,
        visit_faults=_visits(study, folder) if visits else 0,
        detections=_objects(study, folder) if objects else 0,
    )


def _visits(study: "Study", folder: Path) -> int:
    """Bookings, beds and pay; how many matters were planted in them."""
    from nanoward.simulation.files.visiting import simulate_visits

    people = tuple(f"P{number + 1:03d}" for number in range(study.participants))
    return len(simulate_visits(study, folder, people))


def _result(study: "Study", made: _Simulated, folder: Path) -> dict[str, Any]:
    return asdict(made.written) | {
        "as_of": study.as_of,
        "lots": made.lots,
        "sites": asdict(made.linked) if made.linked else None,
        "visit_faults": made.visit_faults,
        "detections": made.detections,
        "next": f"nanoward round {folder}",
    }


def _text(made: _Simulated, folder: Path) -> str:
    written, linked = made.written, made.linked
    counts = (
        f"{written.people} people, {written.samples} samples, {written.transmissions}"
        f" transmissions, {written.links} linked pairs, {written.faults} planted faults"
    )
    lines = [counts]
    lines += [f"lot {lot}: {word}" for lot, word in made.lots.items()]
    if linked is not None:
        lines.append(
            f"{len(linked.sites)} further sites, {linked.messages} messages in {linked.files}"
            f" files, {linked.arrived} arrived"
        )
    lines.append(f"written to {folder}; the truth is in {folder / 'truth'}")
    return "\n".join([*lines, f"hold a round on it: nanoward round {folder}"])


def _objects(study: "Study", folder: Path) -> int:
    """A radar's detections by the site; how many there are."""
    from nanoward.simulation.files.object_files import simulate_objects

    return simulate_objects(study, folder)
