"""The same genome written in twelve ways is one genome: one profile, one set of factors.

The ways are those in which laboratories send it: consensus with and without dashes, VCF as an
atomiser, a haplotype caller, a padder or no normaliser writes it, several samples, no-calls,
BCF, gVCF, reads, and BAM whose ends were clipped softly or hard.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.progress import SilentProgress
from nanoward.catalogue import CatalogueRules
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import agent_index
from nanoward.flows.catalogue.call_programme_reads import tables_of
from nanoward.flows.catalogue.call_reads import ReadSample
from nanoward.flows.catalogue.read_analysis import analyse
from nanoward.flows.catalogue.type_files import type_files, type_tables
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.genetics.allele_distances import distances
from nanoward.maths.genetics.allele_tables import allele_table
from nanoward.ports.reads import ReadFile
from nanoward.testing.fakes import InlineRunner
from nanoward.testing.reads import Library, simulated_pairs

LENGTH = 600
TOP = f"##fileformat=VCFv4.2\n##contig=<ID=c,length={LENGTH}>\n"
TOP += '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n'
TOP += '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="x">\n'
TOP += '##INFO=<ID=END,Number=1,Type=Integer,Description="x">\n'
HEAD = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t"
Edits = tuple[tuple[int, int, str], ...]  # first position from 0, behind the last, letters


@dataclass(frozen=True, kw_only=True)
class Truth:
    """A reference, what a sample changed, and a stretch of it that nobody could read."""

    reference: str
    edits: Edits
    unread: tuple[int, int]

    def genome(self, *, dashes: bool = False) -> str:
        """The sample's consensus, N where unread."""
        text, at = "", 0
        for first, last, letters in self.edits:
            text += self._read(at, first) + letters
            text += "-" * (last - first) if dashes and not letters else ""
            at = last
        return text + self._read(at, len(self.reference))

    def _read(self, first: int, last: int) -> str:
        low, high = self.unread
        return "".join(
            "N" if low <= at < high else self.reference[at] for at in range(first, last)
        )

    def record(self, first: int, last: int) -> tuple[int, str, str]:
        """VCF's POS, REF and ALT of a stretch with all that was changed in it."""
        if not any(
            (a < last and first < b) or first <= a == b <= last for a, b, _ in self.edits
        ):
            raise AssertionError
        inside = [one for one in self.edits if first <= one[0] and one[1] <= last]
        text, at = "", first
        for a, b, letters in inside:
            text += self.reference[at:a] + letters
            at = b
        ref, alt = self.reference[first:last], text + self.reference[at:last]
        if not ref or not alt:
            anchor = self.reference[first - 1]
            return first, anchor + ref, anchor + alt
        return first + 1, ref, alt


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    reference = "".join(rng.choice(list("ACGT"), LENGTH))
    crowded, at, edits = draw(st.floats(0, 0.5)), 40, []
    while at < 420:
        kind, size = int(rng.integers(5)), int(rng.integers(1, 10))
        letters = "".join(rng.choice(list("ACGT"), size))
        if kind == 0:
            edits.append((at, at + size, ""))
        elif kind == 1:
            edits.append((at, at, letters))
        else:
            size = 1
            edits.append((at, at + 1, "ACGT"[("ACGT".index(reference[at]) + 1) % 4]))
        beside = rng.integers(0, 5) if rng.random() < crowded else rng.integers(20, 90)
        at += size + 2 + int(beside)
    low = 500 + draw(st.integers(0, 20))
    return Truth(reference=reference, edits=tuple(edits), unread=(low, low + 12))


def atomised(truth: Truth) -> list[tuple[int, str, str]]:
    return [truth.record(first, last) for first, last, _ in truth.edits]


def in_blocks(truth: Truth) -> list[tuple[int, str, str]]:
    """Changes within four letters of each other as one record, indels and all.

    An insertion and a deletion of equal length then read as a run of other letters.
    """
    groups: list[list[int]] = []
    for first, last, _ in truth.edits:
        if groups and first - groups[-1][1] <= 4:
            groups[-1][1] = last
        else:
            groups.append([first, last])
    return [truth.record(first, last) for first, last in groups]


def padded(truth: Truth) -> list[tuple[int, str, str]]:
    """Records with up to three of the reference's letters on both sides, as far as free."""
    ends = [0, *(last for _, last, _ in truth.edits)]
    starts = [*(first for first, _, _ in truth.edits), LENGTH]
    return [
        truth.record(max(first - 3, ends[at] + 1), min(last + 3, starts[at + 1] - 1))
        for at, (first, last, _) in enumerate(truth.edits)
    ]


