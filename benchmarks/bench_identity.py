"""The identity gate on simulated reads of known identity, coverage and mixture.

    python benchmarks/bench_identity.py [identity] [sound] [mixtures] [pure]

identity  error of the estimate for identities from 100 to 90 % and coverages from 0.05 to 30
sound     how many sound samples are gated wrongly: thin ones, adapters, foreign reads beside
mixtures  how many mixtures of two and three strains are told as such
pure      how many pure samples, with own minor variants, are told as mixtures
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from bench_unkind import Wish, changed, fastq

from nanoward.adapters.formats import FileFormats
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import AgentIndex, agent_index
from nanoward.catalogue.identity.identity_test import Identity
from nanoward.flows.catalogue.call_reads import ReadSample, call_reads
from nanoward.ports.reads import ReadFile
from nanoward.testing.reads import random_genome

Text = np.ndarray
INSERT = 400
TIMES = 4  # for each mixture


def genome_of(length: int, seed: int) -> tuple[Text, AgentIndex]:
    text = random_genome(length, seed)
    return np.frombuffer(text.encode(), np.uint8), agent_index({"c": text})


def relative(genome: Text, identity: float, seed: int) -> Text:
    places = np.random.default_rng(seed).random(len(genome)) < 1 - identity
    return changed(genome, np.flatnonzero(places), seed + 1)


def pairs_for(genome: Text, coverage: float) -> int:
    return max(1, round(coverage * len(genome) / 300))


def gate(agent: AgentIndex, sets: Iterable[tuple[bytes, bytes]]) -> Identity:
    sets = list(sets)
    one, two = (b"".join(pair[side] for pair in sets) for side in (0, 1))
    asked = ReadSample(
        sample="s",
        first=ReadFile(name="1.fq", content=one),
        second=ReadFile(name="2.fq", content=two),
    )
    told = call_reads(asked, agent, CallingRules(), FileFormats()).identity
    assert told is not None
    return told


def identities() -> None:
    genome, agent = genome_of(1_000_000, 1)
    print("identity  coverage  samples  mean error  largest error  limits hold  verdicts")
    for share in (1.0, 0.999, 0.995, 0.99, 0.98, 0.95, 0.9):
        for coverage, times in ((0.05, 20), (0.3, 10), (1, 5), (5, 2), (30, 1)):
            errors, held, verdicts = [], 0, Counter[str]()
            for at in range(times):
                seed = round(1e4 * share + 100 * coverage) + 7 * at
                other = relative(genome, share, seed)
                true = float((other == genome).mean())
                wish = Wish(pairs=pairs_for(genome, coverage), insert=INSERT, seed=seed)
                told = gate(agent, [fastq(other, wish)])
                verdicts[told.verdict] += 1
                if told.identity is not None and told.low is not None:
                    errors.append(told.identity - true)
                    held += told.low <= true <= (told.high or 0)
            worst = max(errors, key=abs, default=np.nan)
            print(
                f"{share:8.1%}  {coverage:8}  {times:7}  {np.mean(errors):10.3%}  "
                f"{worst:13.3%}  {held:6}/{len(errors):<4}  {dict(verdicts)}",
                flush=True,
            )


def sound() -> None:
    genome, agent = genome_of(1_000_000, 2)
    foreign, _ = genome_of(1_000_000, 3)
    verdicts = Counter[str]()
    rng = np.random.default_rng(4)
    for at in range(1_200):
        own = relative(genome, 1 - rng.choice([0.0, 1e-5, 2e-4, 1e-3]), 10 + at)
        coverage = float(rng.choice([0.02, 0.05, 0.2, 1.0], p=[0.3, 0.4, 0.2, 0.1]))
        insert = float(rng.choice([400, 110]))
        sets = [fastq(own, Wish(pairs=pairs_for(genome, coverage), insert=insert, seed=at))]
        if rng.random() < 0.3:
            sets.append(fastq(foreign, Wish(pairs=1_000, seed=at, name="x")))
        verdicts[gate(agent, sets).verdict] += 1
    print(f"1,200 sound samples of 0.02 to 1x: {dict(verdicts)}", flush=True)


Shares = Sequence[float]


def mixed(genome: Text, agent: AgentIndex, parts: list[tuple[Text, float]], coverage: float,
          seed: int) -> Identity:  # fmt: skip
    sets = [
        fastq(
            text,
            Wish(pairs=pairs_for(genome, coverage * share), seed=seed + at, name=f"n{at}"),
        )
        for at, (text, share) in enumerate(parts)
    ]
    return gate(agent, sets)


def mixtures() -> None:
    genome, agent = genome_of(100_000, 5)
    print("coverage  identities of the others  shares  told (of 4)  second: share, identity")
    for coverage in (5, 60):
        for likeness in (0.999, 0.995, 0.99, 0.98, 0.95):
            for share in (0.02, 0.05, 0.2, 0.5):
                _tell(genome, agent, coverage, (likeness,), (share,))
        for others in ((0.98, 0.99), (0.95, 0.995)):
            for shares in ((0.05, 0.15), (0.2, 0.2)):
                _tell(genome, agent, coverage, others, shares)


def _tell(
    genome: Text, agent: AgentIndex, coverage: float, others: Shares, shares: Shares
) -> None:
    found, second = 0, []
    for at in range(TIMES):
        seed = (
            1_000 * at + round(1e4 * sum(others)) + round(100 * sum(shares)) + round(coverage)
        )
        parts = [(genome, 1 - sum(shares))]
        for which, (likeness, share) in enumerate(zip(others, shares, strict=True)):
            parts.append((relative(genome, likeness, seed + 50 * which), share))
        told = mixed(genome, agent, parts, coverage, seed)
        if told.second is not None:
            found += 1
            second.append((told.second.share, told.second.identity))
    middle = np.median(second, axis=0) if second else (np.nan, np.nan)
    print(
        f"{coverage:8}  {others!s:20}  {shares!s:14}  {found:3}  "
        f"{middle[0]:.1%}, {middle[1]:.2%}",
        flush=True,
    )


def pure() -> None:
    genome, agent = genome_of(100_000, 6)
    told = Counter[str]()
    rng = np.random.default_rng(7)
    for at in range(300):
        own = relative(genome, 1 - rng.choice([0, 1e-4, 1e-3]), at)
        minor = relative(own, 1 - rng.choice([1e-4, 1e-3]), at + 1)
        coverage = float(rng.choice([2, 10, 30, 60]))
        share = float(rng.choice([0.0, 0.05, 0.2]))
        wrong = float(rng.choice([1e-6, 1e-4]))
        sets = []
        for text, part, name in ((own, 1 - share, "a"), (minor, share, "b")):
            if part:
                wish = Wish(pairs=pairs_for(genome, coverage * part), seed=3 * at + len(sets),
                            name=name, copy_error=wrong)  # fmt: skip
                sets.append(fastq(text, wish))
        told[gate(agent, sets).verdict] += 1
    print(f"300 pure samples, own minor variants in two of three: {dict(told)}", flush=True)


if __name__ == "__main__":
    parts: dict[str, Callable[[], None]] = {
        "identity": identities, "sound": sound, "mixtures": mixtures, "pure": pure,
    }  # fmt: skip
    for name in sys.argv[1:] or list(parts):
        parts[name]()
