"""A reader who knows the field, but not the code, finds the right folder by its words.

The reader greps: words of the question are looked for in the names of files and folders and in
the first lines of their docstrings; words that stand everywhere say little. The folder of the
best module must be the one that a person would want.
"""

import ast
import math
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "nanoward"

QUESTIONS = {
    "which CTCAE grade does this potassium result get": "clearance/grading",
    "Hy's law and the eDISH plot of liver peaks": "clearance/monitoring",
    "status of the plan's stopping rules and site indicators": "clearance/monitoring",
    "SDTM edit checks: consistency of dates between domains": "clearance/sdtm",
    "FHIR consent: document, withdrawal, permissions": "clearance/consent",
    "the PHQ-9 instrument and its items": "clearance/wellbeing",
    "the empirical Bayes (MAP) estimate of one subject": "tuning/estimation",
    "population objective of FOCE-I and the Laplace approximation": "tuning/estimation",
    "NONMEM control stream: $PK abbreviated code": "tuning/nonmem",
    "event table records: EVID, AMT, ADDL, occasions": "tuning/data",
    "steady state dosing and target attainment": "tuning/dosing",
    "minor variant calling, error model and indels": "catalogue/calling",
    "sample swap, contamination between samples": "catalogue/identity",
    "dN/dS, parallel evolution, acquired mutations within hosts": "catalogue/evolution",
    "k-mer index and read mapping": "sequencing",
    "which pairs are links: unrelated pairs, significance, clusters": "bonds/linkage",
    "direction of transmission by dates and the molecular clock": "bonds/direction",
    "RFC 9162 Merkle tree, checkpoints and inclusion proofs": "audit",
    "a kill code approved by two people": "control",
    "VCF, BAM, FASTQ and FASTA files read": "adapters/formats/sequences",
}


def words(text: str) -> list[str]:
    """Lower-case words, plural and singular alike."""
    return [one.rstrip("s") for one in re.findall(r"[a-z0-9]+(?:-[0-9]+)?", text.lower())]


@lru_cache(maxsize=1)
def signs() -> dict[Path, Counter[str]]:
    """Words on each module's door: its path (which counts twice), and its docstring."""
    found = {}
    for module in sorted(SOURCE.rglob("*.py")):
        path = words(str(module.relative_to(SOURCE).with_suffix("")).replace("_", " "))
        said = words(ast.get_docstring(ast.parse(module.read_text())) or "")
        found[module] = Counter(path) + Counter(path) + Counter(set(said))
    return found


def best_folder(question: str) -> str:
    """Folder of the module whose door has most of the question's rare words."""
    doors = signs()
    spread = Counter(word for door in doors.values() for word in set(door))
    asked = set(words(question))

    def score(module: Path) -> float:
        door = doors[module]
        return sum(
            (1 + math.log(door[word])) * math.log(len(doors) / spread[word])
            for word in asked
            if word in door
        )

    best = max(doors, key=score)
    return str(best.parent.relative_to(SOURCE))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one[:40])
def test_the_words_of_the_field_lead_to_the_folder(question: str) -> None:
    assert best_folder(question) == QUESTIONS[question]
