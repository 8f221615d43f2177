"""Samples that could not be read because reading them ended every process that tried."""

from collections.abc import Mapping

import polars as pl

from nanoward.base.findings import Finding
from nanoward.catalogue import SampleInput, SampleProfile
from nanoward.catalogue.samples.sample_inputs import reference_contig

CODE = "CAT-380"


def lost_profile(
    material: SampleInput, reference: Mapping[str, Mapping[str, str]]
) -> SampleProfile:
    """The profile of a sample of which nothing could be read: nobody is cleared by it.

    reference  letters of each contig by lineage, as for `profile_sample`
    """
    contigs = sorted(reference.get(material.lineage, {}).items())
    return SampleProfile(
        sample=material.sample,
        profile={
            "sample": material.sample,
            "participant": material.participant,
            "taken": material.taken,
            "readable": 0,
            "reference_length": sum(len(letters) for _, letters in contigs),
            "consensus_differences": 0,
            "minor_variants": 0,
            "distance": None,
            "typed_as": "unreadable",
        },
        factors=(),
        aligned=tuple(
            (reference_contig(material.lineage, name), "N" * len(letters))
            for name, letters in contigs
        ),
        findings=(_finding(material.sample),),
    )


def is_lost(profile: SampleProfile) -> bool:
    """Whether a profile is one that `lost_profile` made; such a one is not kept."""
    return any(one.code == CODE for one in profile.findings)


def nothing_lost(tables: Mapping[str, pl.DataFrame]) -> bool:
    """Whether tables of typing rest on samples alone that were read."""
    return not tables["findings"]["code"].is_in([CODE]).any()


def _finding(sample: str) -> Finding:
    return Finding(
        code=CODE,
        severity="error",
        message=(
            f"reading sample {sample} ended every process that tried it, most often for want "
            "of memory; it counts as unread in this round"
        ),
        next_step=(
            "Give the workers more memory, or look for what is wrong with the sample's file, "
            "and hold the round again"
        ),
        subject=sample,
    )
