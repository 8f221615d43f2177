"""Every reader of sequences meets one unknown thing at each level, and is silent about none."""

import inspect
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.designs.design_account import NO_SEQUENCE, WHOLE_RECORD
from nanoward.adapters.formats.designs.design_annotations import NoDesignError
from nanoward.adapters.formats.designs.design_files import DesignFiles
from nanoward.adapters.formats.roles import plain_roles
from nanoward.adapters.formats.sequences import vcf, vcf_regions, vcf_shares
from nanoward.adapters.formats.sequences.bam import AlignedBlocks
from nanoward.adapters.formats.sequences.fastq import FastqBlocks
from nanoward.adapters.formats.sequences.read_account import NOT_FASTQ_FIELD, OTHER_PLACE
from nanoward.adapters.progress import SilentProgress
from nanoward.agents import BadLotNameError, require_lot_name
from nanoward.base.findings import Finding
from nanoward.catalogue import CatalogueRules
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.flows.agents.check_agents import checked_spec
from nanoward.flows.catalogue.type_files import type_files
from nanoward.flows.lots.release_lot import release_lot
from nanoward.flows.steps.foreign_files import unread_file
from nanoward.ports.formats import ParsedTable, Use
from nanoward.ports.reads import ReadFile
from nanoward.testing.fakes import InlineRunner
from nanoward.testing.reads import random_genome

FORMATS = FileFormats()
HEAD = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n"
TABLES = {
    "samples": ("sample,participant,taken", "s,p,2026-01-01"),
    "contacts": ("a,b,kind", "p,q,room"),
    "adjustments": ("participant,time,value", "p,1,2"),
    "markers": ("sample,strain,n_markers_detected,n_markers_total,mean_marker_depth",
                "s,S0,1,2,3"),
    "detections": ("stream,time,latitude,longitude", "a,1,50,0"),
    "counts": ("stream,day,count,exposure", "w,2026-01-01,3,100"),
    "variants": ("sample,contig,position,ref,alt,frequency", "s,c,1,A,G,1"),
}  # fmt: skip


def says(findings: Iterable[Finding], word: str) -> bool:
    """Whether a finding names the thing."""
    return any(word in f"{one.message} {one.column} {one.subject}" for one in findings)


def read(role: str, path: str, text: str) -> ParsedTable:
    return FORMATS.read(role, path, text.encode())


def test_the_walk_meets_every_reader_but_those_that_walk_elsewhere() -> None:
    walked = {*TABLES, "genomes", "reference", "primers", "reads"}
    # events: tests/tuning; what comes from above: tests/adapters/formats/objects
    above = {"conjunctions", "orbits", "approaches", "astrometry"}
    assert walked | {"events"} | above == {*plain_roles(), "variants"}


# --- tables: column, record, value ---
@pytest.mark.hazard("H-269")
@pytest.mark.parametrize("role", TABLES)
def test_an_unknown_column_is_accounted_for(role: str) -> None:
    head, row = TABLES[role]
    reading = read(role, "t.csv", f"{head},qzword\n{row},x\n")
    uses = {one.name: one for one in reading.account}
    assert {*head.split(","), "qzword"} <= set(uses)
    assert uses["qzword"].use in ("ignored", "used")  # kept for whoever names it
    assert uses["qzword"].reason
    assert all(uses[one].use == "used" for one in head.split(","))


@pytest.mark.hazard("H-269")
@pytest.mark.parametrize(
    ("role", "slip", "meant"),
    [("samples", "lott", "lot"), ("samples", "Contrl", "control"),
     ("samples", "d-osed", "dosed"), ("contacts", "frist", "first"),
     ("variants", "dept", "depth")],
)  # fmt: skip
def test_a_column_that_is_nearly_ours_is_told_with_the_one_meant(
    role: str, slip: str, meant: str
) -> None:
    head, row = TABLES[role]
    reading = read(role, "t.csv", f"{head},{slip}\n{row},x\n")
    (told,) = [one for one in reading.findings if one.code == "FMT-122"]
    assert f"is {meant!r} meant?" in told.message
    assert [one.use for one in reading.account if one.name == slip] == ["told"]


def test_columns_of_ones_own_are_no_slips() -> None:
    head, row = TABLES["samples"]
    own = ("lat", "rut", "season", "age", "isnv_quality", "group", "batch")
    reading = read("samples", "t.csv", f"{head},{','.join(own)}\n{row}{',1' * len(own)}\n")
    assert reading.findings == ()


