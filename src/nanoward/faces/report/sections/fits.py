"""Section 5: each person's fit with its band, and the setting that is recommended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from nanoward.base import tables
from nanoward.faces.report.charts.curves import Frame, frame_of, is_outside, panel
from nanoward.faces.report.charts.frontier import WhatIf, people_with_settings, what_ifs
from nanoward.faces.report.charts.setting_chart import setting_chart
from nanoward.faces.report.drawing.figures import counted, number, percent
from nanoward.faces.report.drawing.views import (
    Cell,
    Figure,
    Table,
    absence,
    cells,
    found,
    headings,
)
from nanoward.faces.report.sections.bonds import room_facts
from nanoward.faces.report.sections.kept import kept_table
from nanoward.flows.round.round import Round

_OPEN = 48  # people whose cards stand open
_ROWS = 600  # of a table, in pages
_TIMES = {"h": "hours", "d": "days", "min": "minutes", "wk": "weeks"}
_ALL, _SOME = 96, 16  # people who are drawn, twelve kilobytes each: all up to 96, else some


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One person: panels, one line on the setting, and whether to use the fit at all."""

    participant: str
    panels: Sequence[Markup]
    setting: str
    warning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """What the section shows."""

    absent: str
    lead: str
    coverage: str
    settings: Sequence[Figure]
    what_ifs: Sequence[WhatIf]
    what_if_rest: str
    kept: Table | None
    cards: Sequence[Card]
    folded: Sequence[Card]
    rest: str
    recommendations: Table | None
    parameters: Table | None
    across: str
    facts: Sequence[tuple[str, str]]


def fits(round_: Round) -> Fits:
    """Fits, bands, observations and recommendations of a round."""
    fitted = found(round_, tables.FITS).sort("participant", "parameter")
    advice = found(round_, tables.RECOMMENDATIONS).sort("participant")
    cards, left_out = _cards(round_, fitted, advice)
    unsound = _unsound(fitted)
    drawn = what_ifs(round_)
    undrawn = people_with_settings(round_) - len(drawn)
    unseen = len(unsound) - sum(one.participant in unsound for one in cards)
    return Fits(
        absent=absence(
            round_,
            tables.FITS,
            tables.BANDS,
            tables.OBSERVED,
            tables.RECOMMENDATIONS,
            tables.FRONTIER,
            tables.OUTLOOK,
        ),
        lead=_lead(fitted, advice) + _unpredicted(round_),
        coverage=coverage(found(round_, tables.OBSERVED)),
        settings=setting_chart(advice),
        what_ifs=drawn,
        what_if_rest=f"{counted(undrawn, 'further person', 'further people')}: each on a page "
        "of their own by nanoward report PROGRAMME PARTICIPANT."
        if undrawn
        else "",
        kept=kept_table(round_),
        cards=cards[:_OPEN],
        folded=cards[_OPEN:],
        rest=f"{counted(left_out, 'further person', 'further people')}: "
        "each on a page of their own by nanoward report PROGRAMME PARTICIPANT, all in "
        "tables/bands.parquet and tables/observed.parquet."
        + (f" The fits of {number(unseen)} of them did not converge." if unseen else "")
        if left_out
        else "",
        recommendations=_recommendations(advice),
        parameters=_parameters(fitted),
        across=time_unit(round_)[1],
        facts=room_facts(round_, "tuning"),
    )


def time_unit(round_: Round) -> tuple[str, str]:
    """The unit of the model's time, short and as a word."""
    told = str(round_.facts.get("tuning", {}).get("time_unit") or "h")
    return told, _TIMES.get(told, told)


def _lead(fitted: pl.DataFrame, advice: pl.DataFrame) -> str:
    people = fitted["participant"].n_unique()
    failed = fitted.filter(~pl.col("converged").fill_null(value=False))[
        "participant"
    ].n_unique()
    refused = advice["value"].null_count()
    return (
        f"{counted(people, 'person was', 'people were')} fitted, "
        f"{number(failed)} without convergence. A setting is recommended to "
        f"{number(advice.height - refused)} and refused to {number(refused)}."
    )


def _unpredicted(round_: Round) -> str:
    """Quantities that were observed and that no model predicts, or not as a measured number
    (grades, counts, events)."""
    seen = set(found(round_, tables.OBSERVED)["quantity"].drop_nulls().unique())
    bare = sorted(seen - set(found(round_, tables.BANDS)["quantity"].unique()))
    names = " and ".join(bare)
    return f" {names[:1].upper()}{names[1:]} has no band: shown as observed." if bare else ""


def coverage(observed: pl.DataFrame) -> str:
    """How often the 90 % band held the observations, above all those that were held back."""
    told = []
    for held, name in ((True, "held-back"), (False, "fitted")):
        part = observed.filter(
            (pl.col("held_back") == held)
            & pl.all_horizontal(pl.col("value", "low", "high").is_not_null())
        )
        if part.height:
            inside = part.height - sum(is_outside(row) for row in part.to_dicts())
            told.append(
                f"{number(inside)} of {counted(part.height, f'{name} observation')} "
                f"({percent(inside, part.height)})"
            )
    return f"The 90 % band holds {' and '.join(told)}." if told else ""


