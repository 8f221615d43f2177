import gzip
from pathlib import Path

import polars as pl
import pytest

from nanoward.catalogue.identity.divergence import (
    POLIO_MARKS,
    POLIO_VP1,
    DivergenceLimits,
    design_marker,
    divergence_class,
    held_marker,
    marker_identity,
)
from nanoward.maths.genetics.sequences import agree, masks_of
from nanoward.sequencing.consensus_alignment import placement_of

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "polio_typing"
OURS = {"agent-like": "like", "derived": "derived", "wild": "wild"}


def test_limits_belong_to_the_class_above_them() -> None:
    limits = DivergenceLimits(derived=0.01, wild=0.15)
    told = [divergence_class(n, 1000, limits) for n in (0, 9, 10, 149, 150)]
    assert told == ["agent-like", "agent-like", "derived", "derived", "wild"]
    assert divergence_class(0, 0, limits) is None


def test_what_holds_a_designers_mark_is_engineered_however_near_it_is() -> None:
    limits = DivergenceLimits(derived=0.01, wild=0.15)
    assert divergence_class(0, 1000, limits, mark="m") == "engineered"
    assert divergence_class(0, 0, limits, mark="m") == "engineered"


def test_a_mark_is_held_by_its_designed_letters_and_placed_by_the_others() -> None:
    mark = design_marker("acgtacgttgcaGGttcagacctgac")
    around = "ttgacc" + "acgtacgttgca{}ttcagacctgac" + "ggatc"
    assert marker_identity(masks_of(around.format("GG")), mark) == 1.0
    assert marker_identity(masks_of(around.format("GA")), mark) == 0.5
    assert (
        marker_identity(masks_of(around.format("NN")), mark) is None
    )  # not seen is not absent
    assert marker_identity(masks_of("acgt"), mark) is None
    assert marker_identity(masks_of("t" * 60), mark) is None
    assert held_marker(masks_of(around.format("GG")), {"m": mark}) == "m"
    assert held_marker(masks_of(around.format("GA")), {"m": mark}) is None


@pytest.mark.shared
def test_no_sabin_strain_holds_a_mark_of_nopv2_and_their_piece_with_its_letters_does() -> None:
    if not DATA.exists():
        pytest.skip("needs ../shared/data/polio_typing")
    marks = {name: design_marker(text) for name, text in POLIO_MARKS.items()}
    assert {name: int(one.designed.sum()) for name, one in marks.items()} == {
        "nOPV2 domain V, 461 to 544": 18,
        "nOPV2 silent cre, 4435 to 4502": 8,
        "nOPV2 capsid, 741 to 1326": 3,
    }
    references = fasta(DATA / "sabin_references.fasta.gz")
    for text in references.values():
        assert held_marker(masks_of(text), marks) is None
    sabin2 = references["AY184220"]
    for name, text in POLIO_MARKS.items():
        first, last = (int(one) for one in name.split(", ")[1].split(" to "))
        piece = sabin2[first - 1 : last]
        assert [a != b.upper() for a, b in zip(piece, text, strict=True)] == [
            b.isupper() for b in text
        ]
        made = sabin2[: first - 1] + text + sabin2[last:]
        assert held_marker(masks_of(made), marks) == name


def fasta(path: Path) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        if line.startswith(">"):
            name = line[1:].split("|")[0].split()[0]
            found[name] = []
        else:
            found[name].append(line)
    return {name: "".join(parts) for name, parts in found.items()}


def truth(row: dict[str, object]) -> str:
    told = str(row["truth_class"])
    if told.startswith("engineered") or (told == "nOPV" and row["engineered_flag"]):
        return "engineered"
    if told in ("Sabin", "Sabin-like", "nOPV", "nOPV-L", "vaccine"):
        return "like"
    return "wild" if told == "wild" else "derived"


@pytest.mark.shared
def test_polioviruses_are_told_apart_with_an_accuracy_of_0_985() -> None:
    if not DATA.exists():
        pytest.skip("needs ../shared/data/polio_typing")
    references = fasta(DATA / "sabin_references.fasta.gz")
    targets = {
        row["serotype"]: masks_of(references[row["reference"]][row["start"] - 1 : row["end"]])
        for row in pl.read_csv(DATA / "vp1_coordinates.csv").to_dicts()
    }
    sequences = fasta(DATA / "vp1.fasta.gz")
    right = total = 0
    for row in pl.read_csv(DATA / "samples.csv").to_dicts()[::4]:
        target = targets[row["serotype"]]
        query = masks_of(sequences[row["sample"]])
        placement = placement_of(query, target)
        assert placement is not None
        laid = placement.where >= 0
        letters = query[placement.where[laid]]
        differing = int((~agree(letters, target[laid])).sum())
        told = divergence_class(differing, int((letters > 0).sum()), POLIO_VP1[row["serotype"]])
        right += OURS[str(told)] == truth(row)
        total += 1
    assert total > 1000
    assert right / total >= 0.985
