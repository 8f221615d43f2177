"""Detections as tables (positions, bearing and range, AIS or ADS-B states) or as NMEA."""

from dataclasses import replace

import polars as pl

from nanoward.adapters.formats.objects.nmea import is_nmea, read_nmea
from nanoward.adapters.formats.problems import Problem, Remarks
from nanoward.adapters.formats.text.csv_table import CsvFormat, Draft, Limits, draft_of
from nanoward.adapters.formats.values.moments import seconds_of
from nanoward.adapters.formats.values.typed_columns import empty_table
from nanoward.base.tables import DETECTIONS
from nanoward.base.tables.shape import column
from nanoward.ports.formats import ParsedTable

KNOT = 1852 / 3600  # m/s
NOWHERE = Problem(
    code="FMT-300", severity="error",
    next_step="Give latitude and longitude, or bearing and range; the row is not used",
)  # fmt: skip
IMPOSSIBLE = Problem(
    code="FMT-301", severity="error",
    next_step="Ask whoever runs the sensor; the detection is not used",
)  # fmt: skip
NO_TIME = Problem(
    code="FMT-302", severity="error",
    next_step="Write the time as ISO 8601 in UTC or as Unix seconds; the row is not used",
)  # fmt: skip
NO_STATE = Problem(
    code="FMT-303", severity="warning",
    next_step="Nothing if the receiver had no position yet; the rows are not used",
)  # fmt: skip
STALE = Problem(
    code="FMT-304", severity="note",
    next_step="Nothing; a position that was sent again counts once",
)  # fmt: skip
_SPEEDS = ("speed_kn", "sog_knots", "sog_kn", "sog", "speed_over_ground")
_RAW = replace(
    DETECTIONS,
    columns=(
        *(
            replace(one, kind="text") if one.name in ("time", "received") else one
            for one in DETECTIONS.columns
        ),
        column("speed_kn", "float", "over ground", "kn", needed=False),
        column("lastposupdate", "float", "when the position was sent", "s", needed=False),
    ),
)  # fmt: skip
_FORM = CsvFormat(
    shape=_RAW,
    synonyms={
        "timestamp": "time", "datetime": "time", "date_time": "time", "basedatetime": "time",
        "sensor": "stream", "station": "stream", "mmsi": "object", "icao24": "object",
        "icao": "object", "target": "object", "lat": "latitude", "lon": "longitude",
        "lng": "longitude", "latitude_degrees": "latitude", "longitude_degrees": "longitude",
        "range_m": "range", "bearing_deg": "bearing", "azimuth": "bearing",
        "position_error_m": "position_error", "bearing_error_deg": "bearing_error",
        "range_error_m": "range_error", "speed_mps": "speed", "velocity": "speed",
        "course_deg": "course", "cog": "course", "cog_degrees": "course", "heading": "course",
        "track": "course", **dict.fromkeys(_SPEEDS, "speed_kn"),
    },
    limits={
        "range": Limits(low=0), "speed": Limits(low=0), "position_error": Limits(low=1e-3),
        "bearing_error": Limits(low=1e-9), "range_error": Limits(low=1e-3),
    },
    strict=frozenset({"latitude", "longitude", "bearing", "range"}),
    kept="further columns",
)  # fmt: skip


def read_detections(path: str, content: bytes) -> ParsedTable:
    """data/detections/*: a table of detections, or sentences of NMEA 0183."""
    if is_nmea(path, content):
        return read_nmea(path, content)
    remarks = Remarks(path)
    draft = draft_of(_FORM, path, content, remarks)
    if draft is None:
        return ParsedTable(table=empty_table(DETECTIONS), findings=remarks.findings())
    _fill(draft)
    _refine(draft)
    names = [one.name for one in DETECTIONS.columns if one.name in draft.frame.columns]
    return ParsedTable(
        table=draft.table().select(*names, "line"),
        findings=remarks.findings(),
        account=draft.account,
    )


def _fill(draft: Draft) -> None:
    """Every column of the shape; speeds in m/s, times in seconds."""
    frame = draft.frame
    for one in _RAW.columns:
        if one.name not in frame.columns:
            kind = pl.String if one.kind == "text" else pl.Float64
            draft.put(one.name, pl.Series([None] * frame.height, dtype=kind))
    knots = draft.frame["speed_kn"] * KNOT
    draft.put("speed", draft.frame["speed"].fill_null(knots))
    for name in ("time", "received"):
        told = draft.frame[name]
        seconds = pl.Series(name, [seconds_of(one) for one in told], dtype=pl.Float64)
        if name == "time":
            draft.refuse(seconds.is_null() & told.is_not_null(), NO_TIME,
                         "{} is no time", column=name)  # fmt: skip
            draft.drop(seconds.is_null())
        draft.put(name, seconds)


def _refine(draft: Draft) -> None:
    frame = draft.frame
    place = frame["latitude"].is_not_null() & frame["longitude"].is_not_null()
    polar = frame["bearing"].is_not_null() & frame["range"].is_not_null()
    if frame["lastposupdate"].is_not_null().any():  # a state table: the sky as last heard
        _states(draft, place)
        place = place.set(draft.frame["latitude"].is_null(), value=False)
    draft.refuse(~place & ~polar, NOWHERE, "is a detection without a place")
    outside = place & ((frame["latitude"].abs() > 90) | (frame["longitude"].abs() > 180))
    draft.refuse(outside, IMPOSSIBLE, "latitude {} or its longitude is nowhere on the Earth",
                 column="latitude")  # fmt: skip
    nowhere = place & (frame["latitude"] == 0) & (frame["longitude"] == 0)
    draft.refuse(nowhere, IMPOSSIBLE, "0, 0 is what a receiver without a fix reports")
    draft.refuse(
        frame["bearing"].is_between(-360, 360).not_() & polar, IMPOSSIBLE,
        "{} is no bearing", column="bearing",
    )  # fmt: skip
    fast = (frame["speed"] > 12_000).fill_null(value=False)
    draft.refuse(fast, IMPOSSIBLE, "{} m/s is faster than anything near the Earth",
                 column="speed")  # fmt: skip


def _states(draft: Draft, place: pl.Series) -> None:
    """Rows of a state table count once, at the moment when their position was sent."""
    frame = draft.frame
    draft.together(~place, NO_STATE, "say no position", column="latitude")
    draft.drop(~place)
    draft.put("received", frame["received"].fill_null(frame["time"]))
    draft.put("time", frame["lastposupdate"].fill_null(frame["time"]))
    again = draft.repeated(["object", "time"])
    draft.together(again, STALE, "repeat a position that was sent before", column="time")
    draft.drop(again)
