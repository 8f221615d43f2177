import re
from dataclasses import replace

import pytest

from nanoward.adapters.formats.designs.design_annotations import NoDesignError
from nanoward.adapters.formats.designs.design_files import DesignFiles
from nanoward.adapters.formats.designs.genbank import genbank_text, read_genbank
from nanoward.ports.designs import Design

FOREIGN = """\
LOCUS       pTEST                     60 bp    DNA     circular SYN 01-JAN-2026
DEFINITION  A plasmid that somebody else drew.
ACCESSION   pTEST
VERSION     pTEST.1
KEYWORDS    test; not ours.
SOURCE      synthetic DNA construct
  ORGANISM  synthetic DNA construct
            other sequences; artificial sequences.
COMMENT     Drawn by hand.
FEATURES             Location/Qualifiers
     source          1..60
                     /organism="synthetic DNA construct"
     gene            1..12
                     /gene="abc"
     CDS             1..12
                     /gene="abc"
                     /note="a note that nanoward does not understand"
     CDS             complement(20..31)
                     /label="def"
     misc_feature    join(50..60,1..5)
                     /label="over the origin"
     promoter        <40..45
ORIGIN
        1 atggcagcat aagcagcagt tagctgctgc catgcagcag cagcagcagc agcagcagca
//
"""


@pytest.mark.hazard("H-195")
def test_every_feature_is_a_locus_and_joins_and_open_ends_are_told() -> None:
    design = read_genbank("x.gb", FOREIGN)
    assert list(design.sequences) == ["pTEST.1"]
    assert [(one[0], one[2], one[3], one[4]) for one in design.loci] == [
        ("over the origin [2 of 2]", 1, 5, "+"),
        ("abc", 1, 12, "+"),
        ("abc (2)", 1, 12, "+"),
        ("def", 20, 31, "-"),
        ("pTEST.1:40-45", 40, 45, "+"),
        ("over the origin [1 of 2]", 50, 60, "+"),
    ]
    assert [(one.code, one.column) for one in design.findings] == [
        ("AGT-213", "over the origin"), ("AGT-214", ""),
    ]  # fmt: skip
    coding = {one["name"] for one in design.document["loci"] if one["coding"]}
    assert "def" in coding


@pytest.mark.hazard("H-195")
@pytest.mark.parametrize(
    ("place", "code", "made"),
    [
        ("20^21", "AGT-215", 0),
        ("J00194.1:1..9", "AGT-215", 0),
        ("order(1..9,20..29)", "AGT-213", 2),
        ("(3.9)..20", "AGT-214", 1),
        ("55..65", "AGT-213", 2),
        ("3..9", None, 1),
    ],
)
def test_a_feature_is_a_locus_or_told(place: str, code: str | None, made: int) -> None:
    text = FOREIGN.replace("complement(20..31)", place)
    design = read_genbank("x.gb", text)
    assert sum(one[0].startswith("def") for one in design.loci) == made
    assert [one.code for one in design.findings if one.column == "def"] == (
        [code] if code else []
    )


def test_the_name_of_several_words_that_snapgene_writes_is_read() -> None:
    design = read_genbank("x.gb", FOREIGN.replace("pTEST   ", "Exported File"))
    assert "AGT-218" in {one.code for one in design.findings}


@pytest.mark.hazard("H-195")
def test_a_record_of_another_length_and_parts_of_records_without_a_head_are_told() -> None:
    stated = re.sub(r"(LOCUS +\S+ +)\d+ bp", r"\g<1>999 bp", FOREIGN)
    (told,) = [one for one in read_genbank("x.gb", stated).findings if one.code == "AGT-220"]
    assert "999" in told.message
    broken = FOREIGN + FOREIGN.replace("LOCUS", "LOCVS")
    said = [one.message for one in read_genbank("x.gb", broken).findings]
    assert sum("stands in no record" in one for one in said) == 2
    assert "AGT-220" not in {one.code for one in read_genbank("x.gb", FOREIGN).findings}


def test_windows_1252_is_read_and_told_and_protein_is_no_contig() -> None:
    told = DesignFiles().read("x.gb", FOREIGN.replace("hand", "André").encode("cp1252"))
    assert "AGT-217" in {one.code for one in told.findings}
    protein = FOREIGN.replace("bp    DNA   ", "aa          ")
    with pytest.raises(NoDesignError, match="no letters"):
        DesignFiles().read("x.gb", protein.encode())


@pytest.mark.parametrize("through", ["x.nt", "x.ttl", "x.rdf"])
def test_through_another_format_the_file_comes_back_to_the_letter(through: str) -> None:
    files = DesignFiles()
    middle = files.read(through, files.write(through, files.read("x.gb", FOREIGN.encode())))
    assert sorted(middle.loci) == sorted(read_genbank("x.gb", FOREIGN).loci)
    assert files.write("y.gbk", middle) == FOREIGN.encode()


def test_a_change_is_written_and_the_original_goes_along() -> None:
    from dataclasses import replace

    files = DesignFiles()
    design = files.read("x.gb", FOREIGN.encode())
    changed = replace(design, document={**design.document, "name": "x"})
    again = files.read("x.gb", files.write("x.gb", changed))
    assert again.document["name"] == "x"
    assert again.origin == (".gb", FOREIGN)


def test_records_without_letters_or_of_one_name_are_refused() -> None:
    with pytest.raises(NoDesignError, match="two records"):
        read_genbank("x.gb", FOREIGN + FOREIGN)
    with pytest.raises(NoDesignError):
        DesignFiles().read("x.gb", FOREIGN.split("ORIGIN", maxsplit=1)[0].encode() + b"//\n")


@pytest.mark.hazard("H-195")
@pytest.mark.parametrize("ending", [".gb", ".nt", ".ttl"])
def test_a_circle_stays_a_circle_when_the_design_was_changed(ending: str) -> None:
    files = DesignFiles()
    design = files.read("x.gb", FOREIGN.encode())
    assert [one.get("circular") for one in design.document["contigs"]] == [True]
    changed = replace(design, document={**design.document, "title": "changed"}, origin=None)
    text = files.write(f"x{ending}", changed)
    assert (b"circular" if ending == ".gb" else b"SO:0000988") in text
    again = files.read(f"x{ending}", text)
    assert [one.get("circular") for one in again.document["contigs"]] == [True]
    line = FOREIGN.replace("circular", "linear  ")
    flat = files.read("x.gb", line.encode())
    assert "circular" not in flat.document["contigs"][0]
    straight = replace(flat, document={**flat.document, "title": "changed"}, origin=None)
    assert b"circular" not in files.write("x.gb", straight)


def test_a_locus_is_written_where_it_lies() -> None:
    loci = (("a", "c", 1, 3, "+"), ("b", "c", 10, 10, "-"), ("d", "c", 20, 60, "+"))
    design = Design(document={"name": "x", "loci": []}, sequences={"c": "ACGT" * 15}, loci=loci)
    text = genbank_text(design)
    places = re.findall(r"misc_feature +(\S+)", text)
    assert places == ["1..3", "complement(10)", "20..60"]