@pytest.mark.hazard("H-269")
@pytest.mark.parametrize("role", TABLES)
def test_an_unknown_record_and_value_are_told(role: str) -> None:
    head, row = TABLES[role]
    assert says(read(role, "t.csv", f"{head}\n{row}\n{row},more\n").findings, "fields")
    names, cells = head.split(","), row.split(",")
    for at, name in enumerate(names):
        if name not in (
            "sample",
            "participant",
            "contig",
            "strain",
            "a",
            "b",
            "kind",
            "stream",
        ):
            odd = ",".join("!?" if one == at else cell for one, cell in enumerate(cells))
            assert says(read(role, "t.csv", f"{head}\n{odd}\n").findings, name), name


# --- VCF: file, header, record, allele, call, field ---
@pytest.mark.hazard("H-269")
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("##fileformat=QZ\n" + HEAD.split("\n", 1)[1], "VCF 4"),
        ("##fileformat=VCFv4.2\n#CHROM\tQZ\n", "columns"),
        (HEAD + "c\t1\t.\tA\tG\n", "fields"),
        (HEAD + "c\tqz\t.\tA\tG\t.\tPASS\t.\tGT\t1\n", "qz"),
        (HEAD + "c\t1\t.\tQZ\tG\t.\tPASS\t.\tGT\t1\n", "QZ"),
        (HEAD + "c\t1\t.\tA\t<QZ>\t.\tPASS\t.\tGT\t1\n", "<QZ>"),
        (HEAD + "c\t1\t.\tA\tG[qz:7[\t.\tPASS\t.\tGT\t1\n", "G[qz:7["),
        (HEAD + "c\t1\t.\tA\tG\t.\tqzfilter\t.\tGT\t1\n", "qzfilter"),
        (HEAD + "c\t1\t.\tA\tG\t.\tPASS\t.\tGT\tqz\n", "qz"),
        (HEAD + "c\t1\t.\tA\tG\t.\tPASS\t.\tGT:AF\t1:qz\n", "qz"),
        (HEAD + "c\t1\t.\tA\tG\t.\tPASS\t.\tQZ\t1\n", "no AF, AD or GT"),
    ],
)
def test_what_is_unknown_in_a_vcf_is_told(text: str, word: str) -> None:
    assert says(read("variants", "v.vcf", text).findings, word)


@pytest.mark.hazard("H-269")
def test_every_field_of_a_vcf_is_used_or_ignored_with_its_reason() -> None:
    row = "c\t1\t.\tA\tG\t.\tPASS\tQZA=1;END=1;AF=1\tGT:QZB:AD\t1:2:0,9\n"
    uses = {one.name: one for one in read("variants", "v.vcf", HEAD + row).account}
    assert {name for name, one in uses.items() if one.use == "used"} == {
        "INFO/END", "INFO/AF", "FORMAT/GT", "FORMAT/AD",
    }  # fmt: skip
    assert uses["INFO/QZA"].reason == uses["FORMAT/QZB"].reason == vcf.NO_SHARE


def test_the_fields_that_count_as_used_are_those_that_the_readers_look_up() -> None:
    source = "".join(inspect.getsource(one) for one in (vcf, vcf_shares, vcf_regions))
    asked = set(re.findall(r'(?:source|call|info)(?:\.get\(|\[)"([A-Z_0-9]+)"', source))
    asked |= set(re.findall(r'_numbers\(source, "([A-Z_0-9]+)"', source))
    assert asked <= {*vcf_shares.READ_FIELDS, *vcf.PLACE_FIELDS}
    assert all(f'"{one}"' in source for one in vcf_shares.READ_FIELDS)


@pytest.mark.hazard("H-269")
def test_sequences_and_primers_give_an_account_of_records_and_words_beside() -> None:
    reading = read("genomes", "g.fa", ">s|c|run=1|qzword 2014\nACGT\n>t|c\nAC!T\n")
    uses = {(one.use, one.name, one.reason) for one in reading.account}
    assert ("used", "sequence", "") in uses
    assert ("told", "sequence", "FMT-044") in uses
    assert {name for use, name, _ in uses if use == "ignored"} == {"qzword", "2014"}
    whole = read("reference", "r.fa", ">c qzword\nACGT\n")
    assert [one.name for one in whole.account if one.use == "ignored"] == ["qzword"]
    bed = read("primers", "p.bed", "track name=q\nc\t1\t20\tp_LEFT\t1\t+\nc\t1\n")
    assert [(one.name, one.use) for one in bed.account] == [
        ("primer", "used"), ("primer", "told"), ("track", "ignored"),
    ]  # fmt: skip


