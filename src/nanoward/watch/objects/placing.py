"""Rows of DETECTIONS on the plane, with errors; what a sensor's clock or haste has spoilt."""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from nanoward.base.findings import Finding
from nanoward.watch.objects.detections import Detections, from_bearing_range
from nanoward.watch.objects.zones import WatchedArea

AHEAD_S = 2.0  # a detection cannot be later than its receipt; clocks agree to this
SECOND_S = 3.0  # by which a receiver's clock may differ from the second that ships send
BACK_S = 60.0  # by which times of one sensor may fall back within a file
ACROSS = 0.15  # share of a time error that lies across the course: nobody sails quite straight
SPEED_ERROR, SPEED_SHARE = 0.4, 0.03  # m/s, and share of the speed
COURSE_ERROR = math.radians(2.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedDetections:
    """Detections in order of time, the rows that they are of, and what was left out."""

    detections: Detections
    rows: pl.DataFrame
    findings: tuple[Finding, ...]


def placed(rows: pl.DataFrame, area: WatchedArea, now: float | None) -> PlacedDetections:
    """Rows of DETECTIONS on the plane of an area.

    rows  with `file` beside `line` where they are of several files
    now   s, after which nothing can have been detected; None: not known
    """
    rows = _whole(rows)
    stream = np.array([area.sensor(one) for one in rows["stream"]], np.int64)
    keep = np.ones(rows.height, bool)
    findings = [*_clocks(rows, keep, now), *_floods(rows, stream, keep, area)]
    rows, stream = rows.filter(pl.Series(keep, dtype=pl.Boolean)), stream[keep]
    told = _detections(rows, stream, area)
    order = np.lexsort((np.arange(rows.height), stream, told.time))
    return PlacedDetections(
        detections=told.taken(order), rows=rows[order.tolist()], findings=tuple(findings)
    )


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """Every column that is looked at."""
    kinds = {"stream": pl.String, "object": pl.String, "file": pl.String, "second": pl.Int64}
    names = ("latitude", "longitude", "bearing", "range", "position_error", "bearing_error",
             "range_error", "speed", "course", "received")  # fmt: skip
    kinds |= dict.fromkeys(names, pl.Float64)
    lacking = [one for one in kinds if one not in rows.columns]
    return rows.with_columns(
        pl.lit(None, dtype=kinds[one]).alias(one) for one in lacking
    ).with_columns(pl.col("stream").fill_null("others"), pl.col("file").fill_null(""))


def _clocks(rows: pl.DataFrame, keep: np.ndarray, now: float | None) -> list[Finding]:
    findings = []
    numbered = rows.with_row_index("at")
    for (name,), some in numbered.group_by("stream", maintain_order=True):
        at, time = some["at"].to_numpy(), some["time"].to_numpy()
        ahead = (some["time"] - some["received"]).fill_null(-math.inf).to_numpy()
        if now is not None:
            ahead = np.maximum(ahead, time - now)
        late = ahead > AHEAD_S
        keep[at[late]] = False
        if late.any():
            findings.append(
                _finding(
                    "WCH-051", "error", rows, int(at[late][0]), str(name),
                    f"{int(late.sum())} detections of {name} are up to {ahead.max():.3g} s "
                    "later than they can have been: its clock is wrong",
                    "Set its clock; these detections are not used",
                )
            )  # fmt: skip
        off = _second_off(some)
        if abs(off) > SECOND_S:
            findings.append(
                _finding(
                    "WCH-052", "warning", rows, int(at[0]), str(name),
                    f"the clock of {name} differs by {off:+.3g} s (or a minute more or less) "
                    "from the second that ships send",
                    "Set the receiver's clock; times of arrival are off by as much",
                )
            )  # fmt: skip
        back = np.maximum.accumulate(time) - time > BACK_S
        if back.any():
            findings.append(
                _finding(
                    "WCH-053", "warning", rows, int(at[back][0]), str(name),
                    f"{int(back.sum())} detections of {name} stand more than {BACK_S:g} s "
                    "after later ones: its clock was set, or they came late",
                    "Ask which; they were put in the order of their times",
                )
            )  # fmt: skip
    return findings


def _second_off(some: pl.DataFrame) -> float:
    """Median of the receiver's second less that of the message, within half a minute."""
    both = some.filter(pl.col("second").is_not_null())
    if both.height < 5:
        return 0.0
    off = (both["time"].to_numpy() - both["second"].to_numpy() + 30) % 60 - 30
    return float(np.median(off))


def _floods(
    rows: pl.DataFrame, stream: np.ndarray, keep: np.ndarray, area: WatchedArea
) -> list[Finding]:
    """Of each sensor at most so many detections in a scan or a second."""
    findings = []
    for number, sensor in enumerate(area.sensors):
        own = np.flatnonzero((stream == number) & keep)
        if not len(own):
            continue
        span = max(sensor.scan_s, 1.0)
        most = max(int(sensor.most_per_s * span), 1)
        bins = np.floor(rows["time"].to_numpy()[own] / span).astype(np.int64)
        order = np.argsort(bins, kind="stable")
        starts = np.flatnonzero(np.diff(bins[order], prepend=bins[order][0] - 1))
        rank = np.arange(len(own)) - np.repeat(starts, np.diff([*starts, len(own)]))
        over = own[order[rank >= most]]
        keep[over] = False
        if len(over):
            findings.append(
                _finding(
                    "WCH-054", "error", rows, int(over.min()), sensor.name,
                    f"{sensor.name} floods: {len(over)} detections beyond {most} in "
                    f"{span:g} s are not used",
                    "Look at the sensor: somebody may hide in the crowd; state most_per_s",
                )
            )  # fmt: skip
    return findings


def _finding(
    code: str, severity: str, rows: pl.DataFrame, at: int, subject: str, told: str, then: str
) -> Finding:
    row = rows.row(at, named=True)
    return Finding(
        code=code, severity=severity, message=told, next_step=then, file=row["file"],  # type: ignore[arg-type]
        line=row.get("line"), subject=subject,
    )  # fmt: skip


def _detections(rows: pl.DataFrame, stream: np.ndarray, area: WatchedArea) -> Detections:
    position, noise = _places(rows, stream, area)
    speed, course = rows["speed"].to_numpy(), np.radians(rows["course"].to_numpy())
    course = np.where(np.isnan(course) & (speed < SPEED_ERROR), 0.0, course)
    velocity = np.stack([speed * np.sin(course), speed * np.cos(course)], axis=1)
    moving = np.isfinite(velocity).all(1)
    velocity[~moving] = np.nan
    along = SPEED_ERROR**2 + (SPEED_SHARE * speed) ** 2
    across = SPEED_ERROR**2 + (COURSE_ERROR * speed) ** 2
    blur = np.array([one.time_error for one in area.sensors])[stream]
    noise = noise + _blurred(np.where(moving[:, None], velocity, 0.0), blur)
    return Detections(
        time=rows["time"].to_numpy().astype(float),
        position=position,
        velocity=velocity,
        noise=np.column_stack(
            [noise, np.where(moving, along, np.nan), np.where(moving, across, np.nan)]
        ),
        stream=stream,
        row=np.arange(rows.height),
    )


def _blurred(velocity: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Covariance of position (D, 3) that an error of time adds, along the course and across."""
    x, y = velocity[:, 0] * seconds, velocity[:, 1] * seconds
    turned = ACROSS**2
    return np.column_stack(
        [x * x + turned * y * y, (1 - turned) * x * y, y * y + turned * x * x]
    )


def _places(
    rows: pl.DataFrame, stream: np.ndarray, area: WatchedArea
) -> tuple[np.ndarray, np.ndarray]:
    """Positions (D, 2) and covariances (D, 3), m and m**2."""

    def error(name: str, usual: str) -> np.ndarray:
        own = np.array([getattr(one, usual) for one in area.sensors])[stream]
        stated = rows[name].to_numpy()
        if name == "bearing_error":
            stated = np.radians(stated)
        return np.where(np.isnan(stated), own, stated)

    latitude, longitude = rows["latitude"].to_numpy(), rows["longitude"].to_numpy()
    placed_ = np.isfinite(latitude) & np.isfinite(longitude)
    position = area.plane.metres(np.nan_to_num(latitude), np.nan_to_num(longitude))
    variance = error("position_error", "position_error") ** 2
    noise = np.column_stack([variance, np.zeros(len(variance)), variance])
    polar = ~placed_
    if polar.any():
        from_, spread = from_bearing_range(
            np.radians(rows["bearing"].to_numpy())[polar], rows["range"].to_numpy()[polar],
            error("bearing_error", "bearing_error")[polar],
            error("range_error", "range_error")[polar],
        )  # fmt: skip
        places = np.array([one.model.place for one in area.sensors])[stream[polar]]
        position[polar], noise[polar] = from_ + places, spread
    return position, noise
