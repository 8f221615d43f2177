"""The head of the report: the few numbers that matter, and what needs people this week."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.charts.network import pair_anchor
from nanoward.faces.report.charts.staircase import states
from nanoward.faces.report.drawing.figures import counted, day, listed, number
from nanoward.faces.report.drawing.views import anchor, found
from nanoward.faces.report.sections.adapted import altered_people
from nanoward.faces.report.sections.board import Share, shares, standing_rows
from nanoward.faces.report.sections.bonds import (
    cluster_detail,
    cluster_title,
    pair_counts,
    unexplained_clusters,
)
from nanoward.flows.round.round import Round

_MOST = 5  # items of one kind that are told one by one
_PRODUCTS = {  # by the codes of agents/register.py
    "AGT-201": "given, but never released",
    "AGT-202": "refused, but given",
    "AGT-203": "its spec is not published",
    "AGT-204": "its spec has expired",
    "AGT-205": "the spec here is not the published one",
    "AGT-206": "built to a spec that is not published",
    "AGT-207": "released after its spec had expired",
}
_RECENT = 28  # days for which a standing is told person by person


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One of the few numbers: what it counts, and where its evidence stands."""

    value: str
    label: str
    detail: str
    section: str
    urgent: bool = False
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that a person should look at, and where the evidence is.

    row  id of the row that holds it; "" where the whole section does
    """

    mark: str
    title: str
    detail: str
    section: str
    row: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands at the top."""

    shares: Sequence[Share]
    people: int
    numbers: Sequence[Number]
    needs: Sequence[Need]
    calm: str
    grade: str = ""


def head(round_: Round) -> Head:
    """Numbers and needs of a round."""
    parts = shares(round_)
    return Head(
        shares=parts,
        people=sum(one.people for one in parts),
        numbers=[one for one in (_bonds(round_), _grades(round_), _settings(round_),
                                 _findings(round_), _open(round_)) if one],
        needs=list(_needs(round_)),
        calm=_calm(round_),
    )  # fmt: skip


def _bonds(round_: Round) -> Number | None:
    table = found(round_, tables.BONDS)
    if tables.BONDS.name not in round_.tables:
        return None
    linked = table.filter(pl.col("linked"))
    bare = linked.filter(pl.col("contact").fill_null("") == "").height
    new = round_.facts.get("bonds", {}).get("new bonds")
    told = f"{counted(int(new), 'new bond')}, " if isinstance(new, int) else ""
    return Number(
        value=number(linked.height),
        label="bonds beyond chance",
        detail=f"{told}{bare} without a recorded contact; "
        f"{counted(sum(pairs for _, pairs in pair_counts(round_).values()), 'pair')} compared",
        section="bonds",
        urgent=bare > 0,
    )


def _grades(round_: Round) -> Number | None:
    table = found(round_, tables.GRADES)
    if tables.GRADES.name not in round_.tables:
        return None
    severe = table.filter(pl.col("grade") >= 3)
    return Number(
        value=number(severe["participant"].n_unique()),
        label="people reached grade 3 or 4",
        detail=f"of {number(table['participant'].n_unique())} with laboratory results",
        section="safety",
    )


def _settings(round_: Round) -> Number | None:
    table = found(round_, tables.RECOMMENDATIONS)
    if tables.RECOMMENDATIONS.name not in round_.tables:
        return None
    refused = table["value"].null_count()
    return Number(
        value=number(table.height - refused),
        label="settings recommended",
        detail=f"{refused} refused, of {counted(table.height, 'person', 'people')}",
        section="fits",
    )


def _findings(round_: Round) -> Number:
    table = found(round_, tables.FINDINGS)
    count = {
        severity: table.filter(pl.col("severity") == severity).height
        for severity in ("error", "warning", "note")
    }
    return Number(
        value=number(table.height),
        label="findings in the data" if table.height != 1 else "finding in the data",
        detail=f"{counted(count['error'], 'error')}, {counted(count['warning'], 'warning')}, "
        f"{counted(count['note'], 'note')}",
        section="findings",
        urgent=count["error"] > 0,
    )


