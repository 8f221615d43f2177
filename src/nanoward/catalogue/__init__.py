"""Catalogue: what was found in this sample, and how far has it adapted to its host?

`sample_materials` gathers what was sequenced, `read_sample` reads one sample against the
agent's reference, `adaptation_table` compares a participant's samples over days.
"""

from nanoward.catalogue.adaptation import adaptation_table, poisson_interval
from nanoward.catalogue.material import (
    Consensus,
    NoCommonContigError,
    SampleMaterial,
    Variant,
    check_common_contigs,
    reference_by_lineage,
    sample_materials,
)
from nanoward.catalogue.reading import SampleReading, read_sample
from nanoward.catalogue.rules import CatalogueRules, catalogue_rules

__all__ = [
    "CatalogueRules",
    "Consensus",
    "NoCommonContigError",
    "SampleMaterial",
    "SampleReading",
    "Variant",
    "adaptation_table",
    "catalogue_rules",
    "check_common_contigs",
    "poisson_interval",
    "read_sample",
    "reference_by_lineage",
    "sample_materials",
]
