import pytest

from nanoward.adapters.formats.designs.design_annotations import NoDesignError
from nanoward.adapters.formats.designs.design_files import DesignFiles
from nanoward.adapters.formats.designs.genbank import read_genbank

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


def test_stretches_are_loci_and_joins_and_open_ends_are_not() -> None:
    design = read_genbank("x.gb", FOREIGN)
    assert list(design.sequences) == ["pTEST.1"]
    assert [(one[0], one[2], one[3], one[4]) for one in design.loci] == [
        ("abc", 1, 12, "+"),
        ("abc (2)", 1, 12, "+"),
        ("def", 20, 31, "-"),
    ]
    coding = {one["name"] for one in design.document["loci"] if one["coding"]}
    assert "def" in coding


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
