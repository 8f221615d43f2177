"""Who is known to be pregnant, from whatever a round holds: they get no setting."""

import re
from collections.abc import Mapping

import polars as pl

from nanoward.base.entries import CarrierEnrolled, kind_of
from nanoward.ports.ledger import Ledger

_TERM = re.compile(r"pregnan", re.IGNORECASE)
_OTHER = re.compile(r"partner|paternal|negative|not pregnan", re.IGNORECASE)
_TESTS = frozenset({"HCG", "BHCG", "HCGB", "PREG", "CHORGNB", "UHCG"})
_YES = re.compile(r"^(positive|pos|\+|y|yes|pregnant|detected)$", re.IGNORECASE)
_NAMES = ("USUBJID", "participant", "SUBJID")


def pregnant_participants(tables: Mapping[str, pl.DataFrame], ledger: Ledger) -> dict[str, str]:
    """By participant, where it is said: an adverse event, a test, or the class they carry an
    agent under."""
    found: dict[str, str] = {}
    for role in sorted(tables):
        if role.startswith("sdtm.AE"):
            found |= _events(tables[role])
        if role.startswith("sdtm.LB"):
            found |= _tests(tables[role])
    classes: dict[str, str] = {}
    for record in ledger.records(kind=kind_of(CarrierEnrolled)):
        classes[str(record.body["participant"])] = str(record.body["person_class"])
    found |= {name: "the class" for name, one in classes.items() if one == "pregnant"}
    return found


def _events(table: pl.DataFrame) -> dict[str, str]:
    columns = [name for name in ("AEDECOD", "AETERM") if name in table.columns]
    name = _name(table)
    if not columns or name is None:
        return {}
    found = {}
    for row in table.select(name, *columns).iter_rows():
        words = " ".join(str(one) for one in row[1:] if one is not None)
        if _TERM.search(words) and not _OTHER.search(words):
            found[str(row[0])] = "an adverse event"
    return found


def _tests(table: pl.DataFrame) -> dict[str, str]:
    results = [name for name in ("LBSTRESC", "LBORRES") if name in table.columns]
    name = _name(table)
    if name is None or "LBTESTCD" not in table.columns or not results:
        return {}
    found = {}
    for row in table.select(name, "LBTESTCD", *results).iter_rows():
        if str(row[1]).upper() in _TESTS and any(
            _YES.match(str(one).strip()) for one in row[2:]
        ):
            found[str(row[0])] = "a test"
    return found


def _name(table: pl.DataFrame) -> str | None:
    return next((one for one in _NAMES if one in table.columns), None)
