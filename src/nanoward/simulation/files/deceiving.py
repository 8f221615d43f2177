"""A simulated partner written as files: keys, signed claims, schedule, measurements, truth."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from nanoward.audit.claims.claim import Claim, Value
from nanoward.audit.claims.claim_types import ClaimType
from nanoward.base.canonical import sha256_of
from nanoward.flows.audit.take_claims import signed
from nanoward.ports.designs import Signatures
from nanoward.simulation.worlds.deceit import ITEMS, PartnerYear
from nanoward.simulation.worlds.deceit_kinds import KINDS, SIZES, deceitful_year, honest_year

PARTNER = "north"
BACK = timedelta(days=400)  # the simulated days are past


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedDeceit:
    """What a simulated partner does: "honest" or one of KINDS, its size, items of each type."""

    kind: str
    size: str = "middle"
    items: int = ITEMS

    def year(self, seed: int) -> PartnerYear:
        """The partner's year."""
        if self.kind == "honest":
            return honest_year(seed, items=self.items)
        return deceitful_year(self.kind, self.size, seed, items=self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPartner:
    """What was written: claims, and items that were lied about."""

    deceit: str
    claims: int
    lied: int


def write_partner(
    folder: Path, deceit: PlantedDeceit, programme: str, now: datetime, signatures: Signatures,
    *, seed: int
) -> WrittenPartner:  # fmt: skip
    """Add a partner to a programme in a folder: [audit] in its plan, and partner/.

    partner/truth.json says what was lied about.
    """
    year = deceit.year(seed)
    place = folder / "partner"
    place.mkdir(parents=True, exist_ok=True)
    key = signatures.new_key()
    (place / "north.key").write_text(key.private + "\n")
    (place / "north.key").chmod(0o600)
    plan = folder / "programme.toml"
    plan.write_text(plan.read_text() + _section(year.types, key.public))

    def write(name: str, claims: Iterable[Claim]) -> int:
        lines = [signed(_as_of(one, programme, now), key.private, signatures) for one in claims]
        if lines:
            (place / name).write_text("".join(f"{one}\n" for one in lines))
        return len(lines)

    every = [(told, one) for told in year.claims.values() for one in told.first.values()]
    count = write("claims.jsonl", (c for told, c in every if c.item not in told.revealed))
    write("after_reveal.jsonl", (c for told, c in every if c.item in told.revealed))
    write("other_reader.jsonl", year.second)
    (place / "schedule.csv").write_text(_schedule(year, now.date()))
    (place / "measured.csv").write_text(_measurements(year))
    lied = {name: sorted(items) for name, items in year.lied.items() if items}
    truth = {"deceit": deceit.kind, "size": deceit.size, "lied": lied}
    (place / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    return WrittenPartner(
        deceit=deceit.kind, claims=count, lied=sum(len(one) for one in lied.values())
    )


def known_deceits() -> tuple[str, ...]:
    """Kinds of deceit by name, and honesty."""
    return ("honest", *KINDS)


def known_sizes() -> tuple[str, ...]:
    """The three sizes of every kind."""
    return SIZES


def _section(types: Mapping[str, ClaimType], public: str) -> str:
    lines = ["", "[audit.partners]", f'{PARTNER} = "{public}"']
    for name, kind in types.items():
        lines += [
            f"[audit.types.{name}]", f'kind = "{kind.kind}"', f'unit = "{kind.unit}"',
            f"sd = {kind.sd}", f'benefit = "{kind.benefit}"', f"mistakes = {kind.mistakes}",
            f"absent = {kind.absent}", f"cost = {kind.cost}",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _as_of(claim: Claim, programme: str, now: datetime) -> Claim:
    return replace(
        claim,
        programme=programme,
        partner=PARTNER,
        made=now,
        expires=now.date() + timedelta(days=365),
        nonce=sha256_of(f"{now.isoformat()}/{claim.claim}".encode())[:32],
        value=_past(claim.value, claim.type),
    )


def _past(value: Value, kind: str) -> Value:
    if kind != "visits" or not isinstance(value, str):
        return value
    return (date.fromisoformat(value) - BACK).isoformat()


def _schedule(year: PartnerYear, today: date) -> str:
    lines = ["partner,type,item,period,due"]
    for name, told in year.claims.items():
        for item in told.expected:
            on_time = item in told.first and item not in told.late | told.revealed
            due = today + timedelta(days=30 if on_time else -1)
            lines.append(f"{PARTNER},{name},{item},2026,{due}")
    return "\n".join(lines) + "\n"


def _measurements(year: PartnerYear) -> str:
    lines = ["type,item,period,value,level,replicates"]
    for name, items in year.measured.items():
        for item, one in items.items():
            value = _text(_past(one.value, name))
            lines.append(f"{name},{item},2026,{value},{one.level:g},{one.replicates}")
    return "\n".join(lines) + "\n"


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "present" if value else "absent"
    if isinstance(value, tuple):
        return ";".join(f"{one:g}" for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
