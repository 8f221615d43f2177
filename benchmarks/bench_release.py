"""Release of a lot at a depth of 30: every change of a letter at the kill locus, and no other.

    python benchmarks/bench_release.py [sound lots, 1000]

A small agent (3 kb); each of the three other letters at each of the 120 positions of its kill
locus is a lot of its own, then sound lots are judged. Depth counts letters as they are made.
"""

import sys
from datetime import date

from nanoward.adapters.formats import FileFormats
from nanoward.agents import AgentSpec, Contig, Locus
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.flows.agents.check_agents import CheckedAgent
from nanoward.flows.lots.release_lot import LotReport, release_lot
from nanoward.ports.reads import ReadFile
from nanoward.testing.reads import Library, random_genome, simulated_pairs

DEPTH = 30.0
GENOME = random_genome(3_000, 5)
FIRST, LAST = 1_401, 1_520
SPEC = AgentSpec(
    name="x",
    title="",
    version="1.0.0",
    kind="phage",
    expires=date(2027, 1, 1),
    contigs=(Contig(name="c", length=len(GENOME), sha256=""),),
    loci=(Locus(name="off", role="kill", contig="c", first=FIRST, last=LAST),),
)
CHECKED = CheckedAgent(spec=SPEC, sequences={"c": GENOME}, findings=())


def judged(genome: str, seed: int) -> LotReport:
    reads = simulated_pairs(
        genome, Library(depth=DEPTH, length=150, insert=400, spread=50), seed
    )
    files = [ReadFile(name=name, content=text) for name, text in zip("12", reads, strict=True)]
    return release_lot("L", CHECKED, files, CallingRules(), FileFormats())


def main(sound: int = 1000) -> None:
    found = refused = more = total = 0
    for at in range(FIRST - 1, LAST):
        for other in sorted(set("ACGT") - {GENOME[at]}):
            verdict = judged(GENOME[:at] + other + GENOME[at + 1 :], 4 * at).verdict
            told = [(one.position, one.alt, one.part) for one in verdict.differences]
            total += 1
            found += (at + 1, other, "kill") in told
            refused += not verdict.released
            more += len(told) - ((at + 1, other, "kill") in told)
    print(
        f"changed at the kill locus: {found}/{total} found, {refused} refused, {more} more told"
    )
    false = released = 0
    for seed in range(sound):
        verdict = judged(GENOME, 100_000 + seed).verdict
        false += bool(verdict.differences)
        released += verdict.released
    print(f"sound: {false}/{sound} with a false difference, {released} released")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