def _open(round_: Round) -> Number:
    count = found(round_, tables.UNDECIDED).height
    return Number(
        value=number(count),
        label="questions left undecided" if count != 1 else "question left undecided",
        detail="with the reason, and what would give an answer",
        section="undecided",
    )


def _needs(round_: Round) -> Iterator[Need]:
    yield from _stops(round_)
    yield from _products(round_)
    yield from _people(round_)
    yield from _alarms(round_)
    yield from _unfit(round_)
    yield from _errors(round_)


def _gone(round_: Round) -> list[str]:
    """The dead and those who completed: nothing is asked of them."""
    rows = standing_rows(round_)
    return [row["participant"] for row in rows if row["standing"] in ("died", "completed")]


def _stops(round_: Round) -> Iterator[Need]:
    """What stops: rules that say so, agents that escaped, people who changed."""
    for row in (one for one in states(round_) if one["stop"]):
        yield Need(
            mark="alarm",
            title=f"Stopping rule {row['rule']} says stop: {row['group']}",
            detail=row["told"],
            section="safety",
        )
    yield from _flushed(round_)
    altered = altered_people(round_)
    for row in altered[:_MOST]:
        yield Need(
            mark="alarm",
            title=f"{row['participant']}: the {row['role']} locus {row['locus']} is altered",
            detail=f"sample {row['sample']}: {listed(row['variants'] or [], 3)}",
            section="drift",
        )
    if len(altered) > _MOST:
        names = listed(dict.fromkeys(row["participant"] for row in altered[_MOST:]), 12)
        yield Need(mark="alarm", title=f"{len(altered) - _MOST} more altered loci",
                   detail=names, section="drift")  # fmt: skip
    changed = found(round_, tables.CHANGES).filter("changed").sort("seen", descending=True)
    start = round_.as_of - timedelta(days=_RECENT)
    here = ~pl.col("participant").is_in(_gone(round_))
    recent = changed.filter(pl.col("seen") > start, here).to_dicts()
    for row in recent[:_MOST]:
        yield Need(
            mark="held",
            title=f"{row['participant']} has changed: is it still this person's will?",
            detail=row["told"],
            section="safety",
        )
    if len(recent) > _MOST:
        names = listed((row["participant"] for row in recent[_MOST:]), 12)
        yield Need(mark="held", title=f"{len(recent) - _MOST} more have changed", detail=names,
                   section="safety")  # fmt: skip


def _flushed(round_: Round) -> Iterator[Need]:
    """Who escaped one by one; who is due for verification, together."""
    flushes = found(round_, tables.FLUSHES).sort("participant", "order")
    gone = flushes.filter(pl.col("outcome") == "escaped").to_dicts()
    for row in gone[:_MOST]:
        yield Need(
            mark="alarm",
            title=f"{row['participant']}: the agent escaped the kill code",
            detail="; ".join(row["reasons"] or []) or "use the second route",
            section="control",
        )
    if rest := gone[_MOST:]:
        names = listed((row["participant"] for row in rest), 12)
        yield Need(mark="alarm", title=f"{len(rest)} more escaped", detail=names,
                   section="control")  # fmt: skip
    here = ~pl.col("participant").is_in(_gone(round_))
    due = flushes.filter(pl.col("outcome") == "verifying", here)["participant"].unique().sort()
    if len(due):
        yield Need(
            mark="held",
            title=f"{counted(len(due), 'person is', 'people are')} due for flush verification",
            detail=listed(due.to_list(), 12),
            section="control",
        )


def _calm(round_: Round) -> str:
    """What was looked at and found in order; said only of what this round could look at."""
    asked = {
        tables.STANDINGS.name: "nobody is recalled or held",
        tables.BONDS.name: "no bond lacks a recorded contact",
        tables.FITS.name: "every fit converged",
        tables.RECOMMENDATIONS.name: "no setting had to be refused",
    }
    told = [text for name, text in asked.items() if name in round_.tables]
    text = ", ".join([*told, "no row of the data had to be left out"])
    return f"{text[0].upper()}{text[1:]}."


