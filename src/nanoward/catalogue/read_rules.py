"""The rules by which reads are called: [reads] in programme.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nanoward.base.sections import check, rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRules:
    """How reads become a consensus and variants.

    least_depth      believed letters from which a position is readable. 5: below it one
                     error in two reads could pass for the consensus
    alpha            false minor variants that are accepted per sample, all positions together
    least_share      share below which a minor variant is not told outside of watched loci:
                     errors of copying before sequencing reach that far whatever the depth
    strand           chance of its strands below which a minor variant counts as an artefact
                     (1e-3: bonds of the field notes after LoFreq)
    keep_duplicates  amplicons begin where their primers lie: pairs in one place are then no
                     PCR duplicates
    least_placed     share of reads that must lie on the agent for the sample to be the agent's
    other_strain     contradictions, beyond its own, of the pairs that hold a rare letter, from
                     which the letter belongs to another strain. 1.5: pairs of 2 x 150 of a
                     relative at 99.5 % identity hold as many
    """

    least_depth: int = 5
    least_share: float = 0.005
    alpha: float = 0.05
    strand: float = 1e-3
    keep_duplicates: bool = False
    least_placed: float = 0.05
    other_strain: float = 1.5


def read_rules(section: Mapping[str, Any]) -> ReadRules:
    """The rules; InputError naming the key where the section cannot be understood."""
    rules = rules_of(ReadRules, section, "reads")
    check(rules.least_depth >= 2, "reads", "least_depth", "2 or more", rules.least_depth)
    for key in ("alpha", "least_share", "strand", "least_placed"):
        value = getattr(rules, key)
        check(0 < value < 1, "reads", key, "a share between 0 and 1", value)
    check(rules.other_strain > 0, "reads", "other_strain", "above 0", rules.other_strain)
    return rules
