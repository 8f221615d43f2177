"""Typing samples, whoever asks: the one procedure behind the round and the plain-file command.

What differs between the two is who reads a sample: the round recalls what it read before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import polars as pl

from nanoward.base.findings import Finding, Undecided
from nanoward.base.tables import ADAPTATION, ALIGNED, FACTORS, PROFILES
from nanoward.catalogue import (
    CatalogueRules,
    SampleInput,
    SampleProfile,
    adaptation_table,
    check_common_contigs,
    profile_sample,
    reference_by_lineage,
)
from nanoward.catalogue.samples.control_background import without_background
from nanoward.catalogue.samples.sample_inputs import Reference, inputs_of
from nanoward.catalogue.samples.sequenced_samples import part_of_samples, sequenced_samples
from nanoward.flows.catalogue.lost_samples import lost_profile
from nanoward.flows.steps.finding_rows import finding_rows, findings_in
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.progress import Progress
from nanoward.ports.runner import Runner

Tables = dict[str, pl.DataFrame]
READ = (PROFILES, FACTORS, ALIGNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplesToType:
    """Samples that were sequenced, by name, and all that they are read against."""

    tables: Mapping[str, pl.DataFrame]
    names: Sequence[str]
    reference: Reference
    rules: CatalogueRules

    def inputs(self, names: Sequence[str]) -> tuple[SampleInput, ...]:
        """What is known of some of them before they are read."""
        return inputs_of(part_of_samples(self.tables, names), self.rules, names)


class SampleReader(Protocol):
    """Reads samples, or recalls what was read of them."""

    def __call__(self, samples: SamplesToType) -> tuple[Tables, int]:
        """The tables of `reading_tables` and of how many samples they were made now."""

    def adaptation(self, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """ADAPTATION of all people."""


def analyse(
    tables: Mapping[str, pl.DataFrame], rules: CatalogueRules, read: SampleReader
) -> Outcome:
    """Profiles, factors, aligned consensus and adaptation of all samples.

    tables  by role: samples, reference; genomes and variants, one of them at least
    """
    reference = reference_by_lineage(tables["reference"], rules)
    told, background = _above_background(tables)
    sequenced = sequenced_samples(told, rules)
    check_common_contigs(sequenced.contigs, reference)
    asked = SamplesToType(tables=told, names=sequenced.names, reference=reference, rules=rules)
    read_now, computed = read(asked)
    found = {one.name: read_now[one.name].sort(one.key, nulls_last=True) for one in READ}
    more = {name: table for name, table in read_now.items() if name not in found}
    doubts = findings_in(more.pop("doubts").drop("sample"))
    return Outcome(
        tables={**found, "adaptation": read.adaptation({**found, **more}), **more},
        findings=(*background, *sequenced.findings, *doubts),
        undecided=open_questions(found["profiles"]),
        facts=typing_facts(found["profiles"], found["factors"]),
        computed=computed,
        recalled=len(sequenced.names) - computed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadsAll:
    """Reads every sample, of whoever keeps nothing between two runs."""

    runner: Runner
    progress: Progress

    def __call__(self, samples: SamplesToType) -> tuple[Tables, int]:
        made = read_samples(samples, samples.names, self.runner, self.progress)
        return reading_tables(made), len(made)

    def adaptation(self, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        return adaptation_table(tables["profiles"], tables["aligned"], tables["factors"])


def read_samples(
    samples: SamplesToType, names: Sequence[str], runner: Runner, progress: Progress
) -> list[SampleProfile]:
    """Read some samples in parallel; answers in their order."""
    if not names:
        return []
    reference = samples.reference
    work = partial(profile_sample, reference=reference, rules=samples.rules)
    with progress("typing samples", len(names)) as step:
        lost = partial(lost_profile, reference=reference)
        return runner.map(work, samples.inputs(names), step=step, lost=lost)


def reading_tables(readings: Sequence[SampleProfile]) -> Tables:
    """The tables "profiles", "factors" and "aligned" of readings, and their "doubts": findings
    with the sample that each is of."""
    aligned = (
        {"sample": one.sample, "contig": contig, "sequence": letters}
        for one in readings
        for contig, letters in one.aligned
    )
    doubts = [(one.sample, finding_rows(one.findings)) for one in readings if one.findings]
    return {
        "profiles": frame_of(PROFILES, (one.profile for one in readings)),
        "factors": frame_of(FACTORS, (row for one in readings for row in one.factors)),
        "aligned": frame_of(ALIGNED, aligned),
        "doubts": pl.concat(
            [
                finding_rows(()).with_columns(sample=pl.lit(None, pl.String)),
                *(table.with_columns(sample=pl.lit(name)) for name, table in doubts),
            ]
        ),
    }


def adaptation_of(tables: Mapping[str, pl.DataFrame], people: Sequence[str]) -> pl.DataFrame:
    """ADAPTATION of some people."""
    asked = pl.Series(people, dtype=pl.String).implode()
    own = tables["profiles"].filter(pl.col("participant").is_in(asked))
    held = own["sample"].implode()
    some = [
        tables[name].filter(pl.col("sample").is_in(held)) for name in ("aligned", "factors")
    ]
    return adaptation_table(own, *some)


def sorted_adaptation(table: pl.DataFrame) -> pl.DataFrame:
    """ADAPTATION in its order."""
    return table.sort(ADAPTATION.key, nulls_last=True)


def _above_background(
    tables: Mapping[str, pl.DataFrame],
) -> tuple[Mapping[str, pl.DataFrame], tuple[Finding, ...]]:
    """The tables without variants that control samples show as often."""
    if "variants" not in tables:
        return tables, ()
    kept, findings = without_background(tables["variants"], tables["samples"])
    return {**tables, "variants": kept}, findings


def open_questions(profiles: pl.DataFrame) -> tuple[Undecided, ...]:
    """Samples that could not be typed."""
    rows = profiles.filter(pl.col("typed_as") == "unreadable").to_dicts()
    return tuple(
        Undecided(
            code="CAT-901",
            room="catalogue",
            subject=row["sample"],
            question="does this sample hold the agent, and which factors?",
            reason=(
                f"{row['readable']} of {row['reference_length']} positions were readable, or "
                "its runs contradict each other (see findings); sequence it again"
            ),
        )
        for row in rows
    )


def typing_facts(profiles: pl.DataFrame, factors: pl.DataFrame) -> dict[str, int]:
    """Figures for the report."""
    typed = dict(profiles.group_by("typed_as").len().sort("typed_as").rows())
    return {
        "samples typed": profiles.height,
        **{f"typed as {kind}": typed.get(kind, 0) for kind in ("agent", "other", "unreadable")},
        "factors": factors.height,
        "minor variants": factors.filter(pl.col("evidence") == "minor").height,
    }
