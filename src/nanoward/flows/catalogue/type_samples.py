"""Read every sample against the agent's reference; what was read before is recalled."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from functools import cache, partial
from hashlib import sha256
from operator import attrgetter
from typing import Any

import polars as pl

from nanoward.base.entries import SampleTyped
from nanoward.base.findings import Finding, Undecided, finding_of
from nanoward.base.ids import Sha256
from nanoward.base.plan import Plan
from nanoward.base.tables import ADAPTATION, ALIGNED, FACTORS, PROFILES
from nanoward.catalogue import (
    CatalogueRules,
    SampleInput,
    SampleProfile,
    adaptation_table,
    catalogue_rules,
    check_common_contigs,
    profile_sample,
    reference_by_lineage,
    sample_inputs,
    with_one_limit,
)
from nanoward.catalogue.samples.control_background import without_background
from nanoward.flows.catalogue.lost_samples import is_lost, lost_profile, nothing_lost
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
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports
from nanoward.ports.progress import Progress
from nanoward.ports.runner import Runner

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


def read_samples(
    materials: tuple[SampleInput, ...],
    reference: Mapping[str, Mapping[str, str]],
    rules: CatalogueRules,
    runner: Runner,
    progress: Progress,
) -> list[SampleProfile]:
    """Read samples in parallel; answers in their order."""
    if not materials:
        return []
    work = partial(profile_sample, reference=reference, rules=rules)
    with progress("typing samples", len(materials)) as step:
        return runner.map(
            work, materials, step=step, lost=partial(lost_profile, reference=reference)
        )


def reading_tables(readings: list[SampleProfile]) -> Tables:
    """The tables "profiles", "factors" and "aligned" of readings."""
    aligned = (
        {"sample": one.sample, "contig": contig, "sequence": letters}
        for one in readings
        for contig, letters in one.aligned
    )
    return {
        "profiles": frame_of(PROFILES, (one.profile for one in readings)),
        "factors": frame_of(FACTORS, (row for one in readings for row in one.factors)),
        "aligned": frame_of(ALIGNED, aligned),
    }


def _typed_tables(
    ports: Ports, materials: Materials, rules: CatalogueRules
) -> tuple[Tables, int]:
    """All tables, and how many samples had to be read for them."""
    reference = reference_by_lineage(materials.tables["reference"], rules)
    told, background = _above_background(materials)
    samples, findings = sample_inputs(told, rules)
    check_common_contigs(samples, reference)
    pack = memo_key(
        f"{STEP}:pack", reachable_digest(__name__), reference=reference, rules=asdict(rules)
    )
    kept = _pack(ports, pack)
    keys = [content_of(one) for one in samples]
    fresh = tuple(
        one for key, one in dict(zip(keys, samples, strict=True)).items() if key not in kept
    )
    made = read_samples(fresh, reference, rules, ports.runner, ports.progress)
    unread = [key for key in dict.fromkeys(keys) if key not in kept]
    kept |= zip(unread, ports.blobs.put_all([_bytes(one) for one in made]), strict=True)
    anew = dict(zip(unread, made, strict=True))
    readings = [
        anew[key] if key in anew else _reading(ports.blobs.get(kept[key])) for key in keys
    ]
    names = [kept[key] for key in keys]
    if fresh:
        lost = {key for key, one in anew.items() if is_lost(one)}  # the next round tries again
        known = {key: name for key, name in kept.items() if key not in lost}
        ports.blobs.note(pack, ports.blobs.put(json.dumps(known, sort_keys=True).encode()))
    tables = reading_tables(readings)
    of_sample = {one.sample: name for one, name in zip(samples, names, strict=True)}
    tables["adaptation"] = _adaptation(ports, tables, of_sample)
    tables["findings"] = finding_rows(
        [*background, *findings, *(doubt for one in readings for doubt in one.findings)]
    )
    tables["blobs"] = pl.DataFrame(
        {"sample": [one.sample for one in samples], "sha256": names},
        schema={"sample": pl.String, "sha256": pl.String},
    )
    return tables, len(fresh)


def _adaptation(ports: Ports, tables: Tables, readings: Mapping[str, str]) -> pl.DataFrame:
    """ADAPTATION, made now of people of whom there is a new sample.

    readings  sample to the name of all that was read of it
    """
    digests: dict[str, list[str]] = {}
    for sample, who in tables["profiles"].select("sample", "participant").rows():
        digests.setdefault(who, []).append(readings[sample])

    def make(people: Sequence[str]) -> Tables:
        own = tables["profiles"].filter(
            pl.col("participant").is_in(pl.Series(people, dtype=pl.String).implode())
        )
        return {"adaptation": adaptation_table(own, tables["aligned"], tables["factors"])}

    key = memo_key(f"{STEP}:adaptation", reachable_digest(__name__))
    told = {who: digest_of(sorted(own)) for who, own in digests.items()}
    found, _ = kept_rows(ports.blobs, key, told, make)
    return found["adaptation"].sort(ADAPTATION.key, nulls_last=True)


def _above_background(materials: Materials) -> tuple[Tables, tuple[Finding, ...]]:
    """The tables without variants that control samples show as often."""
    tables = dict(materials.tables)
    if "variants" not in tables:
        return tables, ()
    tables["variants"], findings = without_background(tables["variants"], tables["samples"])
    return tables, findings


def content_of(material: SampleInput) -> str:
    """SHA-256 of all that is known of a sample before it is read."""
    return sha256(json.dumps(_told(material), default=str).encode()).hexdigest()


def _told(one: SampleInput) -> list[Any]:
    """Fields of a material, and those of its parts; `asdict` copies each letter's string."""
    return [
        [_values(part) for part in value] if isinstance(value, tuple) else value
        for value in _values(one)
    ]


def _values(one: object) -> tuple[Any, ...]:
    kind: Any = type(one)
    return _getter(kind)(one)


@cache
def _getter(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*(one.name for one in fields(kind)))


def _rows_of(reading: SampleProfile) -> dict[str, Any]:
    return {one.name: getattr(reading, one.name) for one in fields(reading)}


def _pack(ports: Ports, key: str) -> dict[str, Sha256]:
    """Content of a sample to the blob of its reading, from earlier rounds."""
    noted = ports.blobs.noted(key)
    if noted is None:
        return {}
    found: dict[str, Sha256] = json.loads(ports.blobs.get(noted))
    return {sample: name for sample, name in found.items() if ports.blobs.has(name)}


def _bytes(reading: SampleProfile) -> bytes:
    body = _rows_of(reading) | {"findings": [one.as_row() for one in reading.findings]}
    return json.dumps(body, default=str, sort_keys=True).encode()


def _reading(content: bytes) -> SampleProfile:
    body = json.loads(content)
    taken = body["profile"]["taken"]
    body["profile"]["taken"] = None if taken is None else date.fromisoformat(taken)
    return SampleProfile(
        sample=body["sample"],
        profile=body["profile"],
        factors=tuple(body["factors"]),
        aligned=tuple((contig, letters) for contig, letters in body["aligned"]),
        findings=tuple(finding_of(one) for one in body["findings"]),
    )


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
