"""Changes to lots, specs and signatures: each is refused or told; harmless ones change nothing.

Every change is laid over one sound agent of which everything is published and released.
"""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.signers.spec_keys import Ed25519Signatures
from nanoward.agents import (
    AgentSpec,
    SpecSignature,
    check_spec,
    refusals,
    require_lot_name,
    sequence_sha256,
    signed_bytes,
    spec_of,
)
from nanoward.base.errors import NanowardError
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.flows.agents.check_agents import CheckedAgent
from nanoward.flows.lots.release_lot import LotReport, release_lot
from nanoward.ports.reads import ReadFile
from nanoward.testing.lots import (
    BREAKS,
    CHASSIS,
    KILL,
    PLASMID,
    Genome,
    lot_genome,
    lot_pairs,
)
from nanoward.testing.reads import Library, packed, random_genome

DAY = date(2026, 11, 1)
GENOME = lot_genome(chassis=6_000, plasmid=4_000)
LIBRARY = Library(depth=45, length=150, insert=350)
Document = dict[str, Any]


def document() -> Document:
    """A sound spec of two contigs, two kill loci and two mechanisms."""
    kill = {
        "escape": 1e-9, "escape_low": 1e-10, "escape_high": 1e-8, "conditions": "37 Cel",
        "doubling_h": 24.0, "assay": "plating", "detection_limit": 3.0,
    }  # fmt: skip
    return {
        "name": "lysin", "title": "An agent", "version": "1.0.0", "kind": "microbe",
        "expires": "2028-01-01",
        "contigs": [
            {"name": name, "length": len(text), "sha256": sequence_sha256(text)}
            for name, text in GENOME.items()
        ],
        "loci": [
            {"name": "kill1", "role": "kill", "contig": PLASMID, "first": KILL[0],
             "last": KILL[1]},
            {"name": "kill2", "role": "kill", "contig": CHASSIS, "first": 3001, "last": 3600},
            {"name": "ori", "role": "backbone", "contig": PLASMID, "first": 3001,
             "last": 3500},
        ],
        "settings": [
            {"name": "inducer", "unit": "mg", "low": 0.0, "high": 300.0, "step": 25.0,
             "default": 100.0, "on_loss": 0.0, "largest_change": 75.0, "longest_h": 24.0,
             "may_change": "participant", "own_low": 25.0, "own_high": 200.0},
        ],
        "kills": [
            {"name": "lysis", "locus": "kill1", "trigger": "arabinose", **kill},
            {"name": "starvation", "locus": "kill2", "trigger": "withdrawal", **kill},
        ],
        "effects": [{"term": "Exposure", "direction": "benefit", "share": 0.7}],
    }  # fmt: skip


def spec_is_sound(made: Document, genome: Genome = GENOME) -> bool:
    spec, faults = spec_of(made)
    return not faults and spec is not None and not check_spec(spec, genome, DAY)


# --- specs: every value of every part, missing, of another kind, or out of its range ---
WRONG: dict[str, tuple[Any, ...]] = {
    "name": ("", "../x", 7), "version": ("1.0", "01.0.0", "x", 1.0), "kind": ("plant", ""),
    "expires": ("2026-11-01", "2020-01-01", "soon", 5),
    "contigs.length": (0, 3_999, "4000", 4_000.0), "contigs.sha256": ("", "00" * 32),
    "contigs.name": ("other", ""),
    "loci.first": (0, -5, 99_999, "1001", 1.5), "loci.last": (0, 99_999, None),
    "loci.role": ("gene", ""), "loci.contig": ("nowhere", ""), "loci.strand": ("x", 1),
    "loci.name": ("kill2", ""),
    "settings.unit": ("furlong", ""), "settings.low": (400.0, float("nan"), "0"),
    "settings.high": (-1.0, float("inf")), "settings.step": (0.0, -1.0, 1_000.0),
    "settings.default": (-1.0, 301.0, 110.0), "settings.on_loss": (-5.0, 999.0),
    "settings.largest_change": (0.0, 1.0, 999.0), "settings.longest_h": (0.0, -1.0),
    "settings.may_change": ("anybody", ""), "settings.own_low": (-1.0, 250.0),
    "settings.own_high": (301.0, 0.0),
    "kills.locus": ("ori", "", "kill2", "lost"), "kills.trigger": ("", "withdrawal"),
    "kills.escape": (0.0, 1.0, -1e-9, 2.0, "1e-9"), "kills.escape_low": (1e-8, -1.0),
    "kills.escape_high": (1e-10, 1.0), "kills.conditions": ("", " "),
    "kills.doubling_h": (0.0, -1.0), "kills.assay": ("",), "kills.detection_limit": (0.0,),
    "kills.name": ("starvation",),
    "effects.direction": ("good", ""), "effects.share": (-0.1, 1.1), "effects.term": ("",),
}  # fmt: skip
REQUIRED = [
    *("name", "title", "version", "kind", "expires", "contigs", "kills", "effects", "loci"),
    *("contigs.sha256", "loci.role", "settings.step", "kills.escape", "kills.locus"),
]


