import sys
import warnings
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.adapters.formats.designs.test_genbank import FOREIGN

from nanoward.adapters.formats.designs.design_files import (
    DesignFiles,
    NoDesignError,
    NoDesignLibraryError,
)
from nanoward.ports.designs import Design
from nanoward.testing.reads import random_genome

DESIGN = Design(
    document={
        "name": "x", "title": "é \"quoted\" \\ and a line that is rather long " * 5,
        "loci": [{"name": "kill one", "coding": True}, {"name": "b", "coding": False}],
    },
    sequences={"main": random_genome(500, 1), "plasmid": random_genome(80, 2)},
    loci=(("kill one", "main", 10, 99, "+"), ("b", "main", 120, 500, "-"),
          ("c", "plasmid", 1, 1, "+")),
)  # fmt: skip


@pytest.mark.parametrize("name", ["x.gb", "x.nt", "x.ttl", "x.rdf"])
def test_a_design_survives_the_round_trip_unchanged(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries' own
        found = DesignFiles().read(name, DesignFiles().write(name, DESIGN))
    assert found.document == DESIGN.document
    assert dict(found.sequences) == DESIGN.sequences
    assert sorted(found.loci) == sorted(DESIGN.loci)


def test_a_file_of_others_gives_contigs_and_loci() -> None:
    content = DesignFiles().write("x.gb", DESIGN)
    stripped = content.replace(b"nanoward-spec", b"other-program")
    found = DesignFiles().read("x.gb", stripped)
    assert [one["name"] for one in found.document["contigs"]] == ["main", "plasmid"]
    assert [one["role"] for one in found.document["loci"]] == ["cds", "backbone", "backbone"]


@pytest.mark.parametrize("name", ["x.gb", "x.nt", "x.ttl"])
def test_what_is_no_design_is_an_input_error(name: str) -> None:
    warnings.simplefilter("ignore")  # pytest restores the filters
    with pytest.raises(NoDesignError):
        DesignFiles().read(name, b"this is no design\n")
    with pytest.raises(NoDesignError):
        DesignFiles().read(name, b"\xff\xfe")


def test_an_ending_that_nobody_knows_is_an_input_error() -> None:
    with pytest.raises(NoDesignError, match="docx"):
        DesignFiles().read("x.docx", b"")
    with pytest.raises(NoDesignError, match="docx"):
        DesignFiles().write("x.docx", DESIGN)


def test_a_file_that_was_not_changed_is_written_as_it_came() -> None:
    design = DesignFiles().read("x.gb", FOREIGN.encode())
    assert DesignFiles().write("y.gb", design) == FOREIGN.encode()
    for other in (
        replace(design, loci=design.loci[:1]),
        replace(design, sequences={"pTEST.1": "A" * 60}),
        replace(design, document={**design.document, "title": "another"}),
    ):
        assert DesignFiles().write("y.gb", other) != FOREIGN.encode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert DesignFiles().write("y.ttl", design) != FOREIGN.encode()


def test_without_the_libraries_for_designs_the_way_out_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [one for one in sys.modules if one == "Bio" or one.startswith("Bio.")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "Bio", None)
    acts: tuple[Callable[[], object], ...] = (
        lambda: DesignFiles().write("x.gb", DESIGN),
        lambda: DesignFiles().read("x.gb", FOREIGN.encode()),
    )
    for act in acts:
        with pytest.raises(NoDesignLibraryError) as fault:
            act()
        assert fault.value.code == "AGT-004"
        assert "nanoward[designs]" in fault.value.next_step
