"""Read typing on unkind data of known truth: adapters, copies, a relative, very deep amplicons.

    python benchmarks/bench_unkind.py

Letters are wrong as often as their qualities say, with runs of poor ones at the ends of reads;
copying before sequencing adds wrong letters that no quality tells of.
"""

import resource
from dataclasses import dataclass, field

import numpy as np

from nanoward.adapters.formats import FileFormats
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import AgentIndex, agent_index
from nanoward.catalogue.identity.read_qc_findings import other_strain
from nanoward.flows.catalogue.call_reads import ReadSample, TypedReads, call_reads
from nanoward.ports.reads import ReadFile
from nanoward.testing.reads import ADAPTER, BASES, random_genome

_OTHER = np.zeros(256, np.uint8)
_OTHER[BASES] = BASES[::-1]
LENGTH = 150
Text = np.ndarray


@dataclass(frozen=True)
class Wish:
    pairs: int
    insert: float = 400.0
    spread: float = 50.0
    copies: int = 1
    copy_error: float = 1e-6  # per base: a high-fidelity polymerase and 25 rounds
    starts: tuple[int, ...] = ()  # of amplicons
    seed: int = 1
    name: str = "r"
    sides: tuple[list[bytes], list[bytes]] = field(default_factory=lambda: ([], []))


def fastq(genome: Text, wish: Wish) -> tuple[bytes, bytes]:
    """Both mates as FASTQ."""
    rng = np.random.default_rng(wish.seed)
    sides: tuple[list[bytes], list[bytes]] = ([], [])
    for first in range(0, wish.pairs, 20_000):
        count = min(20_000, wish.pairs - first)
        _some(genome, wish, count, first, rng, sides)
    return b"".join(sides[0]), b"".join(sides[1])


def _some(
    genome: Text,
    wish: Wish,
    count: int,
    first: int,
    rng: np.random.Generator,
    sides: tuple[list[bytes], list[bytes]],
) -> None:
    size = np.clip(rng.normal(wish.insert, wish.spread, count), 60, len(genome)).astype(int)
    start = (rng.random(count) * (len(genome) - size + 1)).astype(int)
    if wish.starts:
        start = rng.choice(wish.starts, count)
        size[:] = int(wish.insert)
    start, size = np.repeat(start, wish.copies), np.repeat(size, wish.copies)
    turned = np.repeat(rng.random(count) < 0.5, wish.copies)
    along = np.arange(LENGTH)
    adapter = np.frombuffer((ADAPTER + "G" * LENGTH).encode(), np.uint8)[:LENGTH]
    lost = rng.random((count, 2, LENGTH)) < wish.copy_error
    lost = np.repeat(lost, wish.copies, axis=0)
    for mate in range(2):
        left = turned == bool(mate)
        at = np.where(
            left[:, None], start[:, None] + along, (start + size)[:, None] - 1 - along
        )
        letters = genome[np.clip(at, 0, len(genome) - 1)]
        letters = np.where(left[:, None], letters, _OTHER[letters])
        over = along[None, :] - size[:, None]
        letters = np.where(over >= 0, adapter[np.clip(over, 0, LENGTH - 1)], letters)
        letters = np.where(lost[:, mate], _OTHER[letters], letters)
        poor = along[None, :] > rng.normal(140, 15, len(start))[:, None]
        quality = np.where(poor, rng.integers(5, 25, letters.shape), 37).astype(np.uint8)
        quality[rng.random(letters.shape) < 0.02] = 15
        wrong = rng.random(letters.shape) < 10 ** (-quality.astype(float) / 10)
        letters = np.where(wrong, BASES[rng.integers(0, 4, letters.shape)], letters)
        head = np.frombuffer(
            b"".join(b"@%s%09d\n" % (wish.name.encode(), wish.copies * first + n)
                     for n in range(len(start))), np.uint8).reshape(len(start), -1)  # fmt: skip
        line = np.full((len(start), 1), 10, np.uint8)
        plus = np.tile(np.frombuffer(b"\n+\n", np.uint8), (len(start), 1))
        rows = np.hstack([head, letters.astype(np.uint8), plus, quality + np.uint8(33), line])
        sides[mate].append(rows.tobytes())


