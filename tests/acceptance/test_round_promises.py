"""What a round promises whatever happens around it: the real command, real files."""

import gzip
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1] / "adapters" / "runners"))
from a_cluster import cluster, killing

import nanoward
from nanoward.faces.cli import cli

pytestmark = pytest.mark.timeout(300)


def command(ward: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "nanoward", "round", str(ward), "--quiet", *words]


def hold(ward: Path, *words: str) -> str:
    told = subprocess.run(command(ward, *words), capture_output=True, text=True, check=False)
    assert told.returncode in (0, 1, 8), told.stderr
    return told.stdout


def written(ward: Path) -> dict[str, bytes]:
    rounds = ward / "rounds"
    return {
        path.relative_to(rounds).as_posix(): path.read_bytes()
        for path in sorted(rounds.rglob("*"))
        if path.is_file()
    }


def tables(ward: Path) -> dict[str, bytes]:
    return {path: content for path, content in written(ward).items() if "/tables/" in path}


@pytest.fixture(scope="module")
def undisturbed(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    ward = Path(shutil.copytree(simulated, tmp_path_factory.mktemp("undisturbed") / "ward"))
    hold(ward, "--workers", "1")
    return ward


def test_held_again_it_writes_the_same_bytes_and_computes_nothing(undisturbed: Path) -> None:
    before = written(undisturbed)
    told = hold(undisturbed)
    assert "computed now: 0;" in told
    assert written(undisturbed) == before


def test_the_number_of_workers_changes_nothing(ward: Path, undisturbed: Path) -> None:
    hold(ward, "--workers", "3")
    assert tables(ward) == tables(undisturbed)


@pytest.mark.hazard("H-377")
def test_a_cluster_whose_workers_are_killed_changes_nothing(
    ward: Path, undisturbed: Path
) -> None:
    with cluster() as address, killing(address, every_s=2.0):
        hold(ward, "--cluster", address)
    assert tables(ward) == tables(undisturbed)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--cluster", "tcp://10.1.2.3:8786"), "REF-380"),
        (("--cluster", "ward"), "USE-380"),
        (("--cluster", "tls://127.0.0.1:9", "--cluster-ca", "x.pem"), "USE-382"),
        (("--cluster", "tcp://127.0.0.1:9", "--workers", "2"), "--workers"),
        (("--cluster-key", "x.pem"), "need --cluster"),
    ],
    ids=str,
)
def test_a_cluster_that_cannot_be_meant_is_refused_before_anything_is_written(
    ward: Path, words: tuple[str, ...], told: str
) -> None:
    answer = CliRunner().invoke(cli, ["round", str(ward), *words])
    assert answer.exit_code != 0
    assert told in f"{answer.exception}{answer.output}"
    assert not (ward / "rounds").exists()


@pytest.mark.hazard("H-03")
@pytest.mark.parametrize("share", [0.2, 0.45, 0.7, 0.9])
def test_killed_in_the_middle_and_held_again_it_is_as_if_undisturbed(
    ward: Path, undisturbed: Path, share: float
) -> None:
    begun = time.monotonic()
    hold(Path(shutil.copytree(ward, ward.with_name("timed"))), "--workers", "2")
    whole = time.monotonic() - begun
    running = subprocess.Popen(command(ward, "--workers", "2"), start_new_session=True)
    time.sleep(whole * share)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    hold(ward, "--workers", "2")
    assert tables(ward) == tables(undisturbed)


def test_a_round_loads_no_kernel_before_it_needs_one() -> None:
    """Half of a round with nothing new would be spent on loading them."""
    heavy = (
        *("numba", "pyarrow", "scipy.cluster", "scipy.optimize", "scipy.stats"),
        *("distributed", "dask", "obstore", "psycopg"),  # engines that were not asked for
    )
    asked = (
        "import sys, nanoward.flows.round.ward_round, nanoward.faces.report, nanoward.wiring\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", f"{asked}print([m for m in {heavy} if m in sys.modules])"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"


def test_one_more_sample_recomputes_only_what_depends_on_it(ward: Path) -> None:
    hold(ward)
    samples = ward / "data" / "samples.csv"
    lines = samples.read_text().splitlines()
    header = lines[0].split(",")
    last = dict(zip(header, lines[-3].split(","), strict=True))
    fresh = last | {"sample": "NEW1"}
    samples.write_text("\n".join([*lines, ",".join(fresh[name] for name in header)]) + "\n")
    (genomes,) = (ward / "data").glob("*.fasta.gz")
    text = gzip.decompress(genomes.read_bytes()).decode()
    records = [one for one in text.split(">") if one.startswith(last["sample"] + "|")]
    added = "".join(">" + one.replace(last["sample"], "NEW1", 1) for one in records)
    genomes.write_bytes(gzip.compress((text + added).encode(), mtime=0))
    computed, recalled = counts(hold(ward))
    assert 0 < computed < 12, (computed, recalled)
    assert recalled > 5 * computed


def counts(told: str) -> tuple[int, int]:
    (line,) = [one for one in told.splitlines() if "computed now" in one]
    numbers = [int(word.strip(";")) for word in line.split() if word.strip(";").isdigit()]
    return numbers[0], numbers[1]


@pytest.mark.hazard("H-442")
def test_an_edited_rule_is_what_the_next_round_decides_by(
    undisturbed: Path, tmp_path: Path
) -> None:
    """Nothing is deleted and no number is raised."""
    ward = Path(shutil.copytree(undisturbed, tmp_path / "ward"))
    source = Path(nanoward.__file__).parent
    shutil.copytree(source, tmp_path / "nanoward", ignore=shutil.ignore_patterns("*.nb[ci]"))
    rule = tmp_path / "nanoward/clearance/grading/calcium.py"

    def held() -> str:
        run = subprocess.run(
            command(ward, "--explain", "--workers", "1"),
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": str(tmp_path)},
        )
        assert run.returncode in (0, 1, 8), run.stderr
        return run.stdout

    assert "steps: none; nothing changed" in held()
    rule.write_text(rule.read_text() + "\n# another rule\n")
    told = held()
    assert "clear: changed: software" in told
    assert "steps: none; nothing changed" in held()