def with_value(path: str, value: Any) -> Document:
    made = copy.deepcopy(document())
    part, _, name = path.rpartition(".")
    at = 1 if path == "contigs.length" or path.startswith("contigs") else 0
    (made[part][at] if part else made)[name] = value
    return made


def without(path: str) -> Document:
    made = copy.deepcopy(document())
    part, _, name = path.rpartition(".")
    del (made[part][0] if part else made)[name]
    return made


SPECS: list[tuple[str, Callable[[], Document]]] = [
    *(
        (f"{path} = {value!r}", lambda path=path, value=value: with_value(path, value))
        for path, values in WRONG.items()
        for value in values
    ),
    *((f"no {path}", lambda path=path: without(path)) for path in REQUIRED),
    ("a name that is not known", lambda: with_value("spare", 1)),
    ("kills.spare", lambda: with_value("kills.spare", 1)),
    ("a kill locus of one letter", lambda: with_value("loci.last", KILL[0])),
    ("a kill locus of nine letters", lambda: with_value("loci.last", KILL[0] + 8)),
    ("one kill mechanism", lambda: {**document(), "kills": document()["kills"][:1]}),
]


def test_the_sound_spec_is_sound() -> None:
    assert spec_is_sound(document())


@pytest.mark.hazard("H-199")
@pytest.mark.parametrize("change", [one for _, one in SPECS], ids=[name for name, _ in SPECS])
def test_a_changed_spec_is_refused(change: Callable[[], Document]) -> None:
    assert not spec_is_sound(change())


@pytest.mark.hazard("H-199")
@pytest.mark.parametrize("contig", [CHASSIS, PLASMID])
@pytest.mark.parametrize("letters", ["", "N", "ACGT", "!@"])
def test_a_changed_reference_is_refused(contig: str, letters: str) -> None:
    assert not spec_is_sound(document(), {**GENOME, contig: GENOME[contig][:-1] + letters * 2})


# --- signatures ---
SIGNER = Ed25519Signatures()
KEYS = {name: SIGNER.new_key() for name in ("ada", "ben", "eve")}
PEOPLE = {name: KEYS[name].public for name in ("ada", "ben")}


def the_spec() -> AgentSpec:
    spec, _ = spec_of(document())
    assert spec is not None
    return spec


def signature(person: str, key: str = "", message: bytes | None = None) -> SpecSignature:
    text = signed_bytes(the_spec()) if message is None else message
    public, signed = SIGNER.sign(KEYS[key or person].private, text)
    return SpecSignature(person=person, key=public, signature=signed)


def is_published(signed: list[SpecSignature], people: dict[str, str] | None = None,
                 before: tuple[str, ...] = (), day: date = DAY) -> bool:  # fmt: skip
    return not refusals(the_spec(), signed, people or PEOPLE, SIGNER.verify, before, day)


