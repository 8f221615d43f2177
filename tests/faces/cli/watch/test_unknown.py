"""nanoward watch unknown, sketch and junctions as they are typed."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from nanoward.faces.cli import cli


def typed(*words: str | Path) -> Result:
    told = ["watch", *map(str, words), "--quiet"]
    return CliRunner().invoke(cli, told, standalone_mode=False)


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


HOST, VIRUS = sequence(20_000, 1), sequence(3000, 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, virus in (("c1", 0), ("c2", 0), ("c3", 0), ("s", 400)):
        rng = np.random.default_rng(len(name) + ord(name[-1]))
        reads = [HOST[at : at + 100] for at in rng.integers(0, 19_900, 600)]
        reads += [VIRUS[at : at + 100] for at in rng.integers(0, 2900, virus)]
        text = "".join(f"@r\n{one}\n+\n{'I' * 100}\n" for one in reads)
        (tmp_path / f"{name}.fastq").write_text(text)
    (tmp_path / "host.fasta").write_text(f">host\n{HOST}\n")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "programme.toml").write_text('name = "w"\ntitle = "W"\n')
    return tmp_path


def test_an_unknown_agent_is_told_followed_and_opens_an_incident(folder: Path) -> None:
    controls = [word for at in (1, 2, 3) for word in ("--control", folder / f"c{at}.fastq")]
    words = ("unknown", folder / "s.fastq", "--shown", folder / "host.fasta", *controls)
    where = ("--follow", folder / "f.json", "--programme", folder / "p", "--subject", "P1")
    told = typed(*words, *where, "--as-of", "2026-11-30", "--json")
    assert told.return_value == 1, told.output
    table = json.loads(told.stdout)
    (agent,) = table["agents"]
    assert agent["kmers"] > 100
    assert len(table["incidents"]) == 1
    again = typed(*words, *where, "--as-of", "2026-12-07", "--json")
    assert json.loads(again.stdout)["agents"] == []
    assert json.loads(again.stdout)["followed"][0]["samples"] == 2
    quiet = typed("unknown", folder / "c1.fastq", "--shown", folder / "host.fasta", *controls)
    assert quiet.return_value == 0
    assert "nothing unknown" in quiet.stdout
    assert typed(*words, "--follow", folder / "g.json").exception is not None  # of nobody


@pytest.mark.hazard("H-323")
def test_sketches_go_out_and_come_in_and_another_k_is_told(folder: Path) -> None:
    sig = folder / "v.sig"
    (folder / "v.fasta").write_text(f">v\n{VIRUS}\n")
    assert typed("sketch", folder / "v.fasta", "--out", sig).return_value == 0
    shown = ("--shown", sig, "--shown", folder / "host.fasta")
    controls = [word for at in (1, 2, 3) for word in ("--control", folder / f"c{at}.fastq")]
    assert typed("unknown", folder / "s.fastq", *shown, *controls).return_value == 0
    table = json.loads(sig.read_text())
    table[0]["signatures"][0]["ksize"] = 21
    sig.write_text(json.dumps(table))
    told = typed("unknown", folder / "s.fastq", *shown, *controls, "--json")
    assert told.return_value == 1
    (finding,) = json.loads(told.stdout)["findings"]
    assert (finding["code"], finding["file"]) == ("WCH-023", str(sig))
    assert "its k is 21" in finding["message"]


@pytest.mark.hazard("H-322")
def test_a_chimera_is_told_and_opens_an_incident(folder: Path) -> None:
    joined = VIRUS[:1000] + HOST[5000:6000]
    reads = [VIRUS[at : at + 100] for at in range(0, 2900, 5)]
    reads += [joined[940:1040], joined[950:1050], joined[960:1060]]
    sample, agent = folder / "j.fastq", folder / "v.fasta"
    sample.write_text("".join(f"@r\n{one}\n+\n{'I' * 100}\n" for one in reads))
    agent.write_text(f">vec\n{VIRUS}\n")
    words = ("junctions", sample, "--agent", agent)
    told = typed(*words, "--programme", folder / "p", "--subject", "P1", "--as-of",
                 "2026-11-30", "--json")  # fmt: skip
    assert told.return_value == 1, told.output
    (one,) = json.loads(told.stdout)["junctions"]
    assert (one["kind"], one["contig"]) == ("chimera", "vec")
    assert len(json.loads(told.stdout)["incidents"]) == 1
    assert "behind letter" in json.loads(typed(*words, "--json").stdout)["junctions"][0]["told"]
    plain = typed("junctions", folder / "c1.fastq", "--agent", agent)
    assert plain.return_value == 0
    assert "the agent is not in these reads" in plain.stdout