def changed(genome: Text, places: np.ndarray, seed: int) -> Text:
    told = genome.copy()
    shift = np.random.default_rng(seed).integers(1, 4, len(places))
    told[places] = BASES[(np.searchsorted(BASES, told[places]) + shift) % 4]
    return told


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def typed_from(
    agent: AgentIndex, reads: list[tuple[bytes, bytes]], rules: CallingRules | None = None
) -> TypedReads:
    one, two = (b"".join(pair[side] for pair in reads) for side in (0, 1))
    asked = ReadSample(
        sample="s",
        first=ReadFile(name="s_1.fq", content=one),
        second=ReadFile(name="s_2.fq", content=two),
    )
    return call_reads(asked, agent, rules or CallingRules(), FileFormats())


def tell(
    title: str,
    agent: AgentIndex,
    reads: list[tuple[bytes, bytes]],
    truth: tuple[set[tuple[int, str]], set[tuple[int, str]]],
    rules: CallingRules | None = None,
) -> None:
    before = cpu()
    typed = typed_from(agent, reads, rules)
    spent = cpu() - before
    assert typed.calls is not None
    own = {(one.at, one.alt) for one in typed.calls.letters if one.frequency > 0.5}
    minor = {(one.at, one.alt) for one in typed.calls.letters if one.frequency <= 0.5}
    parts = [
        f"{name} {len(found & true)}/{len(true)}, false {len(found - true)}"
        for name, found, true in zip(("own", "minor"), (own, minor), truth, strict=True)
    ]
    print(f"{title}: {'; '.join(parts)}; indels {len(typed.calls.indels)}; {spent:.1f} CPU s")
    depth = typed.calls.depth[agent.codes < 4]
    told = other_strain(typed.calls, agent)
    print(f"  depth {np.median(depth):.0f} (most {depth.max():,}); second strain {told}")
    print("  " + " ".join(sorted({one.code for one in typed.findings})))


def pairs_of(letters: Text, places: np.ndarray) -> set[tuple[int, str]]:
    return {(int(at), chr(letters[at])) for at in places}


def main() -> None:
    rng = np.random.default_rng(11)
    genome = np.frombuffer(random_genome(200_000, 1).encode(), np.uint8)
    agent = agent_index({"c": genome.tobytes().decode()})
    places = np.sort(rng.choice(np.arange(200, 199_800), 300, replace=False))
    fixed, rare = places[::3], np.sort(np.concatenate([places[1::3], places[2::3]]))
    own = changed(genome, fixed, 2)
    both = changed(own, rare, 3)
    truth = pairs_of(own, fixed), pairs_of(both, rare)
    n = 200_000 // 300
    plain = [fastq(own, Wish(pairs=90 * n)), fastq(both, Wish(pairs=10 * n, seed=2, name="m"))]
    tell("kind, 100x, 10 % minor", agent, plain, truth)
    short = [
        fastq(own, Wish(pairs=90 * n, insert=110, spread=25)),
        fastq(both, Wish(pairs=10 * n, insert=110, spread=25, seed=2, name="m")),
    ]
    tell("adapters in most reads (inserts of 110)", agent, short, truth)
    copied = [
        fastq(own, Wish(pairs=90 * n, copies=4, copy_error=1e-4)),
        fastq(both, Wish(pairs=10 * n, copies=4, copy_error=1e-4, seed=2, name="m")),
    ]
    tell("four copies of each pair, 1e-4 wrong before copying", agent, copied, truth)
    relatives()
    jackpots(agent, own, places)
    deep_amplicons(agent, genome)


