"""Judge streams of counts: the past that was judged before, what is new, and who is silent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.base.findings import Finding
from nanoward.ports.progress import Progress
from nanoward.watch.alarms.detector import Period, Watch
from nanoward.watch.alarms.null_models import NullModels
from nanoward.watch.alarms.report import (
    ProgrammeAlarm,
    StreamState,
    alarm_of,
    period_days,
    stream_states,
)
from nanoward.watch.alarms.rules import CONFORMAL_EXPONENTS, FITTED_RISES, WatchRules
from nanoward.watch.counts.series import Series, overdue, series_of

STREAM_SCHEMA: dict[str, Any] = {
    "stream": pl.String, "state": pl.String, "last": pl.Date, "periods": pl.Int64,
    "count": pl.Float64, "expected": pl.Float64, "evidence": pl.Float64,
    "threshold": pl.Float64, "since": pl.Date, "ratio": pl.Float64, "limit": pl.Float64,
    "told": pl.String,
}  # fmt: skip
ALARM_SCHEMA: dict[str, Any] = {
    "alarm": pl.String, "day": pl.Date, "stream": pl.String, "streams": pl.List(pl.String),
    "since": pl.Date, "observed": pl.Float64, "expected": pl.Float64, "ratio": pl.Float64,
    "ratio_low": pl.Float64, "ratio_high": pl.Float64, "evidence": pl.Float64,
    "half": pl.String, "told": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedBlock:
    """Null models as they stood from a day on."""

    from_day: date
    models_sha256: str
    data_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamScan:
    """What a scan found.

    streams, alarms  tables STREAMS and WATCH_ALARMS
    path             the programme's evidence after each period, from `first` on
    blocks           null models in the order in which they were fitted; the last may be for
                     periods to come
    """

    rules: WatchRules
    as_of: date
    streams: pl.DataFrame
    alarms: pl.DataFrame
    path: tuple[float, ...] = ()
    first: date | None = None
    blocks: tuple[FittedBlock, ...] = ()
    findings: tuple[Finding, ...] = ()


def scan_streams(
    rows: pl.DataFrame,
    rules: WatchRules,
    as_of: date,
    progress: Progress,
    *,
    period: int = 0,
    derived: frozenset[str] = frozenset(),
) -> StreamScan:
    """Judge every period of the streams in turn.

    rows     in the shape COUNTS
    period   7 or 1; 0: as the streams usually report
    derived  streams counted from records: nobody is asked why they are silent
    """
    series, findings = series_of(rows, as_of=as_of, period=period)
    if series is None:
        nothing = pl.DataFrame(schema=STREAM_SCHEMA), pl.DataFrame(schema=ALARM_SCHEMA)
        return StreamScan(
            rules=rules, as_of=as_of, streams=nothing[0], alarms=nothing[1], findings=findings
        )
    rules = replace(rules, period=series.period)
    watch = Watch(series.counts, series.exposure, series.keys, rules)
    days = period_days(series.first, series.period, series.counts.shape[1])
    alarms, path, blocks, last = [], [], [], None
    named: dict[int, int] = {}
    with progress("judging periods", len(days)) as step:
        for time in range(len(days)):
            step(1)
            if time < rules.least:
                path.append(0.0)
                continue
            last = watch.step(time)
            path.append(last.total)
            if watch.fitted_at and watch.fitted_at[-1] == time:
                blocks.append(_block(watch, series, time))
            named |= dict.fromkeys(np.flatnonzero(last.named).tolist(), time)
            if last.alarm:
                alarms.append(alarm_of(watch, last, time, series.names, days))
    end = len(days)
    if end >= rules.least and (end - rules.least) % rules.refit == 0:
        watch.fit(end)  # for what comes: it stands before the data do
        blocks.append(_block(watch, series, end))
    lately = frozenset(at for at, time in named.items() if end - time <= rules.guard + 2)
    silent = overdue(series, as_of, derived)
    states = stream_states(watch, last, silent, lately, days)
    return StreamScan(
        rules=rules,
        as_of=as_of,
        streams=_stream_rows(series, states, rules),
        alarms=_alarm_rows(alarms),
        path=tuple(path),
        first=series.first,
        blocks=tuple(blocks),
        findings=(*findings, *_silences(series, states), *_seasons(series, rules, last)),
    )


def _block(watch: Watch, series: Series, time: int) -> FittedBlock:
    assert watch.models is not None
    return FittedBlock(
        from_day=series.day(time),
        models_sha256=models_sha256(series.names, watch.models),
        data_sha256=_data_sha256(series, max(time - watch.rules.guard, 0)),
    )


def models_sha256(names: Sequence[str], models: NullModels) -> str:
    """Hash of what null models say, to nine digits: the last ones differ between machines."""
    rows = [
        f"{name}:{','.join(f'{one:.9g}' for one in (*coefficients, dispersion))}"
        for name, coefficients, dispersion in zip(
            names, models.coefficients, models.dispersion, strict=True
        )
    ]
    return sha256_of("\n".join(rows).encode())


def rules_sha256(rules: WatchRules) -> str:
    """Hash of every rule that a scan judges by, its bets included."""
    told = repr((rules, CONFORMAL_EXPONENTS, FITTED_RISES))
    return sha256_of(told.encode())


def _data_sha256(series: Series, periods: int) -> str:
    head = "\n".join(series.names).encode()
    counts = np.ascontiguousarray(series.counts[:, :periods], dtype="<f8")
    exposure = np.ascontiguousarray(series.exposure[:, :periods], dtype="<f8")
    return sha256_of(head + counts.tobytes() + exposure.tobytes())


def _stream_rows(
    series: Series, states: Sequence[StreamState], rules: WatchRules
) -> pl.DataFrame:
    rows = [
        {
            "stream": name,
            "state": one.state,
            "last": one.last,
            "periods": one.periods,
            "count": one.count,
            "expected": one.expected,
            "evidence": one.evidence,
            "threshold": rules.threshold,
            "since": one.since,
            "ratio": one.ratio,
            "limit": one.limit,
            "told": one.told,
        }
        for name, one in zip(series.names, states, strict=True)
    ]
    return pl.DataFrame(rows, schema=STREAM_SCHEMA)


def _alarm_rows(alarms: Sequence[ProgrammeAlarm]) -> pl.DataFrame:
    rows = [
        {
            "alarm": f"stream/{one.streams[0]}/{one.day}",
            "day": one.day,
            "stream": one.streams[0],
            "streams": list(one.streams),
            "since": one.since,
            "observed": one.observed,
            "expected": one.expected,
            "ratio": one.ratio[0],
            "ratio_low": one.ratio[1],
            "ratio_high": one.ratio[2],
            "evidence": one.evidence,
            "half": "conformal" if one.proven else "fitted",
            "told": one.told,
        }
        for one in alarms
    ]
    return pl.DataFrame(rows, schema=ALARM_SCHEMA)


def _silences(series: Series, states: Sequence[StreamState]) -> list[Finding]:
    return [
        Finding(
            code="WCH-003",
            severity="warning",
            message=f"{name} is {one.told}",
            next_step="Ask whoever reports it; end it in the plan if it is over",
            subject=name,
        )
        for name, one in zip(series.names, states, strict=True)
        if one.state == "silent"
    ]


def _seasons(series: Series, rules: WatchRules, last: Period | None) -> list[Finding]:
    """One note where the promise does not hold yet."""
    periods = np.isfinite(series.counts).sum(1)
    young = int((periods < rules.year).sum())
    if last is None or not young:
        return []
    return [
        Finding(
            code="WCH-004",
            severity="note",
            message=f"{young} of {len(periods)} streams have less than a year of past: their "
            "season is not known, so the run length is not promised for them",
            next_step="Nothing; give earlier counts if there are any",
        )
    ]
