"""Reads of a sample, typed: one procedure for a programme's files and for plain ones.

The two doors (`call_programme_reads`, `call_read_files`) find the files, say what is remembered
or shown, and write what this finds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool

from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import AgentIndex
from nanoward.catalogue.calling.variant_calls import ReadCalls
from nanoward.catalogue.output.call_tables import (
    CalledVariant,
    called_variants,
    factor_rows,
    genome_rows,
    read_summary,
    variant_rows,
)
from nanoward.catalogue.output.coverage import coverage_rows
from nanoward.flows.catalogue.call_reads import ReadSample, TypedReads, call_reads
from nanoward.ports.reads import ReadFile, Reads
from nanoward.sequencing.primer_masking import PrimerSites

Rows = Sequence[Mapping[str, Any]]
Lanes = Sequence[tuple[str, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOutcome:
    """What a sample's reads gave; rows of everything but findings are none without calls.

    variants  as every door tells them
    summary   a row of TYPED_READS
    """

    typed: TypedReads
    variants: Sequence[CalledVariant] = ()
    genomes: Rows = ()
    rows: Rows = ()
    factors: Rows = ()
    summary: Rows = ()
    coverage: Rows = ()

    @property
    def calls(self) -> ReadCalls | None:
        """The calls; None where the files cannot be used at all."""
        return self.typed.calls


def sample_of(
    sample: str,
    lanes: Lanes,
    opened: Callable[[str], ReadFile],
    primers: PrimerSites | None,
) -> ReadSample:
    """The files of a sample, in the order of their lanes.

    opened  the file of a path
    """
    pairs = [(opened(one), None if two is None else opened(two)) for one, two in lanes]
    (first, second), *more = pairs
    return ReadSample(
        sample=sample, first=first, second=second, more=tuple(more), primers=primers
    )


def analyse(
    asked: ReadSample,
    agent: AgentIndex,
    rules: CallingRules,
    reads: Reads,
    *,
    threads: int = 1,
    watched: Bool[np.ndarray, " L"] | None = None,
    step: Callable[[int], None] = lambda _: None,
) -> ReadOutcome:
    """What the reads of a sample give; see `call_reads`."""
    typed = call_reads(asked, agent, rules, reads, threads=threads, watched=watched, step=step)
    return outcome_of(typed, agent)


def outcome_of(typed: TypedReads, agent: AgentIndex) -> ReadOutcome:
    """The rows of what was typed already."""
    calls, sample, identity = typed.calls, typed.sample, typed.identity
    if calls is None:
        return ReadOutcome(typed=typed)
    variants = called_variants(calls, agent, identity)
    return ReadOutcome(
        typed=typed,
        variants=variants,
        genomes=genome_rows(sample, calls, agent, identity),
        rows=variant_rows(sample, variants),
        factors=factor_rows(sample, variants),
        summary=(read_summary(sample, calls, agent, identity),),
        coverage=coverage_rows(sample, calls, agent),
    )
