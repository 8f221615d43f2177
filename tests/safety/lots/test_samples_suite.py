"""Changes to participants' samples: each is refused, told or asked about; harmless ones not.

Five people with three samples each carry lot L1 of the agent of the lots suite, each with
letters of their own; everything is sound. Every change is laid over that, read and measured as
`nanoward catalogue adapt` does it. Beside it stand the same changes that come as reads.
"""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.safety.lots.test_lots_suite import GENOME, document

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.progress import SilentProgress
from nanoward.base.errors import NanowardError
from nanoward.catalogue import catalogue_rules
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import agent_index
from nanoward.flows.agents.check_agents import checked_spec, regions_of
from nanoward.flows.catalogue.call_reads import ReadSample, call_reads
from nanoward.flows.lots.measure_adaptation_of_files import (
    AdaptFiles,
    measure_adaptation_of_files,
)
from nanoward.ports.reads import ReadFile
from nanoward.testing.fakes import InlineRunner
from nanoward.testing.lots import CHASSIS, KILL, PLASMID
from nanoward.testing.reads import Library, random_genome, simulated_pairs

PEOPLE, SAMPLES = ("P1", "P2", "P3", "P4", "P5"), 3
START = date(2026, 3, 1)
CHANGED = "P3-2"
VCF_HEAD = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t"
Genomes = dict[str, dict[str, str]]
Rows = list[dict[str, str]]


def other(letter: str, by: int = 1) -> str:
    return "ACGT"[("ACGT".index(letter) + by) % 4]


def with_letters(genome: Mapping[str, str], places: Mapping[str, list[int]]) -> dict[str, str]:
    """Other letters at 0-based places of contigs."""
    made = dict(genome)
    for contig, own in places.items():
        text = list(made[contig])
        for at in own:
            text[at] = other(text[at])
        made[contig] = "".join(text)
    return made


@cache
def sound_genomes() -> tuple[tuple[str, dict[str, str]], ...]:
    """Each person's letters of their own, twelve on the chassis, from the first sample on."""
    chance = np.random.default_rng(4)
    free = chance.permutation(np.r_[100:2_900, 3_700:5_900])
    return tuple(
        (
            f"{who}-{at}",
            with_letters(GENOME, {CHASSIS: sorted(free[12 * k : 12 * k + 4 * at].tolist())}),
        )
        for k, who in enumerate(PEOPLE)
        for at in range(1, SAMPLES + 1)
    )


def sound_rows() -> Rows:
    return [
        {"sample": f"{who}-{at}", "participant": who, "lot": "L1", "dosed": START.isoformat(),
         "taken": (START + timedelta(60 * at)).isoformat(), "run": f"r{at}"}
        for who in PEOPLE
        for at in range(1, SAMPLES + 1)
    ]  # fmt: skip


@dataclass(kw_only=True)
class Inputs:
    """What a change may change: genomes, rows of samples, files of variants, contacts."""

    genomes: Genomes = field(default_factory=lambda: {n: dict(g) for n, g in sound_genomes()})
    rows: Rows = field(default_factory=sound_rows)
    variants: str = ""
    vcfs: list[str] = field(default_factory=list)
    contacts: str = ""
    fasta: Callable[[Genomes], bytes] = field(default_factory=lambda: fasta)
    table: Callable[[Rows], bytes] = field(default_factory=lambda: table)

    def row(self, sample: str = CHANGED) -> dict[str, str]:
        return next(one for one in self.rows if one["sample"] == sample)


def fasta(genomes: Genomes) -> bytes:
    return "".join(
        f">{name}|{contig}\n{text}\n"
        for name, own in genomes.items()
        for contig, text in own.items()
    ).encode()


