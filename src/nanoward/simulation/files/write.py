"""The one place of the simulation that touches the disk: a world as a programme's folder."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.base.errors import UsageError
from nanoward.ports.progress import Progress
from nanoward.simulation.files.control_text import control_text
from nanoward.simulation.files.packing import packed
from nanoward.simulation.files.plan_text import AGENT, programme_text, spec_text
from nanoward.simulation.files.releasing import signers_text
from nanoward.simulation.files.xpt import transport_bytes
from nanoward.simulation.study import Study
from nanoward.simulation.world import World, simulated_world


class OccupiedFolderError(UsageError):
    """The folder holds something already."""

    code = "SIM-002"
    next_step = "Name a folder that is empty or does not exist yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written, for the person who asked for it."""

    folder: str
    files: int
    people: int
    samples: int
    transmissions: int
    links: int
    faults: int


def programme_files(world: World) -> dict[str, bytes]:
    """Every file by its path within the programme; the same world gives the same bytes."""
    study, spec = world.study, spec_text(world.study, world.genome.contigs()).encode()
    plan = programme_text(study) + control_text(AGENT, study.agent_kind, sha256_of(spec))
    plan += signers_text(study)
    files = {
        "programme.toml": plan.encode(),
        f"agents/{AGENT}/spec.toml": spec,
        f"agents/{AGENT}/reference.fasta": _reference(world.genome.contigs()),
        "data/consensus.fasta.gz": packed(world.consensus.encode()),
    }
    for path, table in {**world.tables, **world.truth}.items():
        files[path] = _table_bytes(path, table)
    return dict(sorted(files.items()))


def write_programme(study: Study, folder: Path, *, progress: Progress) -> Written:
    """Simulate and write a programme into a new or empty folder."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OccupiedFolderError(f"{folder} is not an empty folder; nothing was written")
    with progress("simulating days", study.days + 1) as step:
        world = simulated_world(study, step=step)
    files = programme_files(world)
    with progress("writing files", len(files)) as step:
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            step(1)
    return Written(
        folder=str(folder),
        files=len(files),
        people=len(world.people),
        samples=len(world.reads),
        transmissions=world.truth["truth/transmissions.csv"].height,
        links=world.truth["truth/links.csv"].height,
        faults=world.truth["truth/faults.csv"].height,
    )


def _table_bytes(path: str, table: pl.DataFrame) -> bytes:
    if path.endswith(".xpt"):
        return transport_bytes(Path(path).stem.upper(), table)
    buffer = io.BytesIO()
    table.write_csv(buffer)
    content = buffer.getvalue()
    return packed(content) if path.endswith(".gz") else content


def _reference(contigs: Mapping[str, str]) -> bytes:
    lines: list[str] = []
    for name, sequence in contigs.items():
        lines.append(f">{name}")
        lines.extend(sequence[at : at + 80] for at in range(0, len(sequence), 80))
    return ("\n".join(lines) + "\n").encode()
