"""Questionnaires: how each is scored, what it does with missing answers, what is urgent.

Two are shipped with their text: PHQ-9 and GAD-7 (Pfizer Inc. placed both in free use in 2010:
no permission is needed to reproduce them). A third is our own and is NOT VALIDATED: its norms
can come only from a programme's own control weeks. Instruments under licence (C-SSRS,
PRO-CTCAE, PROMIS, UBACC ...) are loaded from a file at the site, as rules without any text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nanoward.base.errors import InputError


class BadInstrumentError(InputError):
    """An instrument's rules, or answers to it, cannot be used."""

    code = "CLR-007"
    next_step = "Correct the instrument's file, or the answers: item to number."


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question; text stays empty where the licence forbids to ship it."""

    code: str
    low: int
    high: int
    text: str = ""
    reverse: bool = False  # a high answer is a low score
    urgent_from: int | None = None  # an answer from here on signals danger


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """Items and the rule that makes a score of them.

    most_missing  answers that may be missing; their place is taken by the mean of the others
    bands         lowest score of each band and its name, in rising order
    """

    code: str
    name: str
    items: tuple[Item, ...]
    most_missing: int
    bands: tuple[tuple[float, str], ...]
    validated: bool
    licence: str
    citation: str
    recall_days: int = 7

    @property
    def range(self) -> tuple[int, int]:
        """Lowest and highest possible score."""
        return sum(one.low for one in self.items), sum(one.high for one in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleScore:
    """What the answers say. `score` is null where too many are missing.

    urgent  an answer signals danger, or the question for danger was left out
    """

    instrument: str
    score: float | None
    band: str
    missing: tuple[str, ...]
    urgent: bool
    told: str
    dangers: tuple[str, ...] = ()


def scored(instrument: Instrument, answers: Mapping[str, int | None]) -> ScaleScore:
    """The score of one sitting; an answer outside its range is refused, never mended."""
    known = {one.code: one for one in instrument.items}
    for code, answer in answers.items():
        if code not in known:
            raise BadInstrumentError(f"{instrument.code} has no item {code!r}")
        one = known[code]
        if answer is not None and not one.low <= answer <= one.high:
            raise BadInstrumentError(f"{code} = {answer} lies outside {one.low} to {one.high}")
    given = {code: answers.get(code) for code in known}
    missing = tuple(code for code, answer in given.items() if answer is None)
    dangers = [one for one in instrument.items if _is_urgent(one, given[one.code])]
    score = _total(instrument, given, missing)
    band = "" if score is None else _band(instrument, score)
    return ScaleScore(
        instrument=instrument.code,
        score=score,
        band=band,
        missing=missing,
        urgent=bool(dangers),
        told=_told(instrument, score, band, missing, dangers),
        dangers=tuple(one.code for one in dangers),
    )


def _is_urgent(item: Item, answer: int | None) -> bool:
    if item.urgent_from is None:
        return False
    return answer is None or answer >= item.urgent_from


def _total(
    instrument: Instrument, given: Mapping[str, int | None], missing: Sequence[str]
) -> float | None:
    if len(missing) > instrument.most_missing or len(missing) == len(instrument.items):
        return None
    values = [
        one.low + one.high - answer if one.reverse else answer
        for one in instrument.items
        if (answer := given[one.code]) is not None
    ]
    return sum(values) * len(instrument.items) / len(values)


def _band(instrument: Instrument, score: float) -> str:
    return next((name for low, name in reversed(instrument.bands) if score >= low), "")


def _told(
    instrument: Instrument,
    score: float | None,
    band: str,
    missing: Sequence[str],
    dangers: Sequence[Item],
) -> str:
    low, high = instrument.range
    parts = [
        f"{instrument.name}: no score, {len(missing)} answers are missing"
        if score is None
        else f"{instrument.name}: {score:g} of {low} to {high}{f', {band}' if band else ''}"
    ]
    if score is not None and missing:
        parts.append(f"{len(missing)} missing, replaced by the mean of the others")
    if dangers:
        parts.append(f"urgent: {', '.join(one.code for one in dangers)}")
    if not instrument.validated:
        parts.append("not validated")
    return "; ".join(parts)


def instrument_of(section: Mapping[str, Any], *, file: str = "") -> Instrument:
    """An instrument from a table of a TOML file; see docs/howto/load-an-instrument.md."""
    try:
        items = tuple(Item(**one) for one in section["items"])
        bands = tuple((float(low), str(name)) for low, name in section.get("bands", ()))
        found = Instrument(
            code=str(section["code"]),
            name=str(section["name"]),
            items=items,
            most_missing=int(section["most_missing"]),
            bands=bands,
            validated=bool(section["validated"]),
            licence=str(section["licence"]),
            citation=str(section["citation"]),
            recall_days=int(section.get("recall_days", 7)),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise BadInstrumentError(f"cannot be read: {fault!r}", file=file) from None
    codes = [one.code for one in items]
    if not items or len(set(codes)) != len(codes) or any(one.low >= one.high for one in items):
        raise BadInstrumentError("needs items of different codes with low < high", file=file)
    if [low for low, _ in bands] != sorted(low for low, _ in bands):
        raise BadInstrumentError("bands must rise", file=file)
    return found
