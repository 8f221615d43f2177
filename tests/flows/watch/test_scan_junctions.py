"""Junctions from files: the simulated set in full where it is there."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.flows.watch.scan_junctions import NoAgentSequenceError, scan_junctions
from nanoward.ports.reads import ReadFile

SET = Path(__file__).parents[4] / "shared/data/watch/junctions_simulated"


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


AGENT, HOST = sequence(2000, 1), sequence(2000, 2)


def test_a_junction_its_limit_and_a_sample_without_the_agent() -> None:
    joined = AGENT[:1000] + HOST[:1000]
    reads = [AGENT[at : at + 150] for at in range(0, 1850, 5)]
    reads += [joined[900:1050], joined[920:1070]]
    content = "".join(f"@r\n{one}\n+\n{'I' * 150}\n" for one in reads).encode()
    agent = [("a.fasta", f">vec\n{AGENT}\n".encode())]
    found = scan_junctions([ReadFile(name="s.fq", content=content)], agent, FileFormats())
    assert [(one.kind, one.contig) for one in found.chimeras] == [("chimera", "vec")]
    assert 10 < found.depth < 30
    assert found.limit == pytest.approx(4.75 / found.depth)
    host = "".join(f"@r\n{HOST[at : at + 150]}\n+\n{'I' * 150}\n" for at in range(9)).encode()
    empty = scan_junctions([ReadFile(name="h.fq", content=host)], agent, FileFormats())
    assert (empty.junctions, empty.depth) == ((), 0.0)


def test_an_agent_without_letters_is_refused() -> None:
    with pytest.raises(NoAgentSequenceError):
        scan_junctions([], [], FileFormats())


@pytest.mark.skipif(not SET.exists(), reason="the simulated junctions are not here")
def test_every_planted_junction_is_found_and_deletions_are_told_apart() -> None:
    sample = ReadFile(name="reads.fastq.gz", path=str(SET / "reads.fastq.gz"))
    agent = [("agent.fasta.gz", (SET / "agent.fasta.gz").read_bytes())]
    found = scan_junctions([sample], agent, FileFormats())
    truth = list(csv.DictReader((SET / "truth.csv").read_text().splitlines()))
    letters = gzip.decompress(agent[0][1]).decode().split("\n", 1)[1].replace("\n", "")
    planted = {"chimera": 0, "deletion in the agent": 0}
    for row in truth:
        planted[row["kind"]] += 1
    assert len(found.chimeras) == planted["chimera"] == 16
    assert len(found.junctions) == len(truth)
    for row in truth:
        at = int(row["agent_position"])
        own = at if row["agent_strand"] == "+" else len(letters) - at
        kind = "chimera" if row["kind"] == "chimera" else "rearrangement"
        near = [
            one
            for one in found.junctions
            if one.strand == row["agent_strand"] and abs(one.position - own) <= 6
        ]
        assert [one.kind for one in near] == [kind]
