"""Unknown agents from files: one agent one sighting, followed over weeks."""

from datetime import date, timedelta

import numpy as np
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.flows.watch.raise_sightings import unknown_alarms
from nanoward.flows.watch.scan_unknown import (
    BadAgentFileError,
    FollowedAgent,
    UnknownScan,
    agents_text,
    read_agents,
    scan_unknown,
    shown_sketches,
)
from nanoward.ports.reads import ReadFile
from nanoward.sequencing.kmers.sketches import sketch_of
from nanoward.watch.sequences.signatures import written_signature

FORMATS, DAY = FileFormats(), date(2026, 11, 2)


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


HOST, RARE, VIRUS = sequence(60_000, 1), sequence(60_000, 2), sequence(5000, 3)


def fastq(seed: int, virus: int = 0) -> bytes:
    """A host at 5x, a rare guest at 0.4x, and reads of a virus."""
    rng = np.random.default_rng(seed)
    plan = ((HOST, 2000), (RARE, 160), (VIRUS, virus))
    reads = []
    for letters, many in plan:
        for at in rng.integers(0, len(letters) - 150, many):
            one = list(letters[at : at + 150])
            for wrong in np.flatnonzero(rng.random(150) < 0.003):
                one[wrong] = "ACGT"[rng.integers(0, 4)]
            reads.append("".join(one))
    return "".join(f"@r\n{one}\n+\n{'I' * 150}\n" for one in reads).encode()


def scan(
    seed: int, virus: int, followed: tuple[FollowedAgent, ...] = (), week: int = 0
) -> UnknownScan:
    controls, _ = shown_sketches([(f"c{at}.fastq", fastq(at)) for at in range(3)], FORMATS)
    return scan_unknown(
        [ReadFile(name="s.fq", content=fastq(seed, virus))],
        [sketch_of([HOST])],
        controls,
        FORMATS,
        day=DAY + timedelta(days=7 * week),
        followed=followed,
    )


@pytest.mark.hazard("H-324")
def test_an_agent_nobody_showed_is_one_sighting_with_its_kmers_and_a_stretch() -> None:
    assert scan(10, 0).agents == ()
    (one,) = scan(11, 500).agents
    own = sketch_of([VIRUS])
    assert np.isin(own.hashes, one.hashes).mean() >= 0.9
    assert np.isin(one.hashes, own.hashes).mean() >= 0.9
    turned = one.stretch[::-1].translate(str.maketrans("ACGT", "TGCA"))
    assert any(stretch in VIRUS for stretch in (one.stretch, turned))
    assert len(one.stretch) >= 150
    (alarm,) = unknown_alarms(scan(11, 500), "P1", DAY)
    assert alarm.alarm == f"unknown/{one.name} in P1/{DAY}"


def test_over_weeks_an_agent_keeps_its_name_and_its_growth_is_told() -> None:
    first = scan(11, 300)
    (agent,) = first.followed
    again = read_agents(agents_text(first.followed), "f.json")
    assert again == first.followed
    for week, many in ((1, 450), (2, 700)):
        found = scan(20 + week, many, again, week)
        again = found.followed
        assert found.agents == ()
    (one,) = again
    assert (one.name, len(one.history)) == (agent.name, 3)
    assert one.growth.low > 0.2
    assert "again" in unknown_alarms(found, "P1", DAY)[0].message


def test_sketches_stand_for_samples_and_few_controls_are_told() -> None:
    signature = written_signature(sketch_of([VIRUS]), "v").encode()
    ((one, reads),) = shown_sketches([("v.sig", signature)], FORMATS)[0]
    assert (len(one.hashes) > 100, reads) == (True, 0)
    found = scan_unknown(
        [ReadFile(name="s.fq", content=fastq(11, 500))],
        [one, sketch_of([HOST]), sketch_of([RARE])],
        [],
        FORMATS,
    )
    assert found.agents == ()
    assert [each.code for each in found.findings] == ["WCH-025"]


@pytest.mark.parametrize("text", ["", "{}", '{"unknown": 2, "agents": []}', "[]"])
def test_a_file_that_follows_nobody_is_refused(text: str) -> None:
    with pytest.raises(BadAgentFileError):
        read_agents(text, "f.json")
