import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from nanoward.agents import sequence_sha256
from nanoward.base.errors import UsageError
from nanoward.faces.cli.agents import group
from nanoward.faces.cli.catalogue.commands import group as catalogue
from nanoward.testing.reads import Library, packed, random_genome, simulated_pairs

LETTERS = random_genome(2000, 1)
SPEC = f"""\
name = "lamp"
title = "A device"
version = "1.0.0"
kind = "device"
expires = 2099-01-01
[[contigs]]
name = "c"
length = 2000
sha256 = "{sequence_sha256(LETTERS)}"
[[loci]]
name = "off"
role = "kill"
contig = "c"
first = 500
last = 700
[[effects]]
term = "Sleep"
direction = "benefit"
share = 0.5
"""


def run(*line: str) -> Result:
    return CliRunner().invoke(group, list(line), standalone_mode=False)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "spec.toml").write_text(SPEC)
    (tmp_path / "reference.fasta").write_text(f">c\n{LETTERS}\n")
    return tmp_path / "spec.toml"


def test_a_sound_spec_is_told_so_and_written_as_another_format(spec: Path) -> None:
    out = spec.parent / "lamp.gb"
    told = run("check", str(spec), "--to", str(out))
    assert (told.return_value, told.stdout) == (0, "lamp 1.0.0: no faults\n")
    assert run("check", str(out)).return_value == 0
    spec.write_text(SPEC.replace("last = 700", "last = 7000"))
    shown = run("check", str(spec), "--json")
    assert shown.return_value == 1
    assert [one["code"] for one in json.loads(shown.stdout)["findings"]] == ["AGT-123"]


def test_a_change_is_shown(spec: Path) -> None:
    other = spec.parent / "other.toml"
    other.write_text(SPEC.replace("0.5", "0.6"))
    told = run("diff", str(spec), str(other))
    assert told.return_value == 1
    assert "effects/Sleep/share" in told.stdout


@pytest.mark.hazard("H-52")
def test_two_people_sign_and_a_version_is_published_once(spec: Path) -> None:
    here = spec.parent
    people, line = [], ["publish", str(spec), "--registry", str(here / "registry")]
    for name in ("ada", "ben"):
        public = run("key", str(here / f"{name}.key")).stdout.strip()
        people.append(f'{name} = "{public}"')
        run("sign", str(spec), "--person", name, "--key", str(here / f"{name}.key"),
            "--out", str(here / f"{name}.json"))  # fmt: skip
        line += ["--signature", str(here / f"{name}.json")]
    (here / "people.toml").write_text("\n".join(people))
    line += ["--people", str(here / "people.toml")]
    assert "published" in run(*line).stdout
    assert (here / "registry" / "lamp" / "1.0.0.json").exists()
    again = run(*line)
    assert getattr(again.exception, "code", "") == "AGT-001"
    assert isinstance(run("key", str(here / "ada.key")).exception, UsageError)


@pytest.mark.hazard("H-53")
def test_a_lot_is_released_or_refused_by_the_exit_code(spec: Path) -> None:
    here = spec.parent
    changed = (
        LETTERS[:599] + LETTERS[599].translate(str.maketrans("ACGT", "CGTA")) + LETTERS[600:]
    )
    for name, genome in (("good", LETTERS), ("bad", changed)):
        for mate, text in zip("12", simulated_pairs(genome, Library(depth=60), 1), strict=True):
            (here / f"{name}_{mate}.fastq.gz").write_bytes(packed(text))
    told = {
        name: run("release", name, str(here / f"{name}_1.fastq.gz"),
                  str(here / f"{name}_2.fastq.gz"), "--spec", str(spec))
        for name in ("good", "bad")
    }  # fmt: skip
    assert (told["good"].return_value, told["bad"].return_value) == (0, 4)
    assert "may be given" in told["good"].stdout
    assert "c:600" in told["bad"].stdout


def test_a_lot_is_told_position_by_position_and_its_variants_are_no_adaptation(
    spec: Path,
) -> None:
    other = "A" if LETTERS[1099] != "A" else "C"
    here, changed = spec.parent, LETTERS[:1099] + other + LETTERS[1100:]
    both = [
        simulated_pairs(one, Library(depth=60), seed)
        for seed, one in enumerate((changed, LETTERS))
    ]
    lot = [here / f"lot_{mate}.fastq.gz" for mate in "12"]
    for path, *texts in zip(lot, *both, strict=True):
        path.write_bytes(packed(b"".join(texts)))  # half of the lot has the variant
    line = ["release", "L7", *map(str, lot), "--spec", str(spec), "--out", str(here / "l7")]
    run(*line)
    limits = pl.read_parquet(here / "l7" / "limits.parquet")
    covered = (limits["last"] - limits["first"] + 1).sum()
    assert covered == len(LETTERS)  # every position has a limit, or none could be seen there
    (here / "host.fasta").write_text(f">s1|c\n{changed}\n")
    (here / "s.csv").write_text("sample,participant,taken,lot\ns1,p,2026-03-01,L7\n")
    line = ["adapt", str(here / "host.fasta"), "--samples", str(here / "s.csv"), "--json",
            "--reference", str(here / "reference.fasta"), "--quiet"]  # fmt: skip
    known = [*line, "--lot", f"L7={here / 'l7' / 'L7.vcf'}"]
    told = json.loads(CliRunner().invoke(catalogue, known).stdout)["departures"][0]
    assert told["start"] == "lot"
    assert told["acquired"] == 0.0  # it rose in the host, but the lot had it
    assert 0.3 < told["differences"] < 0.7


@pytest.mark.hazard("H-53")
def test_a_spec_is_published_and_a_lot_released_on_the_ledger_of_a_programme(
    spec: Path,
) -> None:
    from nanoward.flows.lots.register_agents import agent_register
    from nanoward.wiring import open_ports

    ward = spec.parent / "ward"
    ward.mkdir()
    signed, people = list[str](), list[str]()
    for name in ("ada", "ben"):
        public = run("key", str(ward / f"{name}.key")).stdout.strip()
        people.append(f'{name} = "{public}"')
        out = ward / f"{name}.json"
        run("sign", str(spec), "--person", name, "--key", str(ward / f"{name}.key"),
            "--out", str(out))  # fmt: skip
        signed += ["--signature", str(out)]
    (ward / "programme.toml").write_text('name = "w"\n[agents.people]\n' + "\n".join(people))
    reads = []
    for mate, text in zip("12", simulated_pairs(LETTERS, Library(depth=60), 1), strict=True):
        reads.append(str(ward / f"lot_{mate}.fastq.gz"))
        Path(reads[-1]).write_bytes(packed(text))
    release = ["release", "L1", *reads, "--spec", str(spec), "--programme", str(ward)]
    assert getattr(run(*release).exception, "code", "") == "AGT-006"  # no spec in force
    assert "published lamp 1.0.0" in run(
        "publish", str(spec), *signed, "--programme", str(ward)
    ).stdout  # fmt: skip
    assert run(*release).return_value == 0
    with open_ports(str(ward), quiet=True) as ports:
        register = agent_register(ports.ledger)
    assert register.versions("lamp") == ("1.0.0",)
    assert type(register.lots["L1"]).__name__ == "LotReleased"
    assert isinstance(run("publish", str(spec), *signed).exception, UsageError)


def test_a_spec_in_toml_comes_with_its_fasta(spec: Path) -> None:
    place = spec.parent / "copy"
    place.mkdir()
    run("check", str(spec), "--to", str(place / "spec.toml"))
    assert run("check", str(place / "spec.toml")).return_value == 0
    assert run("diff", str(spec), str(place / "spec.toml")).return_value == 0