def _cards(round_: Round, fitted: pl.DataFrame, advice: pl.DataFrame) -> tuple[list[Card], int]:
    """Cards, those that did not converge first, and how many people are left out."""
    every = found(round_, tables.BANDS), found(round_, tables.OBSERVED)
    unit = time_unit(round_)[0]
    quantities = {one or "" for table in every for one in table["quantity"].unique()}
    frames = [_frame(quantity, *every) for quantity in sorted(quantities)]
    settings = {row["participant"]: row for row in advice.to_dicts()}
    failed = _unsound(fitted)
    everybody = failed.union(*(table["participant"].unique() for table in every))
    people = sorted(everybody, key=lambda who: (who not in failed, _natural(who)))
    most = len(people) if len(people) <= _ALL else _SOME
    shown = pl.col("participant").is_in(people[:most])
    bands, observed = (_grouped(table.filter(shown)) for table in every)
    cards = [
        Card(
            participant=who,
            panels=[
                panel(who, frame, bands.get(key, []), observed.get(key, []), unit)
                for frame in frames
                if (key := (who, frame.quantity)) in bands or key in observed
            ],
            setting=_setting(settings.get(who)),
            warning="did not converge: do not use" if who in failed else "",
        )
        for who in people[:most]
    ]
    return cards, len(people) - most


def _unsound(fitted: pl.DataFrame) -> set[str]:
    """People whose fit did not converge."""
    return set(fitted.filter(~pl.col("converged").fill_null(value=False))["participant"])


def person_card(round_: Round) -> Card | None:
    """The card of the one person whose rows the round's tables hold; None without a fit."""
    fitted, advice = found(round_, tables.FITS), found(round_, tables.RECOMMENDATIONS)
    cards, _ = _cards(round_, fitted, advice)
    return cards[0] if cards else None


def _natural(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() else (10**12, name)


def _grouped(table: pl.DataFrame) -> dict[tuple[str, str], list[dict[str, Any]]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    ordered = table.with_columns(pl.col("quantity").fill_null("")).sort(
        "participant", "quantity", "time"
    )
    for row in ordered.to_dicts():
        groups.setdefault((row["participant"], row["quantity"]), []).append(row)
    return groups


def _frame(quantity: str, bands: pl.DataFrame, observed: pl.DataFrame) -> Frame:
    """The window of a quantity over everybody: the extremes decide it."""
    own = pl.col("quantity").fill_null("") == quantity
    return frame_of(
        quantity,
        _extremes(bands.filter(own), "median"),
        _extremes(observed.filter(own), "value"),
    )


def _extremes(rows: pl.DataFrame, name: str) -> list[dict[str, float | None]]:
    """Two rows with the lowest and the highest value and time."""
    asked = pl.col(name, "time")
    return [
        rows.select(asked.min()).row(0, named=True),
        rows.select(asked.max()).row(0, named=True),
    ]


def _setting(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ""
    if row["value"] is None:
        return f"no setting: {row['reason'] or 'no reason was given'}"
    return f"{row['setting']} {number(row['value'])} {row['unit'] or ''}".strip()


def _recommendations(advice: pl.DataFrame) -> Table | None:
    if advice.is_empty():
        return None
    aimed = advice["target"].null_count() < advice.height
    rows = sorted(advice.to_dicts(), key=lambda row: _natural(row["participant"]))
    rest = max(len(rows) - _ROWS, 0)
    return Table(
        caption="Recommended settings. They are advice to those who may decide; none was sent.",
        headings=headings(
            "@Participant",
            "Setting",
            "#Value",
            "Unit",
            "#Target exposure",
            "#Expected" if aimed else "#Expected benefit",
            "#90 % interval",
            "#Probability in target range" if aimed else "#Probability of no side effect",
            "Reason",
        ),
        rows=[
            cells(
                row["participant"],
                row["setting"] or "–",
                Cell(text="refused", mark="held")
                if row["value"] is None
                else number(row["value"]),
                row["unit"] or "–",
                number(row["target"]),
                number(row["expected"]),
                f"{number(row['low'])} to {number(row['high'])}"
                if row["low"] is not None
                else "–",
                percent(row["probability"]),
                row["reason"] or "–",
            )
            for row in rows[:_ROWS]
        ],
        more=f"{counted(rest, 'further person', 'further people')}: "
        "tables/recommendations.parquet."
        if rest
        else "",
        folded=f"Table of {counted(advice.height, 'recommendation')}",
    )


def _parameters(fitted: pl.DataFrame) -> Table | None:
    if fitted.is_empty():
        return None
    names = fitted["parameter"].unique().sort().to_list()
    every = fitted.to_dicts()
    units = {row["parameter"]: row["unit"] or "" for row in every}
    people: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in every:
        people.setdefault(row["participant"], {})[row["parameter"]] = row
    rest = max(len(people) - _ROWS, 0)
    return Table(
        caption="Individual parameters: value (individual deviation ± standard error, on the "
        "model's scale)",
        headings=headings(
            "@Participant",
            *(f"#{name} ({units[name]})" if units[name] else f"#{name}" for name in names),
            "#Objective",
            "#Observations",
            "Converged",
        ),
        rows=[_fitted(who, people[who], names) for who in sorted(people, key=_natural)[:_ROWS]],
        more=f"{counted(rest, 'further person', 'further people')}: tables/fits.parquet."
        if rest
        else "",
        folded=f"Parameters of {counted(len(people), 'person', 'people')}",
    )


def _fitted(
    who: str, rows: Mapping[str, Mapping[str, Any]], names: Sequence[str]
) -> tuple[Cell, ...]:
    one = next(iter(rows.values()))
    values = [
        f"{number(row['value'])} ({number(row['eta'], 2)} ± {number(row['eta_se'], 2)})"
        if (row := rows.get(name)) is not None
        else "–"
        for name in names
    ]
    sound = all(row["converged"] for row in rows.values())
    return cells(
        who,
        *values,
        number(one["objective"], 4),
        number(one["observations"]),
        Cell(text="yes") if sound else Cell(text="no", mark="alarm"),
    )