# --- FASTA: file, record, header, letter, contig ---
@pytest.mark.hazard("H-269")
@pytest.mark.parametrize(
    ("role", "text", "word"),
    [
        ("genomes", "qzword\n>s|c\nACGT\n", "before the first header"),
        ("genomes", ">\nACGT\n", "names no sample"),
        ("genomes", ">s|c\nAC!T\n", "!"),
        ("genomes", ">s|c\n", "no sequence"),
        ("genomes", ">s|c\nACGT\n>s|c\nACGA\n", "already"),
        ("reference", ">\nACGT\n", "names no contig"),
        ("reference", ">c\nACGT\n>c\nACGT\n", "already"),
        ("primers", "c\t1\t20\n", "no primer"),
        ("primers", "c\t1\t20\tqz\n", "qz"),
    ],
)
def test_what_is_unknown_in_fasta_and_primers_is_told(role: str, text: str, word: str) -> None:
    assert says(read(role, "x", text).findings, word)


@pytest.mark.hazard("H-269")
def test_an_unknown_contig_sample_and_position_are_told_when_typed() -> None:
    letters = random_genome(300, 1)
    files = {
        "reference": ("r.fa", f">c\n{letters}\n".encode()),
        "genomes": ("g.fa", f">s|c\n{letters}\n>s|qz\nACGT\n>nobody|c\n{letters}\n".encode()),
        "samples": ("s.csv", b"sample,participant,taken\ns,p,2026-01-01\n"),
        "variants": ("v.csv", b"sample,contig,position,ref,alt,frequency\ns,c,9000,A,G,1\n"),
    }
    found = type_files(files, CatalogueRules(), FORMATS, InlineRunner(), SilentProgress())
    for word in ("qz", "nobody", "9000"):
        assert says(found.findings, word)


# --- reads ---
@pytest.mark.hazard("H-269")
@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"@r\nACGT\n+\nIIII\n>qz\nACGT\n", "'@'"),
        (b"@r\nACGT\nqz\nIIII\n", "'+'"),
        (b"@r\nACGT\n+\nIII\n@r2\nACGT\n+\nIIII\n", "qualit"),
        (b"@r\nACGT\n+qz\nIIII\n", "names another"),
        (b"", "no reads"),
        (b"@r\nACGT\n+\n", "not whole"),
    ],
)
def test_what_is_unknown_in_fastq_is_told(content: bytes, word: str) -> None:
    blocks = FastqBlocks(ReadFile(name="a.fq", content=content), None)
    for _ in blocks:
        pass
    assert says(blocks.findings, word)


@pytest.mark.hazard("H-269")
@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ("r\t0\tc\t1\t60\t4M\t*\t0\t0\tACGT\tIIII\nqzline\n", "cannot be read"),
        ("r\t0\tc\t1\t60\t4M\t*\t0\t0\t*\t*\n", "no letters"),
        ("r\t0\tc\t1\t60\t4M\t*\t0\t0\tACGT\t*\n", "no qualities"),
        ("r\t512\tc\t1\t60\t4M\t*\t0\t0\tACGT\tIIII\n", "own check"),
        ("r\t256\tc\t1\t60\t4M\t*\t0\t0\tACGT\tIIII\n", "secondary"),
    ],
)
def test_what_is_unknown_in_alignments_is_told(lines: str, word: str) -> None:
    pytest.importorskip("pysam", reason="the extra [reads] is not installed")
    content = f"@HD\tVN:1.6\n@SQ\tSN:c\tLN:100\n{lines}".encode()
    blocks = AlignedBlocks(ReadFile(name="a.sam", content=content))
    for _ in blocks:
        pass
    assert says(blocks.findings, word)


Told = set[tuple[str, str, str, int]]


def uses_of(account: Iterable[Use]) -> Told:
    return {(one.name, one.use, one.reason, one.count) for one in account}


def of_fastq(first: bytes, second: bytes | None = None) -> Told:
    mate = None if second is None else ReadFile(name="b.fq", content=second)
    blocks = FastqBlocks(ReadFile(name="a.fq", content=first), mate)
    for _ in blocks:
        pass
    return uses_of(blocks.account)


