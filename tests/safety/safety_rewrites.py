"""Rewrites that change no meaning: after each of them every standing is as before.

Source of all: SDTMIG 3.2, 4.1 (a data set is its records, whatever their order and file), RFC
4180 (CSV), RFC 1952 (gzip), UCUM (the same quantity in another unit), ISO 8601.
"""

import csv
import gzip
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from safety_programme import Base, Files, Row, Tables, encoded, written

DOMAINS = ("DM", "DS", "EX", "AE", "LB", "QS", "SV", "VS")


@dataclass(frozen=True, kw_only=True)
class Rewrite:
    """A name, and the files that the rewritten programme has."""

    name: str
    files: Callable[[Base], Files]


def _path(name: str, form: str = "csv") -> str:
    return f"data/sdtm/{name.lower()}.{form}"


def rewrites() -> list[Rewrite]:
    """All of them."""
    return [*_per_domain(), *_of_bytes(), *_of_values(), *_whole()]


def _per_domain() -> Iterator[Rewrite]:
    for name in DOMAINS:
        for what, change in ROWS.items():
            yield Rewrite(name=f"{name}: {what}", files=_rows(name, change))
        for form in ("xpt", "parquet"):
            yield Rewrite(name=f"{name}: as {form}", files=_as_format(name, form))


def _rows(name: str, change: Callable[[list[Row]], list[Row]]) -> Callable[[Base], Files]:
    def files(base: Base) -> Files:
        tables = base.copy()
        tables[name] = change(tables[name])
        return written(tables, "csv")

    return files


def _as_format(name: str, form: str) -> Callable[[Base], Files]:
    def files(base: Base) -> Files:
        tables = base.copy()
        made = written(tables, "csv")
        made.pop(_path(name))
        return {**made, _path(name, form): encoded(name, tables[name], form)}

    return files


def _shuffled(rows: list[Row]) -> list[Row]:
    return random.Random(7).sample(rows, len(rows))


def _lower_headers(rows: list[Row]) -> list[Row]:
    return [{name.lower(): cell for name, cell in row.items()} for row in rows]


def _columns_turned(rows: list[Row]) -> list[Row]:
    return [dict(reversed(row.items())) for row in rows]


def _further_column(rows: list[Row]) -> list[Row]:
    return [{**row, "XXNOTE": "seen"} for row in rows]


ROWS: dict[str, Callable[[list[Row]], list[Row]]] = {
    "rows in another order": _shuffled,
    "headers in small letters": _lower_headers,
    "columns turned round": _columns_turned,
    "a further column": _further_column,
}


def _of_bytes() -> Iterator[Rewrite]:
    for name in DOMAINS:
        for what, change in BYTES.items():
            yield Rewrite(name=f"{name}: {what}", files=_bytes(name, change))
        yield Rewrite(name=f"{name}: gzip", files=_packed(name))


def _bytes(name: str, change: Callable[[bytes], bytes]) -> Callable[[Base], Files]:
    def files(base: Base) -> Files:
        made = written(base.copy(), "csv")
        return {**made, _path(name): change(made[_path(name)])}

    return files


def _packed(name: str) -> Callable[[Base], Files]:
    def files(base: Base) -> Files:
        made = written(base.copy(), "csv")
        content = made.pop(_path(name))
        return {**made, f"{_path(name)}.gz": gzip.compress(content, mtime=0)}

    return files


def _quoted(content: bytes) -> bytes:
    out = io.StringIO()
    rows = csv.reader(io.StringIO(content.decode()))
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "a byte order mark": lambda one: b"\xef\xbb\xbf" + one,
    "lines that end as on Windows": lambda one: one.replace(b"\n", b"\r\n"),
    "UTF-16": lambda one: one.decode().encode("utf-16"),
    "every cell quoted": _quoted,
    "no line end at the end": lambda one: one.rstrip(b"\n"),
}


def _of_values() -> Iterator[Rewrite]:
    for test, factor, unit in (
        ("ALT", 1 / 60, "ukat/L"),
        ("AST", 1 / 60, "ukat/L"),
        ("HGB", 0.1, "g/dL"),
        ("BILI", 1 / 17.1, "mg/dL"),
        ("CREAT", 1 / 88.4, "mg/dL"),
        ("SODIUM", 1.0, "mEq/L"),
        ("K", 1.0, "mEq/L"),
    ):
        yield Rewrite(name=f"LB: {test} in {unit}", files=_in_unit(test, factor, unit))
    for name in ("DS", "EX", "AE", "LB", "QS", "VS"):
        yield Rewrite(name=f"{name}: numbered anew", files=_rows(name, _renumbered(name)))


def _renumbered(name: str) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [{**row, f"{name}SEQ": float(n)} for n, row in enumerate(rows, 500)]


def _in_unit(test: str, factor: float, unit: str) -> Callable[[Base], Files]:
    def files(base: Base) -> Files:
        tables = base.copy()
        for row in tables["LB"]:
            if row["LBTESTCD"] == test:
                for name in ("LBSTRESN", "LBSTNRLO", "LBSTNRHI"):
                    row[name] = float(f"{row[name] * factor:.6g}")
                for text, number in (
                    ("LBORRES", "LBSTRESN"),
                    ("LBSTRESC", "LBSTRESN"),
                    ("LBORNRLO", "LBSTNRLO"),
                    ("LBORNRHI", "LBSTNRHI"),
                ):
                    row[text] = f"{row[number]:g}"
                row |= {"LBSTRESU": unit, "LBORRESU": unit}
        return written(tables, "csv")

    return files


def _whole() -> Iterator[Rewrite]:
    yield Rewrite(name="all: as xpt", files=lambda base: written(base.copy(), "xpt"))
    yield Rewrite(name="all: as parquet", files=lambda base: written(base.copy(), "parquet"))
    for name, parts in (("LB", ("lbch", "lbhe")), ("QS", ("qsph", "qsga"))):
        yield Rewrite(name=f"{name}: split in two", files=_split(name, parts))
    yield Rewrite(name="all: people in another order", files=_people_turned)


def _split(name: str, parts: tuple[str, str]) -> Callable[[Base], Files]:
    def files(base: Base) -> Files:
        tables = base.copy()
        made = written(tables, "csv")
        made.pop(_path(name))
        half = len(tables[name]) // 2
        for part, rows in zip(parts, (tables[name][:half], tables[name][half:]), strict=True):
            made[f"data/sdtm/{part}.csv"] = encoded(part.upper(), rows, "csv")
        return made

    return files


def _people_turned(base: Base) -> Files:
    tables: Tables = base.copy()
    for rows in tables.values():
        rows.sort(key=lambda row: str(row["USUBJID"]), reverse=True)
    return written(tables, "csv")
