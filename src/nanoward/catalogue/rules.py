"""The rules of [catalogue] in programme.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nanoward.base.plan_keys.keys import stated
from nanoward.base.sections import BadSectionError, check, rules_of

# strains of one species differ by up to 5 % (Jain et al. 2018 Nat Commun 9:5114), an agent's
# offspring by far less
AGENT_IDENTITY = 0.99
# influenza A segments of one subtype differ by < 10 %, surface proteins of two by 40 to 60 %
# (Air 1981 PNAS 78:7639); strains of one microbe by < 5 %
NATURAL_IDENTITY = 0.80


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRules:
    """How samples are read against the reference.

    lineage_column        column of the samples table that picks the reference: its contigs
                          are then called "LINEAGE|contig"; "" where there is one reference
    variant_positions     "reference", or "consensus" where positions count along the sample's
                          own consensus and are carried over by its alignment
    trim_ends             letters at both ends of each consensus that count as unreadable:
                          reads are few there; judge by samples that were sequenced twice
    least_identity        share of readable positions that agree with the reference, below which
                          a sample is a relative's: one limit for reads, FASTA and VCF. Where
                          lineage_column picks among references they are of natural strains,
                          and NATURAL_IDENTITY stands in for what is not told
    least_readable        share of the reference that must be readable for any answer; below
                          one half, what was not seen outweighs what was
    most_run_differences  readable positions at which two runs of one sample may differ
                          before they cannot be runs of one sample
    presence_level        share of strain-samples of people without the product that may be
                          called present
    """

    lineage_column: str = ""
    variant_positions: str = stated("reference", choices=("reference", "consensus"))
    trim_ends: int = 0
    least_identity: float = stated(
        AGENT_IDENTITY, silent=f"{AGENT_IDENTITY}; {NATURAL_IDENTITY} with a lineage_column"
    )
    least_readable: float = 0.50
    most_run_differences: int = 10
    presence_level: float = 0.005


def catalogue_rules(section: Mapping[str, Any]) -> CatalogueRules:
    """The rules; InputError naming the key where the section cannot be understood."""
    rules = rules_of(CatalogueRules, section, "catalogue")
    if rules.lineage_column and "least_identity" not in section:
        rules = replace(rules, least_identity=NATURAL_IDENTITY)
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


def with_one_limit(
    catalogue: Mapping[str, Any], reads: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The sections [catalogue] and [reads], both with the one identity limit.

    Either may name it; BadSectionError where they name two.
    """
    told = {one["least_identity"] for one in (catalogue, reads) if "least_identity" in one}
    if len(told) > 1:
        raise BadSectionError(
            "[catalogue] and [reads] name two values of least_identity; there is one limit",
            file="programme.toml",
            column="least_identity",
        )
    named = {**catalogue, **({"least_identity": told.pop()} if told else {})}
    return named, {**reads, "least_identity": catalogue_rules(named).least_identity}