@pytest.mark.hazard("H-269")
def test_reads_give_an_account_of_reads_mates_and_words_beside_names() -> None:
    one, two = b"@r\nACGT\n+\nIIII\n", b"@q\nACGT\n+\nIIII\n"
    assert of_fastq(one * 3) == {("read", "used", "", 3)}
    assert of_fastq(one, one) == {("read", "used", "", 1), ("mate", "used", "", 1)}
    assert of_fastq(one + b"qzword") == {
        ("read", "used", "", 1), ("a.fq", "told", "FMT-082", 1)
    }  # fmt: skip
    words = ("words behind a read's name", "ignored", NOT_FASTQ_FIELD, 1)
    assert words in of_fastq(b"@r qzword\nACGT\n+\nIIII\n")
    strangers = of_fastq(one, two)
    assert not [use for _, use, _, _ in strangers if use == "used"]
    assert ("read", "told", "FMT-085", 1) in strangers


@pytest.mark.hazard("H-269")
def test_alignments_give_an_account_of_every_line_and_column() -> None:
    pytest.importorskip("pysam", reason="the extra [reads] is not installed")
    rows = (
        "a\t0\tc\t1\t60\t4M\t*\t0\t0\tACGT\tIIII",
        "b\t0\tc\t1\t60\t2S2M\t*\t0\t0\tACGT\t*",
        "c\t512\tc\t1\t60\t4M\t*\t0\t0\tACGT\tIIII",
        "a\t256\tc\t9\t60\t4M\t*\t0\t0\tACGT\tIIII",
        "a\t2048\tc\t19\t60\t4M\t*\t0\t0\tACGT\tIIII",
        "d\t0\tc\t1\t60\t4M\t*\t0\t0\t*\t*",
    )
    content = "@HD\tVN:1.6\n@SQ\tSN:c\tLN:100\n" + "".join(f"{one}\n" for one in rows)
    blocks = AlignedBlocks(ReadFile(name="a.sam", content=content.encode()))
    for _ in blocks:
        pass
    told = [one for one in blocks.account if one.level == "record"]
    assert uses_of(told) == {
        ("read", "used", "", 2), ("line", "ignored", OTHER_PLACE, 2),
        ("read", "told", "FMT-087", 1), ("read", "told", "FMT-316", 1),
        ("read", "told", "FMT-317", 1),
    }  # fmt: skip
    columns = {one.name: one.use for one in blocks.account if one.level == "column"}
    assert columns["letters clipped softly"] == "ignored"
    assert {"QNAME", "FLAG", "RNAME", "POS", "MAPQ", "CIGAR", "RNEXT", "PNEXT", "TLEN", "SEQ",
            "QUAL"} <= set(columns)  # fmt: skip
    assert sum(one.count for one in told if one.reason != "FMT-087") == len(rows)


@pytest.mark.hazard("H-269")
def test_an_assembly_gives_an_account_of_its_contigs() -> None:
    blocks = FORMATS.blocks(ReadFile(name="a.fa", content=b">c\nACGT\n>d\nAC!T\n"))
    for _ in blocks:
        pass
    told = uses_of(blocks.account)
    assert any(name == "contig" and use == "used" for name, use, _, _ in told)
    assert any(use == "told" for _, use, _, _ in told)


# --- designs ---
RECORD = """\
LOCUS       pTEST                     60 bp    DNA     circular SYN 01-JAN-2026
FEATURES             Location/Qualifiers
{}
ORIGIN
        1 atggcagcat aagcagcagt tagctgctgc catgcagcag cagcagcagc agcagcagca
//
"""


@pytest.mark.hazard("H-269")
@pytest.mark.parametrize("place", ["20^21", "J00194.1:1..9", "order(1..3,9..12)", "<1..9"])
def test_an_unknown_place_of_a_feature_is_told(place: str) -> None:
    pytest.importorskip("Bio", reason="the extra [designs] is not installed")
    row = f'     qzfeature       {place}\n                     /label="qzword"'
    design = DesignFiles().read("x.gb", RECORD.format(row).encode())
    assert says(design.findings, "qzword")


@pytest.mark.hazard("H-269")
def test_an_unknown_kind_of_feature_is_a_locus_and_an_unknown_record_refused() -> None:
    pytest.importorskip("Bio", reason="the extra [designs] is not installed")
    design = DesignFiles().read("x.gb", RECORD.format("     qzfeature       1..9").encode())
    assert len(design.loci) == 1
    for name, text in (("x.gb", b"qzword"), ("x.qz", b""), ("x.nt", b"<qz> <qz> .")):
        with pytest.raises(NoDesignError):
            DesignFiles().read(name, text)


