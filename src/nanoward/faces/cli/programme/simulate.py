"""nanoward simulate: a complete programme with known truth."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.options import common, print_result

if TYPE_CHECKING:
    from nanoward.simulation import LinkedSites, Study, Written
    from nanoward.simulation.files.deceiving import WrittenPartner


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
@click.option(
    "--deceit",
    default="",
    metavar="KIND",
    help="A partner in FOLDER/partner that lies so, or `honest`; `list` tells all.",
)
@click.option(
    "--deceit-size",
    type=click.Choice(["small", "middle", "large"]),
    default="middle",
    show_default=True,
)
@click.option("--deceit-items", type=click.IntRange(30, 5000), default=300, show_default=True,
              help="Items of each of nine types that the partner claims.")  # fmt: skip
@click.option("--visits", is_flag=True, help="With bookings, beds and pay on its ledger.")
@click.option("--objects", is_flag=True, help="With a radar's detections of a threat.")
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
    objects: bool,
    deceit: str,
    deceit_size: str,
    deceit_items: int,
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
    from nanoward.simulation import Study

    if _lists_deceits(deceit):
        return
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
        cases=cases,
        quiet=quiet,
    )
    if deceit:
        made = replace(
            made, partner=_partner(folder, (deceit, deceit_size, deceit_items), seed)
        )
    print_result(_result(study, made, folder), _text(made, folder), as_json=as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Simulated:
    """What was written of each part; None and nothing where it was not asked for."""

    written: "Written"
    lots: Mapping[str, str]
    linked: "LinkedSites | None"
    visit_faults: int
    case_faults: int
    detections: int
    partner: "WrittenPartner | None" = None


def _simulated(
    study: "Study",
    folder: Path,
    *,
    sites: int,
    release: bool,
    visits: bool,
    objects: bool,
    cases: bool,
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
        case_faults=_cases(study, folder) if cases else 0,
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
        "case_faults": made.case_faults,
        "detections": made.detections,
        "partner": asdict(made.partner) if made.partner else None,
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
    if made.partner is not None:
        partner = made.partner
        lines.append(f"partner north: {partner.claims} claims, {partner.lied} items lied about")
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


def _lists_deceits(deceit: str) -> bool:
    """Whether the kinds were asked for, and told; UsageError for one that is none."""
    from nanoward.simulation.files.deceiving import known_deceits

    kinds = known_deceits()
    if deceit == "list":
        click.echo("\n".join(kinds))
        return True
    if deceit and deceit not in kinds:
        raise UsageError(f"{deceit!r} is none of {', '.join(kinds)}")
    return False


def _partner(folder: Path, told: tuple[str, str, int], seed: int) -> "WrittenPartner":
    from nanoward.simulation.files.deceiving import PlantedDeceit, write_partner
    from nanoward.wiring import open_folder
    from nanoward.wiring.designs import open_signatures

    planted = PlantedDeceit(kind=told[0], size=told[1], items=told[2])
    name = open_folder(str(folder)).plan().name
    now = datetime.now(UTC)
    return write_partner(folder, planted, name, now, open_signatures(), seed=seed)


def _cases(study: "Study", folder: Path) -> int:
    """Pregnancies, exposed people, urgent events, a council; how many matters were planted."""
    from nanoward.simulation.files.case_records import simulate_cases

    return len(simulate_cases(study, folder))
