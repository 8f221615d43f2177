"""One genome written in twelve ways: are profile, distances and bonds the same?

    python benchmarks/evaluate_ways.py [GENOMES] [HOUSEHOLDS] [SEED]

GENOMES (10) random genomes of 3,000 letters, drawn with the numbers from SEED (100) on, with
changes, alone and crowded, and twelve letters that nobody read, each in twelve ways beside
HOUSEHOLDS (24) pairs of people who live together, of whom the sample's person is one. From text
everything is equal to the last digit, or counts as different; from reads (80x) factors, links,
and distances within half a difference are.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.doors import test_one_truth as ways
from tests.doors.test_one_truth import WAYS, Edits, Truth

from nanoward import __version__
from nanoward.adapters.formats import FileFormats
from nanoward.adapters.progress import SilentProgress
from nanoward.bonds import BondRules
from nanoward.catalogue import CatalogueRules
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import agent_index
from nanoward.catalogue.output.call_tables import called_variants, consensus_fasta, vcf_text
from nanoward.flows.bonds.find_links_in_files import FileRules, find_links_in_files
from nanoward.flows.catalogue.call_reads import ReadSample, call_reads
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.reads import ReadFile
from nanoward.testing.fakes import InlineRunner
from nanoward.testing.reads import Library, simulated_pairs

LENGTH, UNREAD = 3_000, (2_700, 2_712)
INNER = np.arange(60, 2_600)  # reads leave the outermost letters unread
ways.TOP = ways.TOP.replace(f"length={ways.LENGTH}", f"length={LENGTH}")
ways.LENGTH = LENGTH
READS = ("reads", "BAM, soft clips", "BAM, hard clips")
Files = dict[str, tuple[str, bytes]]


def turned(reference: str, at: int) -> Edits:
    return ((at, at + 1, "ACGT"[("ACGT".index(reference[at]) + 1) % 4]),)


def random_truth(seed: int) -> Truth:
    """Fifteen or so substitutions, insertions and deletions, some within letters of others."""
    rng = np.random.default_rng(seed)
    reference = "".join(rng.choice(list("ACGT"), LENGTH))
    edits: Edits = ()
    at = 300
    while at < 2_600:
        kind, size = int(rng.integers(5)), int(rng.integers(1, 10))
        if kind == 0:
            edits += ((at, at + size, ""),)
        elif kind == 1:
            edits += ((at, at, "".join(rng.choice(list("ACGT"), size))),)
        else:
            edits, size = edits + turned(reference, at), 1
        at += (
            size + 2 + int(rng.integers(0, 5) if rng.random() < 0.2 else rng.integers(60, 250))
        )
    return Truth(reference=reference, edits=edits, unread=UNREAD)


def others(truth: Truth, households: int, seed: int) -> tuple[str, str]:
    """FASTA and rows of everybody else: each household's second has one change more."""
    rng = np.random.default_rng(seed + 1_000)
    fasta, rows = "", "sample,participant,taken,household\ns,s,2026-01-01,h0\n"
    for home in range(households):
        own = list(truth.edits)
        if home:
            places = sorted(rng.choice(INNER, 15, replace=False).tolist())
            own = [one for at in places for one in turned(truth.reference, at)]
        for second in (False, True):
            if not home and not second:
                continue
            more = list(turned(truth.reference, 2_650 + home)) if second else []
            person = replace(truth, edits=tuple(own + more), unread=(0, 0))
            fasta += f">p{home}{'b' if second else 'a'}|c\n{person.genome()}\n"
            rows += f"p{home}{'b' if second else 'a'},p{home}{'b' if second else 'a'},"
            rows += f"2026-01-0{1 + home % 7},h{home}\n"
    return fasta, rows


def with_bcf(content: bytes) -> bytes:
    import pysam

    with tempfile.TemporaryDirectory() as folder:
        text, packed = Path(folder) / "s.vcf", Path(folder) / "s.bcf"
        text.write_bytes(content)
        with (
            pysam.VariantFile(str(text)) as source,
            pysam.VariantFile(str(packed), "wb", header=source.header) as target,
        ):
            for record in source:
                target.write(record)
        return packed.read_bytes()


def as_bam(content: bytes) -> bytes:
    import pysam

    with tempfile.TemporaryDirectory() as folder:
        text, packed = Path(folder) / "s.sam", Path(folder) / "s.bam"
        text.write_bytes(content)
        with (
            pysam.AlignmentFile(str(text)) as source,
            pysam.AlignmentFile(str(packed), "wb", template=source) as target,
        ):
            for record in source:
                target.write(record)
        return packed.read_bytes()