ADA, BEN = signature("ada"), signature("ben")
LOUD = {**PEOPLE, "ann": PEOPLE["ada"].upper()}
SIGNATURES: dict[str, Callable[[], bool]] = {
    "one": lambda: is_published([ADA]),
    "none": lambda: is_published([]),
    "one twice": lambda: is_published([ADA, ADA]),
    "a stranger": lambda: is_published([ADA, signature("eve")]),
    "ben with ada's key": lambda: is_published([ADA, signature("ben", "ada")]),
    "one key under two names, in capitals": lambda: is_published(
        [ADA, SpecSignature(person="ann", key=ADA.key.upper(), signature=ADA.signature)], LOUD
    ),
    "a third name with ada's key": lambda: is_published([ADA, BEN], LOUD),
    "one key with blanks": lambda: is_published(
        [ADA, BEN], {**PEOPLE, "ann": " ".join([PEOPLE["ada"][:32], PEOPLE["ada"][32:]])}
    ),
    "two spellings of one name": lambda: is_published(
        [ADA, BEN], {**PEOPLE, "Ada": KEYS["eve"].public}
    ),
    "a name with a blank": lambda: is_published(
        [ADA, BEN], {**PEOPLE, "ada ": KEYS["eve"].public}
    ),
    "another message": lambda: is_published([ADA, signature("ben", message=b"x")]),
    "a signature cut short": lambda: is_published(
        [ADA, replace(BEN, signature=BEN.signature[:-2])]
    ),
    "no key": lambda: is_published([ADA, replace(BEN, key="")]),
    "a key that is none": lambda: is_published([ADA, replace(BEN, key="zz" * 32)]),
    "the same version": lambda: is_published([ADA, BEN], before=("1.0.0",)),
    "a later version before": lambda: is_published([ADA, BEN], before=("1.10.0",)),
    "an expired spec": lambda: is_published([ADA, BEN], day=date(2028, 1, 1)),
}


def test_two_people_publish() -> None:
    assert is_published([ADA, BEN])
    assert is_published([BEN, ADA])
    assert is_published([replace(ADA, key=ADA.key.upper()), BEN])  # one key, spelt otherwise


@pytest.mark.hazard("H-199")
@pytest.mark.parametrize("change", SIGNATURES)
def test_changed_signatures_publish_nothing(change: str) -> None:
    assert not SIGNATURES[change]()


# --- names of lots ---
NAMES = ["", ".", "..", "../evil", "a/../b", "/etc/x", "a/b", "a\\b", "a b", "a\n", "\u00e9",
         "con", "NUL.txt", "-rf", ".hidden", "a..b", "x" * 101, "a:b", "a*"]  # fmt: skip


@pytest.mark.hazard("H-199")
@pytest.mark.parametrize("name", NAMES)
def test_a_lot_is_not_called_so(name: str) -> None:
    with pytest.raises(NanowardError):
        require_lot_name(name)


# --- lots ---
def lot_report(texts: tuple[bytes, bytes]) -> LotReport:
    files = [
        ReadFile(name=f"lot_{at}.fastq.gz", content=packed(text))
        for at, text in enumerate(texts, 1)
    ]
    checked = CheckedAgent(spec=the_spec(), sequences=GENOME, findings=())
    return release_lot("L1", checked, files, CallingRules(), FileFormats())


def changed_lot(changed: Genome, share: float, seed: int, library: Library = LIBRARY) -> bool:
    """Whether such a lot may be given."""
    texts = lot_pairs(GENOME, changed, share, library, seed)
    return lot_report(texts).verdict.released


def point(contig: str, at: int) -> dict[str, str]:
    text = GENOME[contig]
    other = "ACGT"[("ACGT".index(text[at]) + 1) % 4]
    return {**GENOME, contig: text[:at] + other + text[at + 1 :]}


