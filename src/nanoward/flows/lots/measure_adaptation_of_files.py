"""How far the agent has adapted to each host, on plain files: no programme, no ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from nanoward.base.errors import InputError, UsageError
from nanoward.base.findings import Finding
from nanoward.catalogue import CatalogueRules
from nanoward.catalogue.evolution.acquired_mutations import AnnotatedLocus, GenomeAnnotation
from nanoward.catalogue.evolution.baseline import LotRecords
from nanoward.catalogue.evolution.molecular_clock import FASTEST_OF_ALL
from nanoward.flows.catalogue.type_files import Files, read_files, sequenced_role, type_tables
from nanoward.flows.lots.adaptation_analysis import AdaptationRules, analyse
from nanoward.flows.lots.check_lots import lots_received
from nanoward.flows.lots.measure_adaptation import first_doses
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.formats import Formats
from nanoward.ports.progress import Progress
from nanoward.ports.runner import Runner

Named = tuple[str, bytes]  # path and content


class NoDaysError(UsageError):
    """Without whose samples they are, and of which day, nothing has adapted to anybody."""

    code = "CAT-015"
    next_step = "Give --samples FILE (CSV) with sample, participant and taken"


class EmptyLotError(InputError):
    """A file that should hold the variants of a lot holds none that can be read."""

    code = "CAT-016"
    next_step = (
        "Give the VCF that `nanoward catalogue type` writes of the lot's reads; of a lot "
        "without any variant, a VCF with its header alone"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptFiles:
    """What adaptation is measured from.

    genomes  consensus FASTA and VCF, any number of each
    others   role to file: reference, samples, variants, contacts
    lots     lot to the file of its own variants (VCF, or CSV as data/variants.csv)
    regions  loci of the spec
    clock    substitutions per site and year that the agent cannot exceed
    """

    genomes: Sequence[Named]
    others: Files
    lots: Mapping[str, Named] = field(default_factory=dict)
    regions: tuple[AnnotatedLocus, ...] = ()
    clock: float = FASTEST_OF_ALL


def measure_adaptation_of_files(
    files: AdaptFiles,
    rules: CatalogueRules,
    formats: Formats,
    runner: Runner,
    progress: Progress,
) -> Outcome:
    """Departures from each recipient's own start, rates, recurrence, dN/dS, guarded loci,
    whose sample it is, and what came over from another sample of the run."""
    if "samples" not in files.others:
        raise NoDaysError("adaptation is measured over time, in people")
    tables, findings = _tables(files, formats)
    met = {role: tables.pop(role) for role in ("contacts",) if role in tables}
    typed = type_tables(tables, findings, rules, runner, progress)
    materials = Materials(tables={"samples": tables["samples"], **met}, sources={})
    lots = LotRecords(
        of=lots_received(materials),
        variants={lot: _lot(lot, one, formats) for lot, one in sorted(files.lots.items())},
        dosed=first_doses(materials),
    )
    by = AdaptationRules(lots=lots, layout=_layout(tables, files.regions), clock=files.clock)
    with progress("measuring adaptation", 1) as step:
        adapted = analyse({**typed.tables, **materials.tables}, by)
        step(1)
    return Outcome(
        tables={**typed.tables, **adapted.tables},
        findings=(*typed.findings, *adapted.findings),
        undecided=(*typed.undecided, *adapted.undecided),
        facts={**typed.facts, **adapted.facts},
        computed=typed.computed,
    )


def _tables(
    files: AdaptFiles, formats: Formats
) -> tuple[dict[str, pl.DataFrame], Sequence[Finding]]:
    """Tables by role; several files of one role stand one below the other."""
    tables, findings = read_files(files.others, formats)
    told = list(findings)
    parts: dict[str, list[pl.DataFrame]] = {}
    if "variants" in tables:
        parts["variants"] = [tables["variants"]]
    for path, content in files.genomes:
        role = sequenced_role(path)
        reading = formats.read(role, path, content)
        told += reading.findings
        parts.setdefault(role, []).append(reading.table)
    return {
        **tables,
        **{role: pl.concat(some, how="diagonal") for role, some in parts.items()},
    }, told


def _lot(lot: str, file: Named, formats: Formats) -> pl.DataFrame:
    path, content = file
    reading = formats.read("variants", path, content)
    if wrong := [one for one in reading.findings if one.severity == "error"]:
        raise EmptyLotError(f"lot {lot}: {wrong[0].message}", file=path, line=wrong[0].line)
    return reading.table


def _layout(
    tables: Mapping[str, pl.DataFrame], regions: tuple[AnnotatedLocus, ...]
) -> GenomeAnnotation:
    if "reference" not in tables:
        return GenomeAnnotation(letters={}, regions=())
    rows = tables["reference"].select("contig", "sequence").rows()
    letters = {contig: sequence.upper() for contig, sequence in rows}
    return GenomeAnnotation(
        letters=letters, regions=tuple(one for one in regions if one.contig in letters)
    )
