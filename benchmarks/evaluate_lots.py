"""How many changes of a kill locus does a lot's release find, and how often is it wrong?

    python benchmarks/evaluate_lots.py [DEPTH] [SOUND]

Every single-base change of a kill locus of 300 letters (900 lots) at a mean DEPTH of 30, then
SOUND lots (1,000) without a change. Reads: pairs of 2 x 100, 0.2 % of letters wrong.
"""

import sys
import time
from datetime import date

from nanoward.adapters.formats import FileFormats
from nanoward.agents import AgentSpec, Contig, Locus, sequence_sha256
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.flows.agents.check_agents import CheckedAgent
from nanoward.flows.lots.release_lot import LotReport, release_lot
from nanoward.ports.reads import ReadFile
from nanoward.testing.reads import Library, random_genome, simulated_pairs

GENOME = random_genome(3_000, 5)
FIRST, LAST = 1_351, 1_650


def checked() -> CheckedAgent:
    contig = Contig(name="c", length=len(GENOME), sha256=sequence_sha256(GENOME))
    locus = Locus(name="off", role="kill", contig="c", first=FIRST, last=LAST)
    spec = AgentSpec(
        name="x", title="x", version="1.0.0", kind="device", expires=date(2099, 1, 1),
        contigs=(contig,), loci=(locus,),
    )  # fmt: skip
    return CheckedAgent(spec=spec, sequences={"c": GENOME}, findings=())


def released(genome: str, depth: float, seed: int, formats: FileFormats) -> LotReport:
    first, second = simulated_pairs(genome, Library(depth=depth), seed)
    reads = [ReadFile(name="1", content=first), ReadFile(name="2", content=second)]
    return release_lot("lot", checked(), reads, CallingRules(), formats)


def main(depth: float, sound: int) -> None:
    formats, begun = FileFormats(), time.process_time()
    found = exact = refused = total = 0
    for position in range(FIRST, LAST + 1):
        for alt in "ACGT".replace(GENOME[position - 1], ""):
            genome = GENOME[: position - 1] + alt + GENOME[position:]
            report = released(genome, depth, total, formats)
            told = [(one.position, one.alt) for one in report.verdict.differences]
            found += (position, alt) in told
            exact += told == [(position, alt)]
            refused += not report.verdict.released
            total += 1
    print(f"changed lots at {depth:g}x: {found}/{total} found, {exact} of them alone, "
          f"{refused} refused")  # fmt: skip
    wrong = lots = calls = 0
    for seed in range(sound):
        verdict = released(GENOME, depth, 10_000 + seed, formats).verdict
        calls += len(verdict.differences)
        lots += bool(verdict.differences)
        wrong += not verdict.released
    print(f"sound lots at {depth:g}x: {calls} false calls in {lots} of {sound} lots "
          f"({calls / (sound * len(GENOME)):.1e} per position); {wrong} refused")  # fmt: skip
    print(f"CPU {time.process_time() - begun:.0f} s")


if __name__ == "__main__":
    numbers = [float(one) for one in sys.argv[1:]]
    main(numbers[0] if numbers else 30.0, int(numbers[1]) if len(numbers) > 1 else 1_000)
