"""The rules of [catalogue] in programme.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nanoward.base.sections import check, rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRules:
    """How samples are read against the reference.

    lineage_column        column of the samples table that picks the reference: its contigs
                          are then called "LINEAGE|contig"; "" where there is one reference
    variant_positions     "reference", or "consensus" where positions count along the sample's
                          own consensus and are carried over by its alignment
    trim_ends             letters at both ends of each consensus that count as unreadable:
                          reads are few there; judge by samples that were sequenced twice
    least_identity        share of readable positions that agree with the reference, from
                          which a sample is the agent. 0.80: influenza A segments of one
                          subtype differ by < 10 %, surface proteins of two by 40 to 60 %
                          (Air 1981 PNAS 78:7639); strains of one microbe by < 5 %
    least_readable        share of the reference that must be readable for any answer; below
                          one half, what was not seen outweighs what was
    most_run_differences  readable positions at which two runs of one sample may differ
                          before they cannot be runs of one sample
    presence_level        share of strain-samples of people without the product that may be
                          called present
    """

    lineage_column: str = ""
    variant_positions: str = "reference"
    trim_ends: int = 0
    least_identity: float = 0.80
    least_readable: float = 0.50
    most_run_differences: int = 10
    presence_level: float = 0.005


def catalogue_rules(section: Mapping[str, Any]) -> CatalogueRules:
    """The rules; InputError naming the key where the section cannot be understood."""
    rules = rules_of(CatalogueRules, section, "catalogue")
    level = rules.presence_level
    check(0 < level < 1, "catalogue", "presence_level", "between 0 and 1", level)
    known = ("reference", "consensus")
    check(
        rules.variant_positions in known,
        "catalogue",
        "variant_positions",
        f"one of {known}",
        rules.variant_positions,
    )
    check(rules.trim_ends >= 0, "catalogue", "trim_ends", "0 or more", rules.trim_ends)
    for key in ("least_identity", "least_readable"):
        value = getattr(rules, key)
        check(0 < value <= 1, "catalogue", key, "a share above 0, at most 1", value)
    most = rules.most_run_differences
    check(most >= 0, "catalogue", "most_run_differences", "0 or more", most)
    return rules
