"""Anomalies as two readers code them, blinded to exposure, and how well they agree.

A description is words alone under a name drawn by chance. Codes are those of ICD-10, chapter
XVII (Q00 to Q99), as EUROCAT collects them. Where two readers differ a third decides.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from nanoward.base.entries import Entry
from nanoward.base.entries.pregnancies import (
    AnomalyAdjudicated,
    AnomalyCoded,
    AnomalyDescribed,
)
from nanoward.base.errors import InputError, RefusedError
from nanoward.programme.pregnancies.cases import PregnancyCase
from nanoward.programme.pregnancies.coding_agreement import Agreement, cohen_kappa

READERS = 2
NO_ANOMALY = "none"
WAITS_DAYS = 14  # after which a coding that was not made is told
_CODE = re.compile(r"Q[0-9]{2}(\.[0-9]{1,2})?")
_FOUND = frozenset({"suspected", "confirmed"})


class BadAnomalyCodeError(InputError):
    """A code that is none of ICD-10 Q00 to Q99, or no code and no "none"."""

    code = "PRG-157"
    next_step = "Code as Q21.0, or say none; several codes are given one after the other."


class BlindingError(RefusedError):
    """Who would code knows, or could know, what the child was exposed to."""

    code = "PRG-154"
    next_step = "Let somebody else do it, who neither cares for her nor knows an arm; reword."


@dataclass(slots=True, kw_only=True)
class AnomalyItem:
    """One description, and what readers made of it.

    codings  reader to codes, in the order of reading
    """

    item: str
    case: str
    fetus: int
    participant: str
    words: str
    described: date
    described_by: str
    codings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    decided: tuple[str, ...] = ()
    decided_by: str = ""

    @property
    def agrees(self) -> bool | None:
        """Whether the two readers gave the same codes; None while one is missing."""
        if len(self.codings) < READERS:
            return None
        first, second = self.codings.values()
        return first == second

    @property
    def codes(self) -> tuple[str, ...]:
        """The final codes; none while two have not read it, or nobody decided between them."""
        if self.decided:
            return self.decided
        return next(iter(self.codings.values())) if self.agrees else ()

    @property
    def state(self) -> str:
        """waits, differs, coded."""
        if self.codes:
            return "coded"
        return "waits" if self.agrees is None else "differs"


def anomaly_items(entries: Iterable[Entry]) -> dict[str, AnomalyItem]:
    """All descriptions by name, by the entries in their order."""
    items: dict[str, AnomalyItem] = {}
    for entry in entries:
        match entry:
            case AnomalyDescribed():
                items[entry.item] = AnomalyItem(
                    item=entry.item, case=entry.case, fetus=entry.fetus,
                    participant=entry.participant, words=entry.words,
                    described=entry.described, described_by=entry.by,
                )  # fmt: skip
            case AnomalyCoded() if entry.item in items:
                items[entry.item].codings.setdefault(entry.by, entry.codes)
            case AnomalyAdjudicated() if entry.item in items:
                items[entry.item].decided = entry.codes
                items[entry.item].decided_by = entry.by
            case _:
                pass
    return items


def read_codes(given: Sequence[str]) -> tuple[str, ...]:
    """Codes in order and once each; BadAnomalyCodeError names what is none."""
    codes = sorted({one.strip().upper() for one in given})
    if not codes:
        raise BadAnomalyCodeError("nothing was coded; where there is no anomaly say none")
    if codes == [NO_ANOMALY.upper()]:
        return (NO_ANOMALY,)
    for one in codes:
        if not _CODE.fullmatch(one):
            raise BadAnomalyCodeError(f"{one!r} is no code from Q00 to Q99")
    return tuple(codes)


def telling_words(words: str, secrets: Iterable[str]) -> tuple[str, ...]:
    """Words of a description that would tell a reader whose it is, or what was given.

    secrets  pseudonyms, arms, names of the agent and its lots
    """
    text = f" {re.sub(r'[^a-z0-9]+', ' ', words.lower())} "
    told = []
    for one in dict.fromkeys(secrets):
        plain = re.sub(r"[^a-z0-9]+", " ", one.lower()).strip()
        if plain and f" {plain} " in text:
            told.append(one)
    return tuple(told)


def blinding_faults(
    item: AnomalyItem, reader: str, *, informed: Iterable[str], writers: Iterable[str]
) -> tuple[str, ...]:
    """Why somebody may not read it blinded.

    informed  people whose arm the reader knows;  writers  who wrote anything of the case
    """
    told = []
    if reader == item.described_by:
        told.append(f"{reader} described it")
    elif reader in set(writers):
        told.append(f"{reader} writes in {item.case}")
    if item.participant in set(informed):
        told.append(f"{reader} knows which arm it is")
    return tuple(told)


def coding_faults(item: AnomalyItem, reader: str) -> tuple[str, ...]:
    """Why a reader may not code it now."""
    if reader in item.codings:
        return (f"{reader} has coded {item.item}",)
    if len(item.codings) >= READERS:
        return (f"{READERS} readers have coded {item.item}",)
    return ()


def adjudication_faults(item: AnomalyItem, by: str) -> tuple[str, ...]:
    """Why nobody may decide between two readers yet, or not this one."""
    told = []
    if item.agrees is None:
        told.append(f"{len(item.codings)} of {READERS} readers have coded {item.item}")
    elif item.agrees:
        told.append(f"both readers of {item.item} agree")
    if item.decided:
        told.append(f"{item.decided_by} has decided")
    if by in item.codings:
        told.append(f"{by} is one of its two readers")
    return tuple(told)


def undescribed(
    cases: Iterable[PregnancyCase], items: Mapping[str, AnomalyItem]
) -> tuple[tuple[str, int], ...]:
    """(case, fetus) with an anomaly, at the end or in the child, that nobody has described."""
    known = {(one.case, one.fetus) for one in items.values()}
    found: dict[tuple[str, int], None] = {}
    for case in cases:
        ill = {one.participant for one in case.infants if one.anomaly in _FOUND}
        for fetus, end in sorted(case.ends.items()):
            if end.anomaly in _FOUND or (end.infant and end.infant in ill):
                found[case.case, fetus] = None
    return tuple(one for one in found if one not in known)


def is_late(item: AnomalyItem, today: date) -> bool:
    """Whether it waits for a reader, or for a third, longer than it may."""
    return item.state != "coded" and today > item.described + timedelta(days=WAITS_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingAgreement:
    """How well readers agree: on whether there is an anomaly, and on which (three letters)."""

    items: int
    same_codes: int
    anomaly: Agreement | None
    category: Agreement | None


def coding_agreement(items: Iterable[AnomalyItem]) -> CodingAgreement:
    """Over what two have read; each pair in the order of the readers' names."""
    pairs = [
        tuple(codes for _, codes in sorted(one.codings.items()))
        for one in items
        if len(one.codings) == READERS
    ]
    whether = [tuple(str(NO_ANOMALY not in one) for one in pair) for pair in pairs]
    which = [tuple("+".join(sorted({x[:3] for x in one})) for one in pair) for pair in pairs]
    return CodingAgreement(
        items=len(pairs), same_codes=sum(a == b for a, b in pairs),
        anomaly=cohen_kappa([(a, b) for a, b in whether]),
        category=cohen_kappa([(a, b) for a, b in which]),
    )  # fmt: skip
