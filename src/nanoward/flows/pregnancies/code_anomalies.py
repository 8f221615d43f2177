"""Anomalies are described, coded by two readers apart and blinded, and decided by a third."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry, LotRefused, LotReleased, RoundHeld, kind_of
from nanoward.base.entries.council import ArmRevealed
from nanoward.base.entries.pregnancies import (
    AnomalyAdjudicated,
    AnomalyCoded,
    AnomalyDescribed,
)
from nanoward.base.errors import RefusedError, UsageError
from nanoward.flows.pregnancies.keep_pregnancies import register_now
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.flows.steps.append_decided import append_decided
from nanoward.flows.steps.parquet import table_of
from nanoward.ports.ports import Ports
from nanoward.programme.pregnancies.anomalies import (
    AnomalyItem,
    BlindingError,
    CodingAgreement,
    adjudication_faults,
    anomaly_items,
    blinding_faults,
    coding_agreement,
    coding_faults,
    read_codes,
    telling_words,
)
from nanoward.programme.pregnancies.cases import ImpossiblePregnancyError, may_write

NAME_BYTES = 6


class UnknownAnomalyError(UsageError):
    """No description has this name."""

    code = "PRG-155"
    next_step = "See what waits: nanoward programme anomaly list PROGRAMME --by NAME."


class CodingRefusedError(RefusedError):
    """A coding, or a decision between two, that is not asked for now; nothing was written."""

    code = "PRG-156"
    next_step = "See what waits: nanoward programme anomaly list PROGRAMME --by NAME."


def items_now(ports: Ports) -> dict[str, AnomalyItem]:
    """All descriptions as the ledger has them now."""
    return anomaly_items(ledger_entries(ports, "pregnancies"))


def describe_anomaly(
    ports: Ports, case: str, fetus: int, words: str, *, by: str, chance: Callable[[int], bytes]
) -> str:
    """Write down an anomaly in words that tell nobody and no exposure; its name by chance."""
    name = f"an-{chance(NAME_BYTES).hex()}"
    if not words.strip():
        raise ImpossiblePregnancyError(f"{case}: an anomaly is described in words")

    def decide() -> Sequence[Entry]:
        known = may_write(register_now(ports), case)
        if not 1 <= fetus <= known.fetuses:
            raise ImpossiblePregnancyError(f"{case}: there is no fetus {fetus}")
        told = telling_words(words, _secrets(ports))
        if told:
            raise BlindingError(f"{case}: the words tell {', '.join(told)}")
        made = AnomalyDescribed(
            item=name, case=case, participant=known.participant, fetus=fetus, words=words,
            described=ports.today(), by=by,
        )  # fmt: skip
        return (made,)

    append_decided(ports, decide, by=by)
    return name


def _secrets(ports: Ports) -> list[str]:
    """What a reader may not learn: pseudonyms, the agent, its lots, arms of the last round."""
    register = register_now(ports)
    names = [one.participant for one in register.cases.values()]
    names += [end.infant for one in register.cases.values() for end in one.ends.values()]
    names += [*register.cases, ports.folder.plan().agent or ""]
    names += [
        one.lot for one in ledger_entries(ports, "agents")
        if isinstance(one, LotReleased | LotRefused)
    ]  # fmt: skip
    return [*names, *_arms(ports)]


def _arms(ports: Ports) -> list[str]:
    """Names of the arms in the last round that was held; none where none was."""
    held = list(ports.ledger.records(kind=kind_of(RoundHeld)))
    if not held:
        return []
    content = ports.folder.round_file(str(held[-1].body["round"]), "tables/standings.parquet")
    if content is None:
        return []
    return [str(one) for one in table_of(content)["arm"].unique().drop_nulls().sort()]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingItem:
    """What a reader is shown: words under a name, and codes where two have to be decided on."""

    item: str
    words: str
    task: str  # code, decide
    codings: tuple[tuple[str, ...], ...] = ()


def waiting_items(ports: Ports, reader: str) -> tuple[WaitingItem, ...]:
    """What somebody may code or decide, in an order of their own; nobody is named."""
    items = items_now(ports)
    found = []
    for one in sorted(items.values(), key=lambda one: _order(one.item, reader)):
        if _blinding(ports, one, reader):
            continue
        if one.state == "differs" and not adjudication_faults(one, reader):
            shown = tuple(sorted(one.codings.values()))
            found.append(
                WaitingItem(item=one.item, words=one.words, task="decide", codings=shown)
            )
        elif not coding_faults(one, reader):
            found.append(WaitingItem(item=one.item, words=one.words, task="code"))
    return tuple(found)


def _order(item: str, reader: str) -> str:
    return sha256_of(f"{item}|{reader}".encode())


def _blinding(ports: Ports, item: AnomalyItem, reader: str) -> tuple[str, ...]:
    informed = [
        one.participant
        for one in ledger_entries(ports, "council")
        if isinstance(one, ArmRevealed) and one.who == reader
    ]
    writers = {
        str(getattr(one, "by", ""))
        for one in ledger_entries(ports, "pregnancies")
        if getattr(one, "case", "") == item.case
    }
    return blinding_faults(item, reader, informed=informed, writers=writers)


def code_anomaly(ports: Ports, item: str, given: Sequence[str], *, by: str) -> AnomalyItem:
    """One reader's codes, by themselves; the item after it."""
    codes = read_codes(given)

    def decide() -> Sequence[Entry]:
        known = _known(ports, item)
        _refuse_unblinded(ports, known, by)
        faults = coding_faults(known, by)
        if faults:
            raise CodingRefusedError("; ".join(faults))
        made = AnomalyCoded(
            item=item, participant=known.participant, codes=codes, coded=ports.today(), by=by
        )
        return (made,)

    append_decided(ports, decide, by=by)
    return _known(ports, item)


def decide_anomaly(
    ports: Ports, item: str, given: Sequence[str], reason: str, *, by: str
) -> AnomalyItem:
    """A third person's codes where two readers differ, with a reason."""
    codes = read_codes(given)

    def decide() -> Sequence[Entry]:
        known = _known(ports, item)
        _refuse_unblinded(ports, known, by)
        faults = [*adjudication_faults(known, by)]
        if not reason.strip():
            faults.append("nobody decides without a reason")
        if faults:
            raise CodingRefusedError("; ".join(faults))
        made = AnomalyAdjudicated(
            item=item, participant=known.participant, codes=codes, reason=reason,
            decided=ports.today(), by=by,
        )  # fmt: skip
        return (made,)

    append_decided(ports, decide, by=by)
    return _known(ports, item)


def _known(ports: Ports, item: str) -> AnomalyItem:
    items = items_now(ports)
    if item not in items:
        raise UnknownAnomalyError(f"no anomaly {item!r} was described")
    return items[item]


def _refuse_unblinded(ports: Ports, item: AnomalyItem, reader: str) -> None:
    faults = _blinding(ports, item, reader)
    if faults:
        raise BlindingError("; ".join(faults))


def agreement_now(ports: Ports) -> CodingAgreement:
    """How well readers have agreed so far."""
    return coding_agreement(items_now(ports).values())