@pytest.mark.hazard("H-269")
def test_genbank_gives_an_account_of_every_feature_and_qualifier() -> None:
    pytest.importorskip("Bio", reason="the extra [designs] is not installed")
    rows = [
        '     gene            1..9\n                     /gene="a"',
        f'     CDS             1..9\n{" " * 21}/label="a"\n{" " * 21}/qzword="x"',
        '     qzfeature       20^21\n                     /label="b"',
        "     source          1..60",
    ]
    design = DesignFiles().read("x.gb", RECORD.format("\n".join(rows)).encode())
    assert uses_of(one for one in design.account if one.level == "record") == {
        ("contig", "used", "", 1), ("feature", "used", "", 2),
        ("feature", "told", "AGT-215", 1), ("source", "ignored", WHOLE_RECORD, 1),
    }  # fmt: skip
    qualifiers = {one.name: one.use for one in design.account if one.level == "column"}
    assert qualifiers == {"/gene": "used", "/label": "used", "/qzword": "ignored"}
    protein = RECORD.format("     Region          1..9").replace(" bp    DNA ", " aa        ")
    both = DesignFiles().read("x.gb", (RECORD.format(rows[0]) + protein.replace(
        "pTEST", "pPROT").replace("a" * 4, "m" * 4)).encode())  # fmt: skip
    told = uses_of(one for one in both.account if one.level == "record")
    assert ("feature", "told", "AGT-215", 1) in told
    assert any(name == "contig" and use == "told" for name, use, _, _ in told)


@pytest.mark.hazard("H-269")
def test_sbol_gives_an_account_of_every_object() -> None:
    sbol3 = pytest.importorskip("sbol3", reason="the extra [designs] is not installed")
    sbol3.set_namespace("https://x.invalid")
    document = sbol3.Document()
    letters = sbol3.Sequence("s", elements="ACGT" * 9, encoding=sbol3.IUPAC_DNA_ENCODING)
    part = sbol3.Component("c", types=[sbol3.SBO_DNA])
    part.sequences = [letters]
    bare = sbol3.Component("bare", types=[sbol3.SBO_DNA])
    for one in (letters, part, bare, sbol3.Collection("qz")):
        document.add(one)
    part.features.append(sbol3.SequenceFeature([sbol3.Range(letters, 1, 9)], name="a"))
    part.features.append(sbol3.SequenceFeature([sbol3.Cut(letters, 4)], name="b"))
    part.interactions.append(sbol3.Interaction([sbol3.SBO_INHIBITION]))
    text = document.write_string("sorted nt")
    design = DesignFiles().read("x.nt", text.encode())
    assert uses_of(design.account) == {
        ("Sequence", "used", "", 1), ("Component", "used", "", 1),
        ("Component", "ignored", "it has no sequence", 1),
        ("Collection", "ignored", NO_SEQUENCE, 1), ("interactions", "ignored", NO_SEQUENCE, 1),
        ("feature", "used", "", 1), ("feature", "told", "AGT-215", 1),
    }  # fmt: skip


# --- lots and specs ---
@pytest.mark.hazard("H-269")
def test_unknown_names_in_specs_lots_and_files_are_told() -> None:
    for document in ({"qzword": 1}, {"loci": [{"qzword": 1}]}, {"kills": [{"qzword": 1}]}):
        assert says(checked_spec("s.toml", document, {}, date(2026, 1, 1)).findings, "qzword")
    with pytest.raises(BadLotNameError):
        require_lot_name("../qz")
    for path in ("data/reads/s.qz", "agents/x/reference.qz", "data/variants.qz"):
        assert FORMATS.role_of(path) is None
        assert len(unread_file(path)) == 1


@pytest.mark.hazard("H-269")
def test_a_lot_of_files_that_are_no_reads_is_refused_with_the_reason(tmp_path: Path) -> None:
    from tests.safety.lots.test_lots_suite import GENOME, the_spec

    from nanoward.flows.agents.check_agents import CheckedAgent

    checked = CheckedAgent(spec=the_spec(), sequences=GENOME, findings=())
    bad = [ReadFile(name="lot.fastq", content=b"qzword\n")]
    verdict = release_lot("L1", checked, bad, CallingRules(), FORMATS).verdict
    assert not verdict.released
    assert any("'@'" in one for one in verdict.reasons)