def table(rows: Rows, by: str = ",") -> bytes:
    names = list(rows[0])
    lines = [by.join(names), *(by.join(row[name] for name in names) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


@cache
def regions() -> Any:
    spec = checked_spec("s.toml", document(), GENOME, date(2026, 1, 1)).spec
    assert spec is not None
    return regions_of(spec)


def told(inputs: Inputs) -> set[tuple[str, str]]:
    """What is said of the inputs: code or question, and whom or what it is about."""
    reference = "".join(f">{name}\n{text}\n" for name, text in GENOME.items()).encode()
    others = {
        "samples": ("samples.csv", inputs.table(inputs.rows)),
        "reference": ("reference.fasta", reference),
    }
    if inputs.variants:
        head = "sample,contig,position,ref,alt,frequency\n"
        others["variants"] = ("variants.csv", (head + inputs.variants).encode())
    if inputs.contacts:
        others["contacts"] = ("contacts.csv", inputs.contacts.encode())
    genomes = [("g.fasta", inputs.fasta(inputs.genomes))]
    genomes += [(f"{at}.vcf", text.encode()) for at, text in enumerate(inputs.vcfs)]
    lot = ("l1.vcf", f"{VCF_HEAD}L1\n".encode())
    files = AdaptFiles(genomes=genomes, others=others, lots={"L1": lot}, regions=regions())
    found = measure_adaptation_of_files(
        files, catalogue_rules({}), FileFormats(), InlineRunner(), SilentProgress()
    )
    said = {(one.code, one.message) for one in found.findings if one.severity != "note"}
    return said | {(one.question, one.subject) for one in found.undecided}


@cache
def before() -> frozenset[tuple[str, str]]:
    return frozenset(told(Inputs()))


def genome(change: Callable[[dict[str, str]], dict[str, str]], name: str = CHANGED) -> Any:
    """A change of one sample's genome."""

    def made(inputs: Inputs) -> None:
        inputs.genomes[name] = change(inputs.genomes[name])

    return made


def kill(change: Callable[[str], str]) -> Any:
    """A change of the kill gene of one sample."""
    first, last = KILL[0] - 1, KILL[1]
    return genome(
        lambda own: {
            **own,
            PLASMID: own[PLASMID][:first]
            + change(own[PLASMID][first:last])
            + own[PLASMID][last:],
        }
    )


def value(name: str, text: str, sample: str = CHANGED) -> Any:
    def made(inputs: Inputs) -> None:
        inputs.row(sample)[name] = text

    return made


def apart(share: float) -> Any:
    """Letters all over the genome that are not the agent's."""
    return genome(
        lambda own: with_letters(
            own,
            {name: list(range(7, len(text), round(1 / share))) for name, text in own.items()},
        )
    )


def swap(one: str, two: str, met: str = "") -> Any:
    def made(inputs: Inputs) -> None:
        own = inputs.genomes
        own[one], own[two] = own[two], own[one]
        inputs.contacts = met and f"a,b,kind\n{met},room\n"

    return made


def records(*lines: str, sample: str = CHANGED) -> Any:
    """One sample as a VCF and not as FASTA."""

    def made(inputs: Inputs) -> None:
        del inputs.genomes[sample]
        inputs.vcfs.append(f"{VCF_HEAD}{sample}\n" + "".join(f"{one}\n" for one in lines))

    return made


def minor(line: str) -> Any:
    def made(inputs: Inputs) -> None:
        inputs.variants = line + "\n"

    return made


def fixed(count: int) -> Any:
    """So many letters of the plasmid and chassis, beyond kill and safety loci."""
    return genome(
        lambda own: with_letters(own, {CHASSIS: list(range(5, 2_900, 2_895 // count))[:count]})
    )


def all_of(who: str, change: Callable[[dict[str, str]], None]) -> Any:
    def made(inputs: Inputs) -> None:
        for row in inputs.rows:
            if row["participant"] == who:
                change(row)

    return made


def doubled_record(inputs: Inputs) -> None:
    inputs.fasta = lambda genomes: fasta(genomes) + fasta({CHANGED: genomes["P1-1"]})


def doubled_row(inputs: Inputs) -> None:
    inputs.rows.append({**inputs.row(), "participant": "P1"})


def renamed_column(old: str, new: str) -> Any:
    def made(inputs: Inputs) -> None:
        inputs.table = lambda rows: table(rows).replace(old.encode(), new.encode(), 1)

    return made


def in_a_week(inputs: Inputs, count: int) -> None:
    fixed(count)(inputs)
    inputs.row("P3-1")["taken"] = (START + timedelta(1)).isoformat()
    inputs.row()["taken"] = (START + timedelta(8)).isoformat()


TURNED = str.maketrans("ACGT", "TGCA")
P = GENOME[PLASMID]
CHANGES: dict[str, Callable[[Inputs], None]] = {
    "2 % apart": apart(0.02),
    "5 % apart": apart(0.05),
    "10 % apart": apart(0.1),
    "another genome": genome(lambda o: {n: random_genome(len(t), 77) for n, t in o.items()}),
    "the first letter of kill1": kill(lambda gene: other(gene[0]) + gene[1:]),
    "a letter of kill1": kill(lambda gene: gene[:400] + other(gene[400]) + gene[401:]),
    "the last letter of kill1": kill(lambda gene: gene[:-1] + other(gene[-1])),
    "3 letters in kill1": kill(lambda gene: gene[:300] + "ACG" + gene[300:]),
    "1,200 letters in kill1": kill(lambda g: g[:300] + random_genome(1_200, 8) + g[300:]),
    "9 letters of kill1 gone": kill(lambda gene: gene[:300] + gene[309:]),
    "9 letters of kill1 as dashes": kill(lambda gene: gene[:300] + "-" * 9 + gene[309:]),
    "kill1 gone": kill(lambda _: ""),
    "500 letters of kill1 turned": kill(
        lambda gene: gene[:200] + gene[200:700].translate(TURNED)[::-1] + gene[700:]
    ),
    "kill1 twice": kill(lambda gene: gene + gene),
    "kill1 unread": kill(lambda gene: "N" * len(gene)),
    "a letter of kill1 unread": kill(lambda gene: gene[:100] + "N" + gene[101:]),
    "a letter of kill1 between two": kill(
        lambda g: g[:100] + ("R" if g[100] not in "AG" else "Y") + g[101:]
    ),
    "a letter of kill2": genome(lambda own: with_letters(own, {CHASSIS: [3_200]})),
    "kill2 unread": genome(
        lambda own: {**own, CHASSIS: own[CHASSIS][:3_000] + "N" * 600 + own[CHASSIS][3_600:]}
    ),
    "no plasmid": genome(lambda own: {CHASSIS: own[CHASSIS]}),
    "half a plasmid": genome(lambda own: {**own, PLASMID: own[PLASMID][2_000:]}),
    "the plasmid unread": genome(lambda own: {**own, PLASMID: "N" * len(P)}),
    "no chassis": genome(lambda own: {PLASMID: own[PLASMID]}),
    "everything unread": genome(lambda own: {n: "N" * len(t) for n, t in own.items()}),
    "a contig renamed": genome(lambda own: {CHASSIS: own[CHASSIS], "pKill": own[PLASMID]}),
    "a contig in capitals": genome(lambda own: {CHASSIS.upper(): own[CHASSIS], PLASMID: P}),
    "the plasmid turned round": genome(
        lambda own: {**own, PLASMID: own[PLASMID].translate(TURNED)[::-1]}
    ),
    "contigs exchanged": genome(lambda o: {CHASSIS: o[PLASMID], PLASMID: o[CHASSIS]}),
    "letters that are none": genome(lambda own: {**own, PLASMID: P[:50] + "!" + P[51:]}),
    "a protein": genome(lambda own: {**own, PLASMID: "MKLVEE" * 100}),
    "an empty record": genome(lambda own: {**own, PLASMID: ""}),
    "a sample of no row": lambda inputs: inputs.rows.remove(inputs.row()),
    "a sample under another's name": doubled_record,
    "two rows of one sample": doubled_row,
    "a sample misspelt": value("sample", "P3_2x"),
    "nobody's": value("participant", ""),
    "another person's name": value("participant", "P1"),
    "two samples exchanged": swap(CHANGED, "P5-3"),
    "two samples exchanged of people who met": swap(CHANGED, "P5-3", met="P3,P5"),
    "two samples exchanged of one run": swap("P3-3", "P1-3"),
    "60 fixed differences in a week": lambda inputs: in_a_week(inputs, 60),
    "40 fixed differences": fixed(40),
    "a day that is none": value("taken", "someday"),
    "no day": value("taken", ""),
    "an unknown lot": all_of("P3", lambda row: row.update(lot="L9")),
    "no lot": all_of("P3", lambda row: row.update(lot="")),
    "a lot misspelt": all_of("P3", lambda row: row.update(lot="l1")),
    "a column of lots misspelt": renamed_column("lot", "lott"),
    "a column of samples misspelt": renamed_column("sample", "smaple"),
    "no column of people": renamed_column("participant", "who"),
    "kill1 at 2 % of the reads": minor(
        f"{CHANGED},{PLASMID},1200,{P[1199]},{other(P[1199])},0.02"
    ),
    "a variant on another reference": minor(
        f"{CHANGED},{PLASMID},700,{other(P[699])},{other(P[699], 2)},0.3"
    ),
    "a variant beyond the plasmid": minor(f"{CHANGED},{PLASMID},9000,A,G,0.3"),
    "a share above 1": minor(f"{CHANGED},{PLASMID},700,{P[699]},{other(P[699])},1.3"),
    "VCF: a letter of kill1": records(
        f"{PLASMID}\t1200\t.\t{P[1199]}\t{other(P[1199])}\t.\tPASS\t.\tGT\t1"
    ),
    "VCF: kill1 not called": records(
        f"{PLASMID}\t1200\t.\t{P[1199]}\t{other(P[1199])}\t.\tPASS\t.\tGT\t."
    ),
    "VCF: kill1 filtered": records(
        f"{PLASMID}\t1200\t.\t{P[1199]}\t{other(P[1199])}\t.\tlow\t.\tGT\t1"
    ),
    "VCF: another reference": records(
        f"{PLASMID}\t1200\t.\t{other(P[1199])}\t{other(P[1199], 2)}\t.\tPASS\t.\tGT\t1"
    ),
    "VCF: an insertion nobody names": records(
        f"{PLASMID}\t1200\t.\t{P[1199]}\t<INS>\t.\tPASS\t.\tGT\t1"
    ),
    "VCF: kill1 deleted": records(
        f"{PLASMID}\t1000\t.\t{P[999]}\t<DEL>\t.\tPASS\tEND=1900\tGT\t1"
    ),
    "VCF: no record": records(),
    "VCF: a row cut short": records(f"{PLASMID}\t1200\t.\t{P[1199]}"),
}  # fmt: skip


@pytest.mark.hazard("H-270")
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_sample_is_told_asked_about_or_refused(change: str) -> None:
    inputs = Inputs()
    CHANGES[change](inputs)
    try:
        new = told(inputs) - before()
    except NanowardError:
        return
    assert new, f"{change}: silent"


# --- the same as reads: held to the same limit ---
LIBRARY = Library(depth=40, length=150, insert=350)
READS: dict[str, Callable[[], tuple[bytes, bytes]]] = {
    "2 % apart": lambda: pairs(apart_genome(0.02)),
    "5 % apart": lambda: pairs(apart_genome(0.05)),
    "another genome": lambda: pairs({"x": random_genome(10_000, 3)}),
    "no reads": lambda: (b"", b""),
    "one pair": lambda: first_of(1),
    "reads of N alone": lambda: (unread(50), unread(50)),
    "1x": lambda: pairs(GENOME, depth=1),
    "3x": lambda: pairs(GENOME, depth=3),
    "mates of another order": lambda: (pairs(GENOME)[0], turned_on(pairs(GENOME)[1])),
    "half of another strain": lambda: joined(
        pairs(GENOME, depth=20), pairs(apart_genome(0.03), depth=20, seed=9)
    ),
}


def unread(count: int) -> bytes:
    letters, marks = b"N" * 150, b"#" * 150
    return b"".join(b"@r%d\n%b\n+\n%b\n" % (at, letters, marks) for at in range(count))


def turned_on(text: bytes) -> bytes:
    """The first record last."""
    lines = text.split(b"\n")[:-1]
    return b"\n".join([*lines[4:], *lines[:4]]) + b"\n"


def apart_genome(share: float) -> dict[str, str]:
    inputs = Inputs()
    inputs.genomes[CHANGED] = dict(GENOME)
    apart(share)(inputs)
    return inputs.genomes[CHANGED]


def pairs(genome: Mapping[str, str], depth: float = 40, seed: int = 5) -> tuple[bytes, bytes]:
    library = replace(LIBRARY, depth=depth)
    made = [
        simulated_pairs(text, library, seed + at, name)
        for at, (name, text) in enumerate(sorted(genome.items()))
    ]
    return b"".join(one for one, _ in made), b"".join(two for _, two in made)


def joined(*parts: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    return b"".join(one for one, _ in parts), b"".join(two for _, two in parts)


def first_of(count: int) -> tuple[bytes, bytes]:
    one, two = (b"\n".join(text.split(b"\n")[: 4 * count]) + b"\n" for text in pairs(GENOME))
    return one, two


def said_of_reads(texts: tuple[bytes, bytes]) -> set[str]:
    first, second = (ReadFile(name=f"{at}.fq", content=one) for at, one in enumerate(texts))
    asked = ReadSample(sample="s", first=first, second=second)
    found = call_reads(asked, agent_index(GENOME), CallingRules(), FileFormats())
    return {one.code for one in found.findings if one.severity != "note"}


@pytest.mark.hazard("H-270")
@pytest.mark.parametrize("change", READS)
def test_changed_reads_are_told(change: str) -> None:
    assert said_of_reads(READS[change]())


def test_sound_reads_are_not() -> None:
    assert said_of_reads(pairs(GENOME)) == set()


def test_the_suite_holds_70_changes() -> None:
    assert len(CHANGES) + len(READS) >= 70


# --- harmless rewrites: nothing is said that was not said before ---
def wrapped(genomes: Genomes) -> bytes:
    text = ""
    for name, own in genomes.items():
        for contig, letters in own.items():
            lines = [letters[at : at + 70] for at in range(0, len(letters), 70)]
            text += f">{name}|{contig}\n" + "\n".join(lines) + "\n"
    return text.encode()


def rewritten(name: str, made: Callable[..., bytes]) -> Callable[[Inputs], None]:
    return lambda inputs: setattr(inputs, name, made)


def small(genomes: Genomes) -> bytes:
    return fasta({n: {c: t.lower() for c, t in own.items()} for n, own in genomes.items()})


def headed(new: str) -> Callable[[Inputs], None]:
    """Headers of the chassis written otherwise."""
    old, other_ = f"|{CHASSIS}\n".encode(), f"{new}\n".encode()
    return rewritten("fasta", lambda genomes: fasta(genomes).replace(old, other_))


def with_ends(letter: str) -> Any:
    return genome(
        lambda own: {**own, CHASSIS: letter * 30 + own[CHASSIS][30:-30] + letter * 30}
    )


def with_ward(inputs: Inputs) -> None:
    for row in inputs.rows:
        row["ward"] = "7"


def turned_columns(rows: Rows) -> bytes:
    return table([dict(reversed(row.items())) for row in rows])


HARMLESS: dict[str, Callable[[Inputs], None]] = {
    "lines of 70 letters": rewritten("fasta", wrapped),
    "small letters": rewritten("fasta", small),
    "line ends of Windows": rewritten("fasta", lambda g: wrapped(g).replace(b"\n", b"\r\n")),
    "records in another order": rewritten("fasta", lambda g: fasta(dict(reversed(g.items())))),
    "RNA": rewritten("fasta", lambda g: wrapped(g).replace(b"T", b"U")),
    "packed": rewritten("fasta", lambda g: gzip.compress(fasta(g))),
    "words behind the header": headed(f"|{CHASSIS} length=6000 depth=40"),
    "a header by keys": headed(f" contig={CHASSIS}"),
    "ends unread": with_ends("N"),
    "ends as dashes": with_ends("-"),
    "rows in another order": lambda inputs: inputs.rows.reverse(),
    "tabs": rewritten("table", lambda rows: table(rows, "\t")),
    "semicolons": rewritten("table", lambda rows: table(rows, ";")),
    "a column more": with_ward,
    "columns in another order": rewritten("table", turned_columns),
    "names with blanks around": rewritten("table", lambda r: table(r).replace(b",", b" , ")),
    "one more letter changed": fixed(1),
    "somebody met": lambda inputs: setattr(inputs, "contacts", "a,b,kind\nP1,P2,room\n"),
    "a letter of the backbone at 3 %": minor(
        f"{CHANGED},{PLASMID},700,{P[699]},{other(P[699])},0.03"
    ),
}


@pytest.mark.parametrize("change", HARMLESS)
def test_a_harmless_rewrite_says_nothing_new(change: str) -> None:
    inputs = Inputs()
    HARMLESS[change](inputs)
    assert told(inputs) - before() == set()
