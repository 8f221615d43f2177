"""Standings, visits that are due and contradictions, from plain SDTM files alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.errors import UsageError
from nanoward.base.findings import in_order
from nanoward.clearance import (
    at_data_cutoff,
    dispositions,
    hepatocyte_loss,
    policy_of,
    results_of,
    understood_events,
)
from nanoward.clearance.analysis import ClearanceQuestion, analyse
from nanoward.clearance.grading.reported_grades import reported_grades
from nanoward.clearance.monitoring.liver_peaks import liver_peaks
from nanoward.clearance.monitoring.schedule import anchors_of, due_visits, visit_windows, within
from nanoward.clearance.monitoring.visit_compliance import visit_compliance_table
from nanoward.clearance.sdtm.baselines import first_doses
from nanoward.clearance.sdtm.consistency_checks import edit_checks
from nanoward.flows.clearance.read_sdtm import Files, domains_not_read, read_sdtm, sdtm_domains
from nanoward.flows.clearance.unread_files import files_not_read
from nanoward.flows.steps.locate_findings import locate_findings
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.formats import Formats


class MissingDomainError(UsageError):
    """A question needs an SDTM domain that was not given."""

    code = "CLR-025"
    next_step = "Name the file of that domain as well; its name begins with the two letters."


def find_edit_checks(formats: Formats, files: Files) -> Outcome:
    """Every pair of records that cannot both be true, with file and line."""
    materials, problems = read_sdtm(formats, files)
    domains = sdtm_domains(materials)
    nobody = pl.DataFrame(schema={"USUBJID": pl.String})
    _, events = understood_events(domains.get("AE", nobody), first_doses(domains.get("EX")))
    every = (*events, *edit_checks(domains), *reported_grades(domains))
    found = locate_findings(every, materials.tables)
    counts: dict[str, int] = {}
    for one in found:
        counts[one.code] = counts.get(one.code, 0) + 1
    return Outcome(
        findings=(*problems, *found),
        facts={"contradictions": len(found), **dict(sorted(counts.items()))},
        computed=1,
    )


def decide_standings(
    formats: Formats,
    files: Files,
    rules: Mapping[str, Any],
    as_of: date,
    *,
    today: date = date.max,
) -> Outcome:
    """Everybody's standing as of a day, by the files alone; a day behind today is a mistake."""
    materials, problems = read_sdtm(formats, files)
    domains = sdtm_domains(materials)
    unread = files_not_read(problems, every=True)
    question = ClearanceQuestion(
        policy=policy_of(rules), as_of=as_of, today=max(today, as_of), unread=unread
    )
    told = analyse(domains, question)
    found = locate_findings(in_order(told.findings), materials.tables)
    tables, standing = told.tables, told.tables["standings"]
    return Outcome(
        tables={name: tables[name] for name in ("standings", "disposition")},
        findings=(*problems, *found, *domains_not_read(materials)),
        facts=dict(standing.group_by("standing").len().sort("standing").iter_rows()),
        computed=1,
    )


def find_weekly(formats: Formats, files: Files, as_of: date, weekly: Sequence[str]) -> Outcome:
    """Weekly assessments due, late and missed as of a day, from the first dose (EX) on."""
    materials, problems = read_sdtm(formats, files)
    known = at_data_cutoff(sdtm_domains(materials), as_of)
    if "EX" not in known:
        raise MissingDomainError("domain EX is missing: weeks are counted from the first dose")
    due = visit_compliance_table(known, None, weekly, as_of)
    return Outcome(
        tables={"visits": due},
        findings=problems,
        facts=dict(due.group_by("state").len().sort("state").iter_rows()),
        computed=1,
    )


def find_due(formats: Formats, files: Files, as_of: date, *, days: int) -> Outcome:
    """Visits due, late and missed as of a day; TV plans, SV tells, DM anchors, DS ends."""
    materials, problems = read_sdtm(formats, files)
    tables = {role[5:7]: table for role, table in materials.tables.items()}
    for name in ("TV", "SV", "DM"):
        if name not in tables:
            raise MissingDomainError(f"domain {name} is missing")
    known = at_data_cutoff(
        {name: tables[name] for name in ("SV", "DS") if name in tables}, as_of
    )
    left = dispositions({"DS": tables["DS"]}) if "DS" in tables else None
    anchors = anchors_of(tables["DM"])
    visits = due_visits(tables["TV"], known["SV"], anchors, as_of, days=days, left=left)
    windows = visit_windows(tables["TV"], known["SV"], anchors)
    return Outcome(
        tables={"visits": visits, "windows": windows},
        findings=problems,
        facts={
            "visits made": windows.height,
            "without an anchor": windows["late"].null_count(),
            **{f"within {reach} d": within(windows, reach) for reach in (1, 3, 7)},
            **dict(visits.group_by("state").len().sort("state").iter_rows()),
        },
        computed=1,
    )


def find_sites(formats: Formats, files: Files, as_of: date) -> Outcome:
    """Sites that report or lose far more or fewer than the others, by the files alone."""
    from nanoward.clearance.monitoring.site_monitoring import monitored_sites, open_intervals

    materials, problems = read_sdtm(formats, files)
    domains = sdtm_domains(materials)
    known = at_data_cutoff(domains, as_of)
    policy = policy_of({"consent": "elsewhere"})
    tables = analyse(domains, ClearanceQuestion(policy=policy, as_of=as_of)).tables
    sites = monitored_sites(known, tables["grades"], tables["adverse_events"], as_of)
    return Outcome(
        tables={"sites": sites},
        findings=(*problems, *open_intervals(known)),
        facts={
            "sites": sites["site"].n_unique(),
            "flagged": sites.filter(pl.col("flag") != 0).height,
        },
        computed=1,
    )


def find_liver(formats: Formats, files: Files) -> Outcome:
    """A row per person: peaks, quadrant of eDISH, Hy's law by both criteria, P_ALT."""
    materials, problems = read_sdtm(formats, files)
    domains = sdtm_domains(materials)
    results = results_of(domains.get("LB", pl.DataFrame(schema={"USUBJID": pl.String})))
    loss = hepatocyte_loss(results).select("participant", "p_alt")
    liver = liver_peaks(results).join(loss, on="participant", how="left").sort("participant")
    return Outcome(
        tables={"liver": liver},
        findings=problems,
        facts={
            "people": liver.height,
            "Hy's law by the FDA": int(liver["fda"].sum()),
            "Hy's law by the pilot": int(liver["pilot"].sum()),
        },
        computed=1,
    )
