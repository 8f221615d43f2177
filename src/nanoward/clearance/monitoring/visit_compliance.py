"""What is due, late or missed: weekly assessments of everybody inside, and planned visits."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.tables import DUE
from nanoward.clearance.monitoring.schedule import Repeated, anchors_of, due_visits, occasions
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import assessments, dispositions, doses
from nanoward.maths.frames import frame_of

_OPEN = ("due", "late", "missed")


def visit_compliance_table(
    domains: Domains, plan_of_visits: pl.DataFrame | None, weekly: Sequence[str], as_of: date
) -> pl.DataFrame:
    """Table DUE, as known by the day.

    plan_of_visits  TV; None where the programme has none
    weekly          "medical", "psychological": due every seven days from the first dose
    """
    rows = [
        *_weekly(domains, weekly, as_of),
        *_visits(domains, plan_of_visits, as_of),
    ]
    return frame_of(DUE, rows)


def _weekly(domains: Domains, weekly: Sequence[str], as_of: date) -> Iterator[dict[str, Any]]:
    made = assessments(domains)
    left = dispositions(domains).group_by("participant").agg(left=pl.col("day").min())
    people = (
        doses(domains.get("EX"))
        .join(left, on="participant", how="left")
        .join(_gone_unknown(domains), on="participant", how="anti")
    )
    for kind in weekly:
        days = dict(
            made.filter(pl.col("kind") == kind)
            .group_by("participant")
            .agg(pl.col("day").sort())
            .iter_rows()
        )
        plan = Repeated(name=kind)
        for who, anchor, gone in people.select("participant", "first_dose", "left").iter_rows():
            for one in occasions(plan, anchor, days.get(who, ()), as_of, until=gone):
                if one.state in _OPEN:
                    yield {
                        "participant": who,
                        "name": kind,
                        "planned": one.planned,
                        "opens": one.opens,
                        "closes": one.closes,
                        "made": one.made,
                        "state": one.state,
                    }


def _gone_unknown(domains: Domains) -> pl.DataFrame:
    """participant: who left on a day that nobody knows; no visit is asked of them."""
    left = dispositions(domains)
    return left.filter(pl.col("day").is_null()).select("participant").unique()


def _visits(domains: Domains, tv: pl.DataFrame | None, as_of: date) -> Iterator[dict[str, Any]]:
    if tv is None or not {"SV", "DM"} <= set(domains):
        return
    left = dispositions(domains).select("participant", "day")
    visits = due_visits(tv, domains["SV"], anchors_of(domains["DM"]), as_of, left=left)
    visits = visits.join(_gone_unknown(domains), on="participant", how="anti")
    for row in visits.filter(pl.col("state").is_in(_OPEN)).iter_rows(named=True):
        yield row | {"opens": None, "closes": None}
