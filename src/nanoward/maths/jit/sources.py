"""The sources that go into compiled code: what is kept counts for these very bytes alone."""

import hashlib
from functools import lru_cache
from typing import Any

import nanoward

SOURCES = (
    "adapters.formats.sequences.fastq",
    "adapters.formats.sequences.mate_names",
    "sequencing.consensus_alignment",
    "maths.solvers.linear_states",
    "maths.solvers.trust_region_kernel",
    "maths.genetics.global_alignment",
    "maths.jit.numba_pipeline",
    "maths.solvers.dop853",
    "maths.solvers.lu",
    "maths.formulas.functions",
    "maths.formulas.kernel_layout",
    "maths.jit.object_cache",
    "maths.formulas.tape_interpreter",
    "sequencing.mate_pairing",
    "maths.solvers.matrix_exponential",
    "sequencing.ungapped_mapping",
    "maths.statistics.binomial_tails",
    "sequencing.pileup",
    "sequencing.read_identity",
    "sequencing.primer_masking",
    "sequencing.read_mapping",
    "sequencing.read_placements",
    "sequencing.reads",
    "sequencing.spanning_reads",
    "sequencing.agent_segments",
    "sequencing.kmers.kmer_words",
    "sequencing.long_read_pileup",
    "sequencing.kmers.private_kmers",
    "sequencing.kmers.sketches",
    "sequencing.pileup_counts",
    "sequencing.kmer_index",
    "sequencing.kmer_scan",
    "maths.solvers.ode_solvers",
    "maths.formulas.tape",
    "sequencing.word_parallel",
    "tuning.kernel.closed_forms",
    "tuning.kernel.entry_points",
    "tuning.kernel.dosage",
    "tuning.kernel.trajectories",
    "tuning.kernel.likelihood",
    "tuning.kernel.integration",
    "tuning.kernel.layout",
    "tuning.kernel.descent",
    "tuning.kernel.kinks",
    "tuning.kernel.map_search",
    "catalogue.identity.contamination_kernel",
    "catalogue.identity.contamination_screen",
    "watch.objects.track_kernel",
    "watch.objects.encounter_kernel",
)


@lru_cache(maxsize=1)
def sources_sha256() -> str:
    """Of all sources that go into compiled code."""
    found = hashlib.sha256()
    loader: Any = nanoward.__spec__.loader
    for name in SOURCES:
        found.update(loader.get_data(f"{nanoward.__path__[0]}/{name.replace('.', '/')}.py"))
    return found.hexdigest()
