import json
import tomllib
from datetime import date

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.designs.design_files import DesignFiles
from nanoward.adapters.signers.spec_keys import Ed25519Signatures
from nanoward.agents import UnpublishableError, document_toml, sequence_sha256, toml_of
from nanoward.flows.agents.check_agents import (
    BadSpecFileError,
    CheckedAgent,
    check_agent,
    design_of,
    fasta_of,
    publish_spec,
    sign_spec,
)
from nanoward.testing.reads import random_genome

DAY = date(2026, 11, 23)
LETTERS = random_genome(300, 1)
TEXT = f"""\
name = "lamp"
title = "A device"
version = "1.0.0"
kind = "device"
expires = 2027-01-01
[[contigs]]
name = "c"
length = 300
sha256 = "{sequence_sha256(LETTERS)}"
[[loci]]
name = "spare"
role = "backbone"
contig = "c"
first = 5
last = 20
[[effects]]
term = "Sleep"
direction = "benefit"
share = 0.5
"""
FASTA = ("r.fasta", f">c\n{LETTERS}\n".encode())
SIGNER = Ed25519Signatures()


def checked(text: str = TEXT, name: str = "spec.toml") -> CheckedAgent:
    return check_agent((name, text.encode()), FASTA, FileFormats(), DesignFiles(), DAY)


def test_a_spec_is_checked_against_its_fasta() -> None:
    assert checked().findings == ()
    assert [one.code for one in checked(TEXT.replace("last = 20", "last = 400")).findings] == [
        "AGT-123"
    ]


def test_a_spec_in_genbank_carries_everything() -> None:
    content = DesignFiles().write("lamp.gb", design_of(checked()))
    again = check_agent(("lamp.gb", content), None, FileFormats(), DesignFiles(), DAY)
    assert again.findings == ()
    assert again.spec == checked().spec
    assert again.spec is not None
    assert tomllib.loads(toml_of(again.spec))["name"] == "lamp"


DRAWING = """\
LOCUS       pTEST                     24 bp    DNA     linear   SYN 01-JAN-2026
DEFINITION  Drawn by somebody else.
ACCESSION   pTEST
VERSION     pTEST
FEATURES             Location/Qualifiers
     CDS             4..12
                     /label="off"
                     /note="what only its maker understands"
ORIGIN
        1 ccgatggcat aagcagcagt tagc
//
"""


def test_a_drawing_becomes_a_draft_and_comes_back_to_the_letter() -> None:
    def read(name: str, content: bytes, fasta: bytes | None = None) -> CheckedAgent:
        reference = None if fasta is None else ("r.fasta", fasta)
        drawing = None if fasta is None else ("design.gb", DRAWING.encode())
        return check_agent(
            (name, content), reference, FileFormats(), DesignFiles(), DAY, drawing
        )

    drawn = read("p.gb", DRAWING.encode())
    assert drawn.spec is None
    assert {one.code for one in drawn.findings} == {"AGT-105"}
    text = document_toml(drawn.design.document)
    assert text.startswith("# name = ?")
    fasta = fasta_of(drawn.sequences).encode()
    draft = read("spec.toml", text.encode(), fasta)
    assert [one.code for one in draft.findings] == ["AGT-105"] * 5
    assert DesignFiles().write("p.gb", design_of(draft)) == DRAWING.encode()
    whole = text.replace("# name = ?", 'name = "p"').replace("# kind = ?", 'kind = "phage"')
    for line in ('title = "t"', 'version = "1.0.0"', "expires = 2027-01-01"):
        whole = whole.replace(f"# {line.split(' = ')[0]} = ?", line)
    made = read("spec.toml", whole.encode(), fasta)
    assert made.spec is not None
    again = read("q.gb", DesignFiles().write("q.gb", design_of(made)))
    assert again.spec == made.spec
    assert again.design.origin == (".gb", DRAWING)


def test_a_feature_that_was_moved_alone_is_a_fault() -> None:
    content = DesignFiles().write("lamp.gb", design_of(checked()))
    moved = content.replace(b"5..20", b"5..26")
    told = check_agent(("lamp.gb", moved), None, FileFormats(), DesignFiles(), DAY)
    assert [one.code for one in told.findings] == ["AGT-195", "AGT-195"]


def test_a_file_that_is_no_toml_is_an_input_error() -> None:
    with pytest.raises(BadSpecFileError, match=r"spec\.toml"):
        checked("name = ")


@pytest.mark.hazard("H-52")
def test_two_people_publish_and_one_does_not() -> None:
    spec = checked().spec
    assert spec is not None
    keys = {name: SIGNER.new_key() for name in ("ada", "ben")}
    people = {name: key.public for name, key in keys.items()}
    signed = [
        (name, sign_spec(spec, name, key.private, SIGNER).encode())
        for name, key in keys.items()
    ]
    record = json.loads(publish_spec(spec, signed, people, [], SIGNER, DAY))
    assert [one["person"] for one in record["signatures"]] == ["ada", "ben"]
    with pytest.raises(UnpublishableError, match="1 of 2"):
        publish_spec(spec, signed[:1], people, [], SIGNER, DAY)
    with pytest.raises(UnpublishableError, match="does not rise"):
        publish_spec(spec, signed, people, ["1.0.0"], SIGNER, DAY)
    with pytest.raises(BadSpecFileError):
        publish_spec(spec, [("x", b"{}")], people, [], SIGNER, DAY)
