"""Catalogue: what was found in this sample, and how far has it adapted to its host?

`sample_inputs` gathers what was sequenced, `profile_sample` reads one sample against the
agent's reference, `adaptation_table` compares a participant's samples over days.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nanoward.catalogue.evolution.pairwise_divergence import (
        adaptation_table,
        poisson_interval,
    )
    from nanoward.catalogue.rules import CatalogueRules, catalogue_rules, with_one_limit
    from nanoward.catalogue.samples.sample_inputs import (
        Consensus,
        NoCommonContigError,
        SampleInput,
        Variant,
        check_common_contigs,
        reference_by_lineage,
        sample_inputs,
    )
    from nanoward.catalogue.samples.sample_profile import SampleProfile, profile_sample

_HOMES = {
    "evolution.pairwise_divergence": (
        "adaptation_table",
        "poisson_interval",
    ),
    "samples.sample_inputs": (
        "Consensus",
        "NoCommonContigError",
        "SampleInput",
        "Variant",
        "check_common_contigs",
        "reference_by_lineage",
        "sample_inputs",
    ),
    "samples.sample_profile": (
        "SampleProfile",
        "profile_sample",
    ),
    "rules": (
        "CatalogueRules",
        "catalogue_rules",
        "with_one_limit",
    ),
}

SECTIONS = {
    "catalogue": (
        "nanoward.catalogue.rules:CatalogueRules",
        "nanoward.catalogue.rules:catalogue_rules",
    ),
    "reads": (
        "nanoward.catalogue.calling.calling_rules:CallingRules",
        "nanoward.catalogue.calling.calling_rules:read_rules",
    ),
}  # read from the source; see base/plan_keys/declared_sections.py

__all__ = [
    "CatalogueRules",
    "Consensus",
    "NoCommonContigError",
    "SampleInput",
    "SampleProfile",
    "Variant",
    "adaptation_table",
    "catalogue_rules",
    "check_common_contigs",
    "poisson_interval",
    "profile_sample",
    "reference_by_lineage",
    "sample_inputs",
    "with_one_limit",
]


def __getattr__(name: str) -> Any:
    """Public names load their file when they are first asked for: a command needs few."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