def to_the_right(truth: Truth) -> list[tuple[int, str, str]]:
    """Indels at the rightmost place that gives the same sequence."""
    starts = [*(first for first, _, _ in truth.edits), LENGTH]
    moved = []
    for at, (first, last, letters) in enumerate(truth.edits):
        a, b, text = first, last, letters
        while (b - a != len(text)) and b + 1 < starts[at + 1]:
            following = truth.reference[b]
            if following != (text[0] if text else truth.reference[a]):
                break
            a, b, text = a + 1, b + 1, text[1:] + following if text else ""
        moved.append((a, b, text))
    return atomised(Truth(reference=truth.reference, edits=tuple(moved), unread=truth.unread))


def vcf(truth: Truth, records: list[tuple[int, str, str]], *, several: bool = False) -> bytes:
    """One sample, s, with a no-call wherever it was not read; or several."""
    low, high = truth.unread
    lines = [(at, ref, alt, "1", "0") for at, ref, alt in records]
    lines += [
        (at + 1, truth.reference[at], "ACGT".replace(truth.reference[at], "")[0], ".", "1")
        for at in range(low, high)
    ]
    text = TOP + HEAD + ("s\tz\n" if several else "s\n")
    for at, ref, alt, own, others in sorted(lines):
        calls = f"{own}\t{others}" if several else own
        text += f"c\t{at}\t.\t{ref}\t{alt}\t50\tPASS\t.\tGT\t{calls}\n"
    return text.encode()


def gvcf(truth: Truth) -> bytes:
    """Blocks wherever the sample was read, and its records."""
    low, high = truth.unread
    text = TOP + HEAD + "s\n"
    rows = [(at, f"c\t{at}\t.\t{ref}\t{alt},<NON_REF>\t50\t.\t.\tGT:DP\t1:30\n")
            for at, ref, alt in atomised(truth)]  # fmt: skip
    for first, last in ((1, low), (high + 1, LENGTH)):
        ref = truth.reference[first - 1]
        rows.append(
            (first, f"c\t{first}\t.\t{ref}\t<NON_REF>\t.\t.\tEND={last}\tGT:DP\t0:30\n")
        )
    return (text + "".join(row for _, row in sorted(rows))).encode()


def fasta(genome: str) -> bytes:
    return f">s|c\n{genome}\n".encode()


WAYS: Mapping[str, Callable[[Truth], tuple[str, bytes]]] = {
    "FASTA": lambda t: ("s.fasta", fasta(t.genome())),
    "FASTA with dashes": lambda t: ("s.fasta", fasta(t.genome(dashes=True))),
    "VCF, atomised": lambda t: ("s.vcf", vcf(t, atomised(t))),
    "VCF, in blocks (MNP)": lambda t: ("s.vcf", vcf(t, in_blocks(t))),
    "VCF, padded": lambda t: ("s.vcf", vcf(t, padded(t))),
    "VCF, not normalised": lambda t: ("s.vcf", vcf(t, to_the_right(t))),
    "VCF, several samples": lambda t: ("s.vcf", vcf(t, atomised(t), several=True)),
    "gVCF": lambda t: ("s.g.vcf", gvcf(t)),
}


def typed(truth: Truth, name: str, content: bytes) -> Outcome:
    role = "genomes" if name.endswith("fasta") else "variants"
    files = {
        role: (name, content),
        "reference": ("r.fasta", f">c\n{truth.reference}\n".encode()),
    }
    return type_files(files, CatalogueRules(), FileFormats(), InlineRunner(), SilentProgress())


def answer(outcome: Outcome) -> dict[str, Any]:
    """What is known of sample s: its profile, factors and letters."""
    rows = {
        name: [row for row in outcome.tables[name].to_dicts() if row["sample"] == "s"]
        for name in ("profiles", "factors", "aligned")
    }
    names = ("position", "ref", "alt", "frequency", "evidence")
    return {
        "profile": rows["profiles"],
        "factors": [tuple(row[name] for name in names) for row in rows["factors"]],
        "aligned": rows["aligned"],
    }


@pytest.mark.hazard("H-177")
@settings(max_examples=40, deadline=None)
@given(truths())
def test_one_genome_written_in_eight_ways_is_one_genome(truth: Truth) -> None:
    first = answer(typed(truth, *WAYS["FASTA"](truth)))
    assert first["profile"][0]["readable"] == LENGTH - 12
    for way, write in WAYS.items():
        assert answer(typed(truth, *write(truth))) == first, way


