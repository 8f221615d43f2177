"""Clear the participants: grades, adverse events, standings and the safety board's numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date

import polars as pl

from nanoward.base.entries import StandingDecided
from nanoward.base.findings import Finding, Undecided
from nanoward.base.plan import Plan
from nanoward.clearance import (
    Policy,
    policy_of,
    unconsented_samples,
)
from nanoward.clearance.analysis import ClearanceQuestion, analyse
from nanoward.clearance.sdtm.data_cutoff import has_future
from nanoward.flows.clearance.read_sdtm import _roles, domains_not_read, sdtm_domains
from nanoward.flows.clearance.recorded_facts import recorded_domains, with_recorded
from nanoward.flows.clearance.unread_files import files_not_read
from nanoward.flows.steps.finding_rows import finding_rows, findings_in
from nanoward.flows.steps.memoised_tables import memo_key, memoised_tables
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.ports import Ports

TABLES = ("grades", "adverse_events", "standings", "disposition")
HELD_DOSES = "doses_while_held"  # handed on to what compares rounds
_ROOM = "clearance"


def clear_participants(ports: Ports, plan: Plan, materials: Materials, as_of: date) -> Outcome:
    """Every participant's standing as of a day, with what it rests on.

    Reads the SDTM domains of the materials; what came later than the day is not looked at.
    Recalled from an earlier round where none of these files, the rules and the day changed.
    """
    policy = policy_of(plan.section(_ROOM))
    recorded = recorded_domains(ports.ledger)
    domains = with_recorded(sdtm_domains(materials), recorded)
    if not domains:
        return Outcome(undecided=_no_records(materials))

    question = ClearanceQuestion(
        policy=policy,
        as_of=as_of,
        today=max(ports.clock.now().date(), as_of),
        unread=files_not_read(materials.findings),
    )

    def decide() -> Mapping[str, pl.DataFrame]:
        found = analyse(domains, question)
        return {**found.tables, "findings": finding_rows(found.findings)}

    key = memo_key(
        "clear",
        reachable_digest(__name__),
        sources={role: materials.sources.get(role, "") for role in _roles(materials)},
        rules=asdict(policy),
        as_of=as_of,
        # today's day counts only where a record lies behind it: else the answer is kept
        today=question.today if has_future(domains, question.today) else "",
        unread=question.unread,
        recorded={name: table.rows() for name, table in recorded.items()},
    )
    tables, recalled = memoised_tables(ports, key, decide)
    standing = tables["standings"]
    return Outcome(
        tables={name: tables[name] for name in TABLES},
        entries=tuple(_entries(standing, as_of)),
        findings=(
            *findings_in(tables["findings"]),
            *domains_not_read(materials),
            *_sample_findings(materials, policy, tables),
        ),
        undecided=(
            *_ungradable(tables["grades"]),
            *_unknown_people(materials, standing),
            *_unseen_consents(materials, policy),
        ),
        facts={
            "participants": standing.height,
            "results graded": tables["grades"]["grade"].count(),
            "grading": f"CTCAE {policy.grading}",
            **dict(standing.group_by("standing").len().sort("standing").iter_rows()),
        },
        computed=0 if recalled else 1,
        recalled=1 if recalled else 0,
        handed_on={HELD_DOSES: tables[HELD_DOSES]},
    )


def _entries(standing: pl.DataFrame, as_of: date) -> Iterator[StandingDecided]:
    columns = ("participant", "standing", "since", "reasons")
    for who, word, since, reasons in standing.select(columns).iter_rows():
        yield StandingDecided(
            participant=who, standing=word, as_of=as_of, since=since, reasons=tuple(reasons)
        )


def _sample_findings(
    materials: Materials, policy: Policy, found: Mapping[str, pl.DataFrame]
) -> tuple[Finding, ...]:
    """Samples taken without a consent, where the programme keeps samples and consents.

    found  tables of `analyse`
    """
    if "samples" not in materials or policy.consent == "elsewhere":
        return ()
    left = found["dispositions"].filter(
        (pl.col("standing") == "withdrawn") & (pl.col("event") != "LOST TO FOLLOW-UP")
    )
    return unconsented_samples(
        samples_of_people(materials),
        found["consents"],
        left.select("participant", withdrawn="day"),
    )


def samples_of_people(materials: Materials) -> pl.DataFrame:
    """The samples without those that were taken of a lot itself."""
    samples = materials.tables["samples"]
    if "lot" not in samples.columns:
        return samples
    return samples.filter(pl.col("participant").ne_missing(pl.col("lot")))


def _no_records(materials: Materials) -> tuple[Undecided, ...]:
    people = (
        samples_of_people(materials)["participant"].n_unique() if "samples" in materials else 0
    )
    whose = f" of {people} people with samples" if people else ""
    return (
        Undecided(
            code="CLR-901",
            room=_ROOM,
            subject="",
            question=f"may the participants{whose} start, stay, or must they leave?",
            reason="there are no clinical records; add SDTM domains under data/sdtm/",
        ),
    )


def _unknown_people(materials: Materials, standing: pl.DataFrame) -> Iterator[Undecided]:
    if "samples" not in materials:
        return
    sampled = samples_of_people(materials).select("participant").drop_nulls().unique()
    for (who,) in (
        sampled.join(standing, on="participant", how="anti").sort("participant").rows()
    ):
        yield Undecided(
            code="CLR-902",
            room=_ROOM,
            subject=who,
            question="may this person stay?",
            reason="known from samples alone; add the person to the clinical records (DM)",
        )


def _ungradable(grades: pl.DataFrame) -> Iterator[Undecided]:
    open_ = grades.filter((pl.col("term") != "") & pl.col("grade").is_null())
    counted = (
        open_.group_by("test", "term", "reason")
        .agg(pl.len(), people=pl.col("participant").n_unique(), who=pl.col("participant").min())
        .sort("test", "term", "reason")
    )
    for row in counted.iter_rows(named=True):
        one = row["people"] == 1
        of = f"{row['len']} result(s) of {row['people']} person(s)"
        yield Undecided(
            code="CLR-903",
            room=_ROOM,
            subject=row["who"] if one else "",
            question=f"grade of {row['test']} ({row['term']}) for {of}",
            reason=row["reason"],
        )


def _unseen_consents(materials: Materials, policy: Policy) -> Iterator[Undecided]:
    if policy.consent == "elsewhere":
        what = " and to every sample" if "samples" in materials else ""
        yield Undecided(
            code="CLR-904",
            room=_ROOM,
            subject="",
            question=f"did every participant consent to taking part{what}?",
            reason="the plan says that consents are kept elsewhere; none was looked at",
        )