def from_reads(truth: Truth, files: list[ReadFile]) -> tuple[str, bytes]:
    """The FASTA and VCF that `nanoward catalogue type` writes of a sample's reads."""
    agent = agent_index({"c": truth.reference})
    sample = ReadSample(sample="s", first=files[0], second=files[1] if len(files) > 1 else None)
    typed = call_reads(sample, agent, CallingRules(), FileFormats())
    assert typed.calls is not None
    variants = called_variants(typed.calls, agent, typed.identity)
    return (
        consensus_fasta("s", typed.calls, agent),
        vcf_text("s", variants, agent, __version__).encode(),
    )


def written(truth: Truth, fasta: str, rows: str, seed: int) -> Iterator[tuple[str, Files]]:
    """Every way with the files that a comparison is given."""
    base: Files = {
        "samples": ("samples.csv", rows.encode()),
        "reference": ("reference.fasta", f">c\n{truth.reference}\n".encode()),
        "genomes": ("genomes.fasta", fasta.encode()),
    }
    for way, write in WAYS.items():
        name, content = write(truth)
        if name.endswith("fasta"):
            yield way, {**base, "genomes": (name, content + fasta.encode())}
        else:
            yield way, {**base, "variants": (name, content)}
    blocks = ways.vcf(truth, ways.in_blocks(truth))
    yield "BCF", {**base, "variants": ("s.bcf", with_bcf(blocks))}
    whole = replace(truth, unread=(0, 0))
    pairs = simulated_pairs(whole.genome(), Library(depth=80), seed)
    soft, hard = (
        as_bam(ways.as_sam(whole, pairs, ops, more))
        for ops, more in (("12S{}M", "ACGTACGTACGT"), ("12H{}M", ""))
    )
    mates = [ReadFile(name=f"{at}.fq", content=text) for at, text in enumerate(pairs)]
    for way, files in zip(
        READS, (mates, *([ReadFile(name="s.bam", content=one)] for one in (soft, hard))),
        strict=True,
    ):  # fmt: skip
        own, variants = from_reads(whole, files)
        more = {"genomes": ("genomes.fasta", (own + fasta).encode())}
        yield way, {**base, **more, "variants": ("s.vcf", variants)}


def answer(found: Outcome) -> dict[str, Any]:
    """Profile, factors and letters of sample s, and its pairs with everybody else."""
    pairs = found.tables["bonds"].filter((pl.col("a") == "s") | (pl.col("b") == "s"))
    return {**ways.answer(found), "pairs": pairs.sort("a", "b").to_dicts()}


def judged(way: str, told: dict[str, Any], first: dict[str, Any]) -> dict[str, bool]:
    """Whether profile, distances and bonds are those of the yardstick."""
    if way not in READS:
        names = ("shared", "differing", "compared")
        return {
            "profile": all(
                told[one] == first[one] for one in ("profile", "factors", "aligned")
            ),
            "distances": [[row[one] for one in names] for row in told["pairs"]]
            == [[row[one] for one in names] for row in first["pairs"]],
            "bonds": told["pairs"] == first["pairs"],
        }
    both = list(zip(told["pairs"], first["pairs"], strict=True))
    return {
        "profile": [one[:3] for one in told["factors"]]
        == [one[:3] for one in first["factors"]],
        "distances": all(abs(a["differing"] - b["differing"]) < 0.5 for a, b in both),
        "bonds": all(a["linked"] == b["linked"] for a, b in both),
    }


def main(genomes: int, households: int, first_seed: int) -> None:
    rules = FileRules(
        catalogue=CatalogueRules(), bonds=BondRules(strata=(), apart=("household",))
    )
    equal: Counter[tuple[str, str]] = Counter()
    links = pairs = 0
    begun = time.process_time()
    for seed in range(first_seed, first_seed + genomes):
        truth = random_truth(seed)
        fasta, rows = others(truth, households, seed)
        first: dict[str, Any] = {}
        for way, files in written(truth, fasta, rows, seed):
            told = answer(
                find_links_in_files(
                    files, rules, FileFormats(), InlineRunner(), SilentProgress()
                )
            )
            first = first or told
            for what, right in judged(way, told, first).items():
                equal[way, what] += right
                if not right:
                    print(f"genome {seed}, {way}: another {what}", flush=True)
        pairs += len(first["pairs"])
        links += sum(row["linked"] for row in first["pairs"])
        print(
            f"{seed + 1 - first_seed} genomes, CPU {time.process_time() - begun:.0f} s",
            file=sys.stderr,
        )
    print(f"{genomes} genomes; {pairs} pairs of the sample, {links} of them linked")
    print("| way | profile | distances | bonds |\n|---|---|---|---|")
    for way in (*WAYS, "BCF", *READS):
        counts = [
            f"{equal[way, what]} of {genomes}" for what in ("profile", "distances", "bonds")
        ]
        print(f"| {way} | {' | '.join(counts)} |")


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:]]
    main(*(numbers + [10, 24, 100][len(numbers) :]))