def swapped_mates(texts: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Second mates of another order."""
    records = texts[1].split(b"\n@")
    return texts[0], b"\n@".join([records[0], *records[2:-1], records[1], records[-1]])


LOTS: dict[str, Callable[[], bool]] = {
    **{
        f"{kind} at {share:.0%}": lambda make=make, share=share: changed_lot(
            make(GENOME, 7), share, 7
        )
        for kind, (make, share) in BREAKS.items()
    },
    **{
        f"letter {at} of the kill gene at {share:.0%}": lambda at=at, share=share: changed_lot(
            point(PLASMID, at), share, at
        )
        for at in (KILL[0] - 1, 1_450, KILL[1] - 1)
        for share in (0.5, 1.0)
    },
    "a letter of the backbone in all": lambda: changed_lot(point(CHASSIS, 500), 1.0, 3),
    "another strain": lambda: changed_lot(lot_genome(999, 6_000, 4_000), 1.0, 3),
    "half another strain": lambda: changed_lot(lot_genome(999, 6_000, 4_000), 0.5, 3),
    "no reads": lambda: lot_report((b"", b"")).verdict.released,
    "reads of 3x": lambda: changed_lot({}, 0.0, 3, replace(LIBRARY, depth=3)),
    "reads of 10x": lambda: changed_lot({}, 0.0, 3, replace(LIBRARY, depth=10)),
}


def test_the_sound_lot_may_be_given_and_its_limits_stand_apart() -> None:
    verdict = lot_report(lot_pairs(GENOME, {}, 0.0, LIBRARY, 3)).verdict
    assert verdict.reasons == ()
    assert verdict.released
    assert set(verdict.structural) == {"kill1", "kill2", "whole agent"}
    assert all(one is not None and 0.1 < one < 0.4 for one in verdict.structural.values())


@pytest.mark.hazard("H-199")
@pytest.mark.parametrize("change", LOTS)
def test_a_changed_lot_is_refused(change: str) -> None:
    assert not LOTS[change]()


def test_the_suite_holds_150_changes() -> None:
    assert len(SPECS) + 8 + len(SIGNATURES) + len(NAMES) + len(LOTS) >= 150


# --- harmless rewrites: every answer stays ---
def rewritten_spec(seed: int) -> Document:
    """The same spec with its parts, their rows and their names in another order."""
    chance = np.random.default_rng(seed)
    made = document()
    for part in ("contigs", "loci", "kills"):
        rows = [made[part][at] for at in chance.permutation(len(made[part]))]
        made[part] = [
            {name: row[name] for name in chance.permutation(sorted(row))} for row in rows
        ]
    return {name: made[name] for name in chance.permutation(sorted(made))}


@pytest.mark.parametrize("seed", range(40))
def test_a_spec_in_another_order_is_as_sound(seed: int) -> None:
    lower = {name: text.lower() if seed % 2 else text for name, text in GENOME.items()}
    assert spec_is_sound(rewritten_spec(seed), lower)


def rewritten_reads(seed: int) -> tuple[bytes, bytes]:
    """The same pairs in another order, the mates changed over, or under other names."""
    chance = np.random.default_rng(seed)
    sides = [
        [b"@" + one for one in text.removeprefix(b"@").removesuffix(b"\n").split(b"\n@r")]
        for text in renamed(lot_pairs(GENOME, {}, 0.0, LIBRARY, 3))
    ]
    order = chance.permutation(len(sides[0])).tolist()
    texts = [b"\n".join(one[at] for at in order) + b"\n" for one in sides]
    return (texts[1], texts[0]) if seed % 2 else (texts[0], texts[1])


def renamed(texts: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    made = []
    for text in texts:
        lines = text.split(b"\n")
        for at in range(0, len(lines) - 1, 4):
            lines[at] = b"@r%d" % (at // 4)
        made.append(b"\n".join(lines))
    return made[0], made[1]


@pytest.mark.parametrize("seed", range(10))
def test_a_lot_whose_reads_stand_in_another_order_gives_the_same_answer(seed: int) -> None:
    told = lot_report(rewritten_reads(seed)).verdict
    assert told == lot_report(lot_pairs(GENOME, {}, 0.0, LIBRARY, 3)).verdict


def test_a_seeded_letter_is_no_part_of_a_random_genome() -> None:
    assert random_genome(40, 1) not in GENOME[CHASSIS]
