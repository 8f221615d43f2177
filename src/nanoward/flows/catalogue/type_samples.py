"""Read every sample against the agent's reference; what was read before is recalled."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Any

import polars as pl

from nanoward.base.entries import SampleTyped
from nanoward.base.findings import Finding
from nanoward.base.plan import Plan
from nanoward.catalogue import (
    CatalogueRules,
    SampleProfile,
    catalogue_rules,
    with_one_limit,
)
from nanoward.catalogue.samples.sequenced_samples import sample_digests
from nanoward.flows.catalogue.lost_samples import CODE as LOST
from nanoward.flows.catalogue.lost_samples import nothing_lost
from nanoward.flows.catalogue.sample_typing import (
    SamplesToType,
    adaptation_of,
    analyse,
    open_questions,
    read_samples,
    reading_tables,
    sorted_adaptation,
    typing_facts,
)
from nanoward.flows.steps.finding_rows import finding_rows, findings_in
from nanoward.flows.steps.kept_rows import digest_of, kept_rows
from nanoward.flows.steps.memoised_tables import (
    MemoKey,
    content_hash,
    memo_key,
    memoised_tables,
)
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.ports import Ports

STEP = "type_samples"
ROLES = ("genomes", "variants", "reference")
Tables = dict[str, pl.DataFrame]


def type_samples(ports: Ports, plan: Plan, materials: Materials) -> Outcome:
    """Profiles, factors, aligned consensus and adaptation of all samples of the round."""
    missing = _nothing_to_type(materials)
    if missing is not None:
        return missing
    rules = typing_rules(plan)
    counts = {"computed": 0}

    def make() -> Tables:
        tables, counts["computed"] = _typed_tables(ports, materials, rules)
        return tables

    tables, known = memoised_tables(
        ports, typing_key(materials, rules), make, keep=nothing_lost
    )
    names = dict(tables.pop("blobs").rows())
    findings = findings_in(tables.pop("findings"))
    profiles = tables["profiles"]
    done = profiles.height if known else counts["computed"]
    return Outcome(
        tables=tables,
        entries=tuple(_entry(row, names) for row in profiles.to_dicts()),
        findings=findings,
        undecided=open_questions(profiles),
        facts=typing_facts(profiles, tables["factors"]),
        computed=0 if known else done,
        recalled=profiles.height - (0 if known else done),
    )


def typing_rules(plan: Plan) -> CatalogueRules:
    """The rules of [catalogue], with the one identity limit that reads are held to too."""
    return catalogue_rules(with_one_limit(plan.section("catalogue"), plan.section("reads"))[0])


def typing_key(materials: Materials, rules: CatalogueRules) -> MemoKey:
    """Name of this typing: all that its tables depend on."""
    return memo_key(
        STEP,
        reachable_digest(__name__),
        sources={role: materials.sources.get(role) for role in ROLES},
        samples=content_hash(materials.tables["samples"]),
        rules=asdict(rules),
    )


def _typed_tables(
    ports: Ports, materials: Materials, rules: CatalogueRules
) -> tuple[Tables, int]:
    """All tables, and how many samples had to be read for them."""
    typed = analyse(materials.tables, rules, _Recalls(ports=ports))
    return {**typed.tables, "findings": finding_rows(typed.findings)}, typed.computed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recalls:
    """Reads the samples of which something changed since an earlier round."""

    ports: Ports

    def __call__(self, samples: SamplesToType) -> tuple[Tables, int]:
        key = memo_key(
            f"{STEP}:samples",
            reachable_digest(__name__),
            reference=samples.reference,
            rules=asdict(samples.rules),
        )
        digests = sample_digests(samples.tables, samples.rules, samples.names)
        return kept_rows(
            self.ports.blobs,
            key,
            digests,
            partial(self._read, samples),
            by="sample",
            lost=_lost,
        )

    def _read(self, samples: SamplesToType, names: Sequence[str]) -> Tables:
        made = read_samples(samples, names, self.ports.runner, self.ports.progress)
        kept = self.ports.blobs.put_all([_bytes(one) for one in made])
        blobs = {"sample": list(names), "sha256": kept}
        schema = {"sample": pl.String, "sha256": pl.String}
        return {**reading_tables(made), "blobs": pl.DataFrame(blobs, schema)}

    def adaptation(self, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """ADAPTATION, made now of people of whom there is a new sample."""
        names = dict(tables["blobs"].rows())
        digests: dict[str, list[str]] = {}
        for sample, who in tables["profiles"].select("sample", "participant").rows():
            digests.setdefault(who, []).append(names[sample])
        key = memo_key(f"{STEP}:adaptation", reachable_digest(__name__))
        told = {who: digest_of(sorted(own)) for who, own in digests.items()}
        found, _ = kept_rows(
            self.ports.blobs,
            key,
            told,
            lambda people: {"adaptation": adaptation_of(tables, people)},
        )
        return sorted_adaptation(found["adaptation"])


def _lost(tables: Mapping[str, pl.DataFrame]) -> frozenset[str]:
    """Samples that could not be read; the next round tries again."""
    doubts = tables["doubts"]
    return frozenset(doubts.filter(pl.col("code") == LOST)["sample"].to_list())


def _bytes(reading: SampleProfile) -> bytes:
    rows = {one.name: getattr(reading, one.name) for one in fields(reading)}
    body = rows | {"findings": [one.as_row() for one in reading.findings]}
    return json.dumps(body, default=str, sort_keys=True).encode()


def _nothing_to_type(materials: Materials) -> Outcome | None:
    """An outcome that says why nothing is typed; None where there is something."""
    if "genomes" not in materials and "variants" not in materials:
        return Outcome()
    for role, where in (
        ("samples", "data/samples.csv"),
        ("reference", "agents/NAME/reference.fasta"),
    ):
        if role not in materials:
            finding = Finding(
                code="CAT-011",
                severity="error",
                message=f"there are sequences but no {where}; no sample was typed",
                next_step=f"Add {where}",
                file=where,
            )
            return Outcome(findings=(finding,))
    return None


def _entry(row: Mapping[str, Any], names: Mapping[str, str]) -> SampleTyped:
    return SampleTyped(
        sample=row["sample"],
        participant=row["participant"],
        typed_as=row["typed_as"],
        readable=row["readable"],
        differences=row["consensus_differences"],
        profile_sha256=names[row["sample"]],
    )
