"""The rules by which reads are called: [reads] in programme.toml.

A technology sets rules that suit it; what the section says itself goes before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nanoward.base.plan_keys.keys import stated
from nanoward.base.sections import check, rules_of
from nanoward.catalogue.rules import AGENT_IDENTITY

REACH = 400  # a pair of mates covers some of this on both sides,
WHOLE, PART = 150, 0.25  # less with the distance, then a part because of its second mate


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingRules:
    """How reads become a consensus and variants.

    technology       short (pairs of Illumina or alike), ont, pacbio, or assembly
    fewest           letters without which nothing is called
    good             Phred quality from which a letter of a long read is believed
    minor_indels     whether indels that are not the consensus are called: those of single
                     long reads are mostly errors in runs of one letter
    least_depth      believed letters from which a position is readable. 5: below it one
                     error in two reads could pass for the consensus
    alpha            false minor variants that are accepted per sample, all positions together
    least_share      share below which a minor variant is not told outside of watched loci:
                     errors of copying before sequencing reach that far whatever the depth
    strand           chance of its strands below which a minor variant counts as an artefact
                     (1e-3: one true variant in a thousand is lost)
    keep_duplicates  amplicons begin where their primers lie: pairs in one place are then no
                     PCR duplicates
    least_placed     share of reads that must lie on the agent for the sample to be the agent's
    least_identity   share of the readable bases that agree with the agent, below which the
                     sample is told as a relative's: the limit of [catalogue]
    phred            what a quality letter of FASTQ stands above its Phred value: 33, or 64 in
                     files of machines before 2011 (Cock et al. 2010 NAR 38:1767)
    other_strain     contradictions, beyond its own, of the pairs that hold a rare letter, from
                     which the letter belongs to another strain. 1.5: pairs of 2 x 150 of a
                     relative at 99.5 % identity hold as many
    """

    technology: str = stated("short", choices=("short", "ont", "pacbio", "assembly"))
    fewest: int = 3
    good: int = 20
    minor_indels: bool = True
    least_depth: int = 5
    least_share: float = 0.005
    alpha: float = 0.05
    strand: float = 1e-3
    keep_duplicates: bool = False
    least_placed: float = 0.05
    least_identity: float = stated(AGENT_IDENTITY, silent="that of [catalogue]")
    other_strain: float = 1.5
    phred: int = stated(33, choices=(33, 64))


# ont: errors of R10 chemistry recur at the same sites in up to a tenth of the reads; letters
# believed from Phred 10, of which each 150th is wrong, need more company to be a stranger's.
# pacbio: HiFi, Wenger et al. 2019 Nat Biotechnol 37:1155. assembly: one letter per position.
TECHNOLOGIES: Mapping[str, Mapping[str, Any]] = {
    "short": {},
    "ont": {
        "good": 10,
        "least_share": 0.1,
        "other_strain": 5.0,
        "minor_indels": False,
        "keep_duplicates": True,
    },
    "pacbio": {
        "least_share": 0.02,
        "other_strain": 2.5,
        "minor_indels": False,
        "keep_duplicates": True,
    },
    "assembly": {
        "good": 0,
        "fewest": 1,
        "least_depth": 1,
        "least_share": 0.5,
        "minor_indels": False,
        "keep_duplicates": True,
    },
}


def read_rules(section: Mapping[str, Any]) -> CallingRules:
    """The rules; InputError naming the key where the section cannot be understood."""
    technology = section.get("technology", "short")
    known = tuple(TECHNOLOGIES)
    check(technology in known, "reads", "technology", f"one of {known}", technology)
    rules = rules_of(CallingRules, {**TECHNOLOGIES[technology], **section}, "reads")
    least = 1 if technology == "assembly" else 2
    check(rules.fewest >= 1, "reads", "fewest", "1 or more", rules.fewest)
    check(
        rules.least_depth >= least,
        "reads",
        "least_depth",
        f"{least} or more",
        rules.least_depth,
    )
    check(rules.phred in (33, 64), "reads", "phred", "33 or 64", rules.phred)
    check(0 <= rules.good < 60, "reads", "good", "0 to 59", rules.good)
    for key in ("alpha", "least_share", "strand", "least_placed", "least_identity"):
        value = getattr(rules, key)
        check(0 < value < 1, "reads", key, "a share between 0 and 1", value)
    check(rules.other_strain > 0, "reads", "other_strain", "above 0", rules.other_strain)
    return rules


def rules_for_format(rules: CallingRules, name: str) -> CallingRules:
    """The rules for a file: contigs in FASTA are an assembly, whatever made other files."""
    if not name.lower().removesuffix(".gz").endswith((".fasta", ".fa", ".fna")):
        return rules
    return replace(rules, technology="assembly", **TECHNOLOGIES["assembly"])
