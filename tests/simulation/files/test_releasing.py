from pathlib import Path

import pytest

from nanoward.adapters.progress import SilentProgress
from nanoward.flows.lots.check_lots import check_lots, programme_agent
from nanoward.flows.lots.register_agents import agent_register, lot_variants
from nanoward.flows.round.collect_materials import collect_materials
from nanoward.simulation.files.releasing import (
    Released,
    private_key,
    release_programme,
    signers_text,
)
from nanoward.simulation.files.write import write_programme
from nanoward.simulation.genomes.genome import lot_table, simulated_genome
from nanoward.simulation.study import Study
from nanoward.wiring import open_ports

STUDY = Study(participants=12, weeks=12, seed=5)


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Released]:
    folder = tmp_path_factory.mktemp("released") / "ward"
    write_programme(STUDY, folder, progress=SilentProgress())
    return folder, release_programme(STUDY, folder)


def test_the_lot_is_released_and_the_wrong_one_refused_for_its_kill_locus(
    programme: tuple[Path, Released],
) -> None:
    assert programme[1].lots["LOT-A"] == "released"
    assert "in kill locus auxotrophy at" in programme[1].lots["LOT-B"]


def test_the_round_sees_a_spec_in_force_and_only_the_wrong_lot(
    programme: tuple[Path, Released],
) -> None:
    with open_ports(str(programme[0]), quiet=True, workers=1) as ports:
        plan = ports.folder.plan()
        materials, _ = collect_materials(ports, STUDY.as_of)
        agent = programme_agent(ports, plan, materials, STUDY.as_of)
        found = check_lots(agent, materials)
    assert [(one.code, one.subject) for one in found.findings] == [("AGT-202", "LOT-B")]


def test_what_the_release_saw_is_what_the_lot_was_made_of(
    programme: tuple[Path, Released],
) -> None:
    """Every variant from 5 % on is seen, at about its share, and none that is not there."""
    with open_ports(str(programme[0]), quiet=True, workers=1) as ports:
        seen = lot_variants(agent_register(ports.ledger), ports.blobs)["LOT-A"]
    made = lot_table(simulated_genome(STUDY))
    key = ["contig", "position", "ref", "alt"]
    both = made.join(seen, on=key, suffix="_seen")
    assert seen.height == both.height
    large = made.filter(made["frequency"] >= 0.05)
    assert large.join(seen, on=key, how="anti").is_empty()
    for row in both.iter_rows(named=True):
        assert row["frequency_seen"] == pytest.approx(row["frequency"], abs=0.08)


def test_keys_and_reads_come_from_the_seed_alone(
    programme: tuple[Path, Released], tmp_path: Path
) -> None:
    write_programme(STUDY, tmp_path / "again", progress=SilentProgress())
    release_programme(STUDY, tmp_path / "again")
    for path in sorted((programme[0] / "agents").rglob("*")):
        if path.is_file():
            other = tmp_path / "again" / path.relative_to(programme[0])
            assert other.read_bytes() == path.read_bytes()
    assert signers_text(STUDY) == signers_text(Study(seed=5))
    assert private_key(STUDY, "Signer One") != private_key(Study(seed=6), "Signer One")