def relatives() -> None:
    """5 % of a relative at 98 %, ten genomes: own, minor and relative's letters by chance."""
    n = 200_000 // 300
    found, true, false, own_false = 0, 0, [], 0
    for seed in range(301, 311):
        rng = np.random.default_rng(seed)
        genome = np.frombuffer(random_genome(200_000, seed).encode(), np.uint8)
        agent = agent_index({"c": genome.tobytes().decode()})
        places = np.sort(rng.choice(np.arange(200, 199_800), 300, replace=False))
        fixed, rare = places[::3], np.sort(np.concatenate([places[1::3], places[2::3]]))
        own = changed(genome, fixed, seed + 2)
        both = changed(own, rare, seed + 3)
        other = changed(genome, np.flatnonzero(rng.random(len(genome)) < 0.02), seed + 5)
        reads = [
            fastq(own, Wish(pairs=90 * n, seed=seed + 6)),
            fastq(both, Wish(pairs=10 * n, seed=seed + 7, name="m")),
            fastq(other, Wish(pairs=5 * n, seed=seed + 8, name="x")),
        ]
        typed = typed_from(agent, reads)
        assert typed.calls is not None
        letters = typed.calls.letters
        told = {(one.at, one.alt) for one in letters if one.frequency <= 0.5}
        sure = {(one.at, one.alt) for one in letters if one.frequency > 0.5}
        truth = pairs_of(both, rare)
        found, true = found + len(told & truth), true + len(truth)
        false.append(len(told - truth))
        own_false += len(sure ^ pairs_of(own, fixed))
    print(
        f"5 % of a relative at 98 %, ten new genomes: at 10 % {found}/{true} = "
        f"{found / true:.4f}, precision {found / (found + sum(false)):.4f}, false by genome "
        f"{false}; own letters missed or false {own_false}"
    )


def jackpots(agent: AgentIndex, own: Text, places: np.ndarray) -> None:
    """50 letters that are wrong in one molecule, of which ten copies are read at 100x."""
    n = 200_000 // 300
    sites = np.arange(2_000, 198_000, 3_920)[:50]
    truth = pairs_of(own, places[::3]), set[tuple[int, str]]()
    for title, starts in (("one molecule's ten copies", 1), ("copied, then broken", 10)):
        reads = [fastq(own, Wish(pairs=100 * n))]
        rng = np.random.default_rng(12)
        for at, site in enumerate(sites):
            wrong = changed(own, np.array([site]), 40 + at)
            begin = tuple(int(one) for one in site - rng.integers(20, 130, starts))
            wish = Wish(
                pairs=starts, starts=begin, copies=10 // starts, seed=60 + at, name=f"j{at:02}"
            )
            reads.append(fastq(wrong, wish))
        tell(f"jackpot errors at 9 %, {title}", agent, reads, truth)


def deep_amplicons(agent: AgentIndex, genome: Text) -> None:
    """Two amplicons of 400 at 150,000: minor letters of 1, 2 and 5 % among copying errors."""
    starts = (50_000, 120_000)
    for error in (1e-6, 1e-4):
        sets, expected = [], set()
        sets.append(
            fastq(genome, Wish(pairs=276_000, insert=280, starts=starts, copy_error=error))
        )
        for part, (share, step) in enumerate(((0.01, 30), (0.02, 70), (0.05, 110))):
            places = np.array([start + step for start in starts])
            other = changed(genome, places, 7 + part)
            expected |= pairs_of(other, places)
            wish = Wish(
                pairs=int(300_000 * share), insert=280, starts=starts, copy_error=error,
                seed=20 + part, name=f"m{part}",
            )  # fmt: skip
            sets.append(fastq(other, wish))
        for part, share in enumerate((0.05, 0.1)):  # an error of the first rounds of copying
            jackpot = changed(genome, np.array([start + 240 for start in starts]), 30 + part)
            wish = Wish(
                pairs=int(300_000 * share), insert=280, starts=starts[part : part + 1],
                copy_error=error, seed=40 + part, name=f"j{part}",
            )  # fmt: skip
            sets.append(fastq(jackpot, wish))
        rules = CallingRules(keep_duplicates=True)
        tell(
            f"amplicons at 150,000, {error:g} copying errors",
            agent,
            sets,
            (set(), expected),
            rules,
        )


if __name__ == "__main__":
    main()