def _people(round_: Round) -> Iterator[Need]:
    """Everybody recalled or held, the latest first, and who died in the week before."""
    rows = standing_rows(round_)
    for standing, window in (("recalled", _RECENT), ("died", 7), ("held", _RECENT)):
        start = round_.as_of - timedelta(days=window)
        group = [row for row in rows if row["standing"] == standing]
        recent = [row for row in group if row["since"] is None or row["since"] > start]
        recent.sort(key=lambda row: row["since"] or round_.as_of, reverse=True)
        told = recent if len(recent) <= _MOST + 1 else recent[:_MOST]
        for row in told:
            yield _person(row)
        rest = [row for row in group if row not in told and standing != "died"]
        if rest:
            more = "more " if told else ""
            yield Need(
                mark=standing,
                title=f"{len(rest)} {more}{standing}{_last(rest, start)}",
                detail=listed((row["participant"] for row in rest), 12),
                section="board",
            )


def _last(rest: Sequence[dict[str, Any]], start: date) -> str:
    days = [row["since"] for row in rest if row["since"]]
    return f", the last on {day(max(days))}" if days and max(days) <= start else ""


def _person(row: dict[str, Any]) -> Need:
    since = f"since {day(row['since'])}: " if row["since"] else ""
    return Need(
        mark=row["standing"],
        title=f"{row['participant']} {row['standing']}",
        detail=since + ("; ".join(row["reasons"] or []) or "no reason was given"),
        section="board",
        row=anchor("who", row["participant"]),
    )


def _alarms(round_: Round) -> Iterator[Need]:
    linked = found(round_, tables.BONDS).filter(pl.col("linked"))  # of all pairs these are few
    rows = linked.sort("q_value", "a", "b").to_dicts()
    groups = unexplained_clusters(rows)
    for group in groups[:_MOST]:
        yield Need(
            mark="alarm",
            title=cluster_title(group),
            detail=cluster_detail(group),
            section="bonds",
            row=pair_anchor(group[0]),
        )
    if rest := groups[_MOST:]:
        told = listed((f"{group[0]['a']} – {group[0]['b']} …" for group in rest), 12)
        yield Need(
            mark="alarm",
            title=f"{len(rest)} more clusters with bonds without a recorded contact",
            detail=told,
            section="bonds",
        )


def _unfit(round_: Round) -> Iterator[Need]:
    here = ~pl.col("participant").is_in(_gone(round_))
    fits = found(round_, tables.FITS).filter(~pl.col("converged").fill_null(value=False), here)
    names = sorted(fits["participant"].unique())
    if names:
        yield Need(
            mark="alarm",
            title=f"{counted(len(names), 'fit')} did not converge: do not use",
            detail=listed(names, 12),
            section="fits",
        )
    refused = found(round_, tables.RECOMMENDATIONS).filter(pl.col("value").is_null(), here)
    reasons = refused.group_by("reason").agg(pl.col("participant").sort()).sort("reason")
    for row in reasons.head(_MOST).to_dicts():
        yield Need(
            mark="held",
            title=f"No setting for {listed(row['participant'])}",
            detail=row["reason"] or "no reason was given",
            section="fits",
        )


def _products(round_: Round) -> Iterator[Need]:
    """What is given, but should not be: lots and specs."""
    wrong = _errors_found(round_).filter(pl.col("code").is_in(list(_PRODUCTS)))
    for row in wrong.sort("code", "subject").to_dicts():
        yield Need(
            mark="alarm",
            title=f"{row['subject']}: {_PRODUCTS[row['code']]}",
            detail=f"{row['message']}. {row['next_step']}",
            section="findings",
        )


def _errors_found(round_: Round) -> pl.DataFrame:
    return found(round_, tables.FINDINGS).filter(pl.col("severity") == "error")


def _errors(round_: Round) -> Iterator[Need]:
    errors = _errors_found(round_).filter(~pl.col("code").is_in(list(_PRODUCTS)))
    kinds = errors.group_by("code").agg(
        pl.len().alias("count"), pl.col("message").first(), pl.col("next_step").first()
    )
    for row in kinds.sort("code").to_dicts():
        yield Need(
            mark="alarm",
            title=f"{row['code']}: {counted(row['count'], 'error')} in the data",
            detail=f"{'for example: ' if row['count'] > 1 else ''}{row['message']}. "
            f"{row['next_step']}",
            section="findings",
        )
