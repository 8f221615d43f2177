from collections.abc import Mapping

import numpy as np
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.catalogue.identity.divergence import DivergenceLimits
from nanoward.flows.catalogue.classify_divergence import (
    Distance,
    UnknownPolioReferenceError,
    classify_divergence,
    nearest,
)
from nanoward.testing.reads import random_genome

ONE, TWO = random_genome(900, 1), random_genome(900, 2)
LIMITS = DivergenceLimits(derived=0.01, wild=0.15)
REFERENCES = ("r.fasta", f">PV1\n{ONE}\n>PV2\n{TWO}\n".encode())


def changed(text: str, count: int) -> str:
    letters = list(text)
    for at in np.random.default_rng(3).choice(len(text), count, replace=False).tolist():
        letters[at] = "ACGT"[("ACGT".index(letters[at]) + 1) % 4]
    return "".join(letters)


def test_the_nearest_agent_and_the_class_are_told() -> None:
    fasta = f">a\n{ONE}\n>b\n{changed(TWO, 20)}\n>c\n{changed(ONE, 150)}\n>d\n{'N' * 900}\n"
    table = classify_divergence(("s.fasta", fasta.encode()), REFERENCES, FileFormats(), LIMITS)
    assert table.select("sequence", "nearest", "differing", "class").rows()[:3] == [
        ("a", "PV1", 0, "agent-like"),
        ("b", "PV2", 20, "derived"),
        ("c", "PV1", 150, "wild"),
    ]
    assert table.row(3, named=True)["class"] is None


def test_limits_of_poliovirus_go_by_the_name_of_the_reference() -> None:
    fasta = f">a\n{changed(ONE, 8)}\n>b\n{changed(TWO, 8)}\n".encode()
    table = classify_divergence(("s.fasta", fasta), REFERENCES, FileFormats(), None)
    assert table["class"].to_list() == ["agent-like", "derived"]


def test_a_mark_makes_engineered_and_its_name_is_told() -> None:
    marks = ("m.fasta", f">mark\n{ONE[100:140].lower()}\n{'ACGT' * 3}\n".encode())
    built = ONE[:140] + "ACGT" * 3 + ONE[152:]
    fasta = f">a\n{ONE}\n>b\n{built}\n".encode()
    table = classify_divergence(("s.fasta", fasta), REFERENCES, FileFormats(), LIMITS, marks)
    assert table.select("mark", "class").rows() == [
        (None, "agent-like"),
        ("mark", "engineered"),
    ]


def test_a_sequence_that_comes_back_is_laid_once_and_told_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def counting(query: np.ndarray, targets: Mapping[str, np.ndarray]) -> Distance | None:
        asked.append(len(query))
        return nearest(query, targets)

    monkeypatch.setattr("nanoward.flows.catalogue.classify_divergence.nearest", counting)
    fasta = f">a\n{ONE}\n>b\n{changed(ONE, 3)}\n>c\n{ONE}\n".encode()
    table = classify_divergence(("s.fasta", fasta), REFERENCES, FileFormats(), LIMITS)
    assert table["sequence"].to_list() == ["a", "b", "c"]
    assert table["differing"].to_list() == [0, 3, 0]
    assert len(asked) == 2


@pytest.mark.hazard("H-198")
def test_polio_limits_are_those_of_named_types_alone() -> None:
    letters = f">x\n{'ACGTTGCA' * 40}\n".encode()
    with pytest.raises(UnknownPolioReferenceError, match="Sabin"):
        classify_divergence(
            ("q.fa", letters), ("r.fa", letters.replace(b"x", b"Sabin")), FileFormats(), None
        )