@pytest.mark.soak
@pytest.mark.hazard("H-177")
@pytest.mark.timeout(900)
@settings(max_examples=1500, deadline=None)
@given(truths())
def test_one_genome_written_in_eight_ways_is_one_genome_at_length(truth: Truth) -> None:
    first = answer(typed(truth, *WAYS["FASTA"](truth)))
    for way, write in WAYS.items():
        assert answer(typed(truth, *write(truth))) == first, way


@pytest.mark.hazard("H-177")
def test_bcf_is_the_ninth_way(tmp_path: Path) -> None:
    pysam = pytest.importorskip("pysam", reason="the extra [reads] is not installed")
    truth = by_hand()
    (tmp_path / "s.vcf").write_bytes(vcf(truth, in_blocks(truth)))
    with (
        pysam.VariantFile(str(tmp_path / "s.vcf")) as source,
        pysam.VariantFile(str(tmp_path / "s.bcf"), "wb", header=source.header) as target,
    ):
        for record in source:
            target.write(record)
    content = (tmp_path / "s.bcf").read_bytes()
    assert answer(typed(truth, "s.bcf", content)) == answer(typed(truth, *WAYS["FASTA"](truth)))


def by_hand() -> Truth:
    rng = np.random.default_rng(5)
    reference = "".join(rng.choice(list("ACGT"), LENGTH))
    other = "ACGT"[("ACGT".index(reference[80]) + 1) % 4]
    edits = ((80, 81, other), (150, 159, ""), (262, 262, "GATTACA"), (340, 341, ""))
    return Truth(reference=reference, edits=edits, unread=(500, 512))


@pytest.mark.hazard("H-176")
def test_distances_count_a_run_of_letters_once_between_two_samples() -> None:
    truth = by_hand()
    fewer = Truth(reference=truth.reference, edits=truth.edits[:2], unread=truth.unread)
    text = fasta(truth.genome()) + fasta(fewer.genome(dashes=True)).replace(b">s", b">z")
    told = typed(truth, "s.fasta", text)
    table = allele_table(["s", "z"], told.tables["aligned"], told.tables["factors"])
    assert distances(table)[0, 1] == 2
    assert table.compared[0, 1] == LENGTH - 12


def of_reads(truth: Truth, first: ReadFile, second: ReadFile | None = None) -> Outcome:
    """A sample's reads typed, and the profile that its consensus and variants give."""
    agent = agent_index({"c": truth.reference})
    asked = ReadSample(sample="s", first=first, second=second)
    tables = tables_of(analyse(asked, agent, CallingRules(), FileFormats()))
    names = {"sample": ["s", "z"], "participant": ["s", "z"]}
    other = pl.DataFrame(
        {"sample": ["z"], "contig": ["c"], "run": [""], "sequence": [truth.genome()]}
    )
    read = {
        "genomes": pl.concat([tables["genomes"], other], how="diagonal"),
        "variants": tables["variants"],
        "reference": pl.DataFrame({"contig": ["c"], "sequence": [truth.reference]}),
        "samples": pl.DataFrame(names),
    }
    return type_tables(read, (), CatalogueRules(), InlineRunner(), SilentProgress())


def crowded(seed: int, share: float, length: int = 2_000) -> Truth:
    """Changes of all kinds, a share of them within six letters of the next."""
    rng = np.random.default_rng(seed)
    reference = "".join(rng.choice(list("ACGT"), length))
    edits: Edits = ()
    at = 200
    while at < length - 300:
        kind, size = int(rng.integers(5)), int(rng.integers(1, 10))
        letters = "".join(rng.choice(list("ACGT"), size))
        if kind == 0:
            edits += ((at, at + size, ""),)
        elif kind == 1:
            edits += ((at, at, letters),)
        else:
            size = 1
            edits += ((at, at + 1, "ACGT"[("ACGT".index(reference[at]) + 1) % 4]),)
        beside = rng.integers(0, 5) if rng.random() < share else rng.integers(20, 90)
        at += size + 2 + int(beside)
    return Truth(reference=reference, edits=edits, unread=(0, 0))


def agrees_where_read(truth: Truth, depth: float, seed: int) -> tuple[int, int]:
    """Changes of a genome, and those that stand where its reads tell nothing.

    What reads tell is asserted: no change that the consensus does not tell, and none missing
    of which a letter beside it was read.
    """
    pairs = simulated_pairs(truth.genome(), Library(depth=depth), seed)
    told = answer(of_reads(truth, *(ReadFile(name=f"{at}.fq", content=text)
                                    for at, text in enumerate(pairs))))  # fmt: skip
    first = answer(typed(truth, *WAYS["FASTA"](truth)))
    mine, whole = (
        {one[:3] for one in some["factors"] if one[4] == "consensus"} for some in (told, first)
    )
    letters = told["aligned"][0]["sequence"]
    missing = whole - mine
    assert mine <= whole
    for place, ref, _ in missing:
        assert "N" in letters[place - 1 : place + len(ref) + 1], place
    return len(whole), len(missing)


