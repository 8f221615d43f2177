"""Sound specs by seed, with the sequences that they state."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from nanoward.agents import sequence_sha256

DAY = date(2026, 11, 23)
Made = tuple[dict[str, Any], dict[str, str]]


def frame(rng: np.random.Generator, codons: int) -> str:
    """A reading frame: ATG, codons without a stop, TAA."""
    inner = []
    while len(inner) < codons:
        codon = "".join(rng.choice(list("ACGT"), 3))
        if codon not in ("TAA", "TAG", "TGA"):
            inner.append(codon)
    return "ATG" + "".join(inner) + "TAA"


def sound_spec(seed: int) -> Made:
    """A document without a fault and its sequences."""
    rng = np.random.default_rng(seed)
    filler = ["".join(rng.choice(list("ACGT"), int(n))) for n in rng.integers(30, 300, 5)]
    genes = [frame(rng, int(n)) for n in rng.integers(10, 40, 3)]
    turned = genes[2].translate(str.maketrans("ACGT", "TGCA"))[::-1]
    letters = filler[0] + genes[0] + filler[1] + genes[1] + filler[2] + turned + filler[3]
    starts = np.cumsum([len(filler[0]), len(genes[0]) + len(filler[1]),
                        len(genes[1]) + len(filler[2])])  # fmt: skip
    roles = ("kill", "kill", "payload")
    loci = [
        {
            "name": f"g{at}", "role": role, "contig": "main", "first": int(start) + 1,
            "last": int(start) + len(gene), "strand": strand, "coding": True,
        }
        for at, (role, start, gene, strand) in enumerate(
            zip(roles, starts, genes, "++-", strict=True)
        )
    ]  # fmt: skip
    sequences = {"main": letters, "plasmid": filler[4]}
    document = {
        "name": f"agent-{seed}", "title": "Made for a test", "version": f"{seed % 3}.2.{seed}",
        "kind": ("microbe", "virus", "phage", "cell")[seed % 4], "expires": "2027-11-23",
        "parent": "" if seed % 2 else "other@9.9.9",
        "contigs": [
            {"name": name, "length": len(text), "sha256": sequence_sha256(text)}
            for name, text in sequences.items()
        ],
        "loci": loci,
        "settings": [_setting(rng, "dose", "mg"), _setting(rng, "dwell", "h")],
        "kills": [_kill(rng, "starve", "g0", "diaminopimelic acid withdrawn"),
                  _kill(rng, "burst", "g1", "arabinose given")],
        "effects": [
            {"term": "Remission", "direction": "benefit", "share": float(rng.random())},
            {"term": "Diarrhoea", "direction": "harm", "share": float(rng.random())},
        ],
    }  # fmt: skip
    return document, sequences


def _setting(rng: np.random.Generator, name: str, unit: str) -> dict[str, Any]:
    low, step, steps = float(rng.integers(0, 5)), float(rng.choice([0.1, 0.5, 1.0])), 20
    high = low + steps * step
    return {
        "name": name, "unit": unit, "low": low, "high": high, "step": step,
        "default": low + step * int(rng.integers(0, steps)), "on_loss": low,
        "largest_change": step * int(rng.integers(1, 5)), "longest_h": 12.0,
        "may_change": "participant", "own_low": low + step, "own_high": high - step,
    }  # fmt: skip


def _kill(rng: np.random.Generator, name: str, locus: str, trigger: str) -> dict[str, Any]:
    escape = float(10 ** rng.uniform(-11, -7))
    return {
        "name": name, "locus": locus, "trigger": trigger, "escape": escape,
        "escape_low": escape / 3, "escape_high": escape * 3,
        "conditions": "LB, 37 Cel, 24 h", "doubling_h": 12.0, "assay": "plating",
        "detection_limit": 3.0,
    }  # fmt: skip


@pytest.fixture
def make_spec() -> Callable[[int], Made]:
    return sound_spec


@pytest.fixture
def day() -> date:
    return DAY