@pytest.mark.hazard("H-244")
@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 0.3))
def test_reads_tell_a_crowd_of_changes_rightly_or_not_at_all(seed: int, share: float) -> None:
    agrees_where_read(crowded(seed, share), 60, seed)


@pytest.mark.hazard("H-244")
@pytest.mark.parametrize(
    ("seed", "share", "depth"),
    [(107_874, 0.25, 40), (263, 0.0, 40), (3_887, 0.0, 40), (495_760_040, 0.18, 200)],
)
def test_genomes_of_which_reads_once_told_what_is_not_there(
    seed: int, share: float, depth: int
) -> None:
    agrees_where_read(crowded(seed, share), depth, seed)


@pytest.mark.soak
@pytest.mark.hazard("H-244")
@pytest.mark.timeout(1_800)
@settings(max_examples=500, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 0.5), st.sampled_from([40, 80, 200]))
def test_reads_tell_a_crowd_of_changes_rightly_or_not_at_all_at_length(
    seed: int, share: float, depth: int
) -> None:
    agrees_where_read(crowded(seed, share), depth, seed)


@pytest.mark.hazard("H-244")
def test_most_changes_of_crowds_are_told_from_reads() -> None:
    told = [agrees_where_read(crowded(seed, 0.2), 80, seed) for seed in range(5)]
    assert sum(missing for _, missing in told) <= 0.02 * sum(one for one, _ in told)


def as_sam(truth: Truth, pairs: tuple[bytes, bytes], cigar: str, extra: str) -> bytes:
    """Pairs of FASTQ as lines of SAM whose first letters were clipped."""
    length = len(truth.reference)
    text = f"@SQ\tSN:c\tLN:{length}\n"
    for flag, content in zip((0x41, 0x81), pairs, strict=True):
        lines = content.decode().splitlines()
        for name, letters, quality in zip(lines[::4], lines[1::4], lines[3::4], strict=True):
            ops = cigar.format(len(letters))
            text += f"{name[1:].split()[0]}\t{flag}\tc\t1\t60\t{ops}\t=\t1\t0\t"
            text += f"{extra}{letters}\t{'I' * len(extra)}{quality}\n"
    return text.encode()


@pytest.mark.hazard("H-183")
def test_reads_and_clipped_alignments_are_three_more_ways() -> None:
    rng = np.random.default_rng(5)
    reference = "".join(rng.choice(list("ACGT"), 4000))
    turned = ["ACGT"[("ACGT".index(letter) + 1) % 4] for letter in reference]
    edits = (
        (900, 901, turned[900]), (1500, 1512, ""), (2101, 2101, "GATTACA"),
        (2700, 2701, turned[2700]), (2701, 2702, turned[2701]), (3100, 3101, ""),
    )  # fmt: skip
    truth = Truth(reference=reference, edits=edits, unread=(0, 0))
    pairs = simulated_pairs(truth.genome(), Library(depth=80), 3)
    pytest.importorskip("pysam", reason="the extra [reads] is not installed")
    mates = [ReadFile(name=f"{at}.fq", content=text) for at, text in enumerate(pairs)]
    soft = as_sam(truth, pairs, "12S{}M", "ACGTACGTACGT")
    hard = as_sam(truth, pairs, "12H{}M", "")
    names = ("position", "ref", "alt", "evidence")
    told = {}
    for way, files in {
        "FASTQ": mates,
        "BAM, soft clips": [ReadFile(name="s.sam", content=soft)],
        "BAM, hard clips": [ReadFile(name="s.sam", content=hard)],
    }.items():
        outcome = of_reads(truth, *files)
        rows = outcome.tables["factors"].sort("sample", "position").to_dicts()
        told[way] = {
            sample: [
                tuple(row[one] for one in names) for row in rows if row["sample"] == sample
            ]
            for sample in "sz"
        }
        assert told[way]["s"] == told[way]["z"], way
        profile = outcome.tables["profiles"].filter(pl.col("sample") == "s").to_dicts()[0]
        assert profile["consensus_differences"] == 6, way
        table = allele_table(["s", "z"], outcome.tables["aligned"], outcome.tables["factors"])
        assert distances(table)[0, 1] < 0.5, way
    assert told["FASTQ"] == told["BAM, soft clips"] == told["BAM, hard clips"]
