"""A storm over the relays, with its truth: sites cut off, couriers lost, doubled, corrupted.

The exchange is the product's own, file by file; only the carrying is simulated. Kept beside:
what would have arrived if each message were sent once.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.messages import BundleMade, BundleRefused, MessageWritten
from nanoward.ports.messages import RelayKeys
from nanoward.programme.messages.rules import MessageRules, message_rules
from nanoward.programme.messages.states import message_status
from nanoward.programme.messages.threads import Thread
from nanoward.programme.relays.bundle import BadBundleError, bundle_bytes, bundle_of
from nanoward.programme.relays.exchange import next_bundle, read_bundle
from nanoward.programme.relays.relay_state import RelayState, relay_state_after, relay_state_of
from nanoward.simulation.worlds.relay_storm_plan import MIX, StormOutcome, StormPlan

CENTRE = "centre"
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class _Site:
    name: str
    keys: RelayKeys
    offset: timedelta
    entries: list[Entry] = field(default_factory=list)
    state: RelayState = field(default_factory=lambda: RelayState(site=""))
    written: dict[str, MessageWritten] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)
    copies: list[tuple[datetime, int]] = field(default_factory=list)
    due: list[tuple[datetime, str]] = field(default_factory=list)
    restored: bool = False

    def append(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if isinstance(entry, MessageWritten):
                self.written[entry.message] = entry
                self.ever.add(entry.message)
            relay_state_after(self.state, entry)
        self.entries += entries

    def set_back(self, length: int) -> None:
        """The disk is replaced by a copy of the ledger's first entries."""
        self.entries = self.entries[:length]
        self.state = relay_state_of(self.name, self.entries)
        self.written = {
            one.message: one for one in self.entries if isinstance(one, MessageWritten)
        }
        self.restored = True


@dataclass(order=True, slots=True)
class _Event:
    at: datetime
    number: int
    act: Callable[[datetime], None] = field(compare=False)


class RelayStorm:
    """One storm; `run` gives what became of it.

    keys  of the centre and of each site
    """

    def __init__(self, plan: StormPlan, keys: Sequence[RelayKeys]) -> None:
        self._plan = plan
        self._chance = np.random.default_rng([plan.seed, 19])
        self._rules: dict[str, MessageRules] = {}
        names = [CENTRE, *(f"site-{n:02d}" for n in range(1, plan.sites + 1))]
        wrong = set(self._chance.choice(names[1:], plan.clocks, replace=False).tolist())
        self._sites: dict[str, _Site] = {}
        for name, key in zip(names, keys, strict=True):
            days = float(self._chance.uniform(-5, 5)) if name in wrong else 0.0
            self._sites[name] = _Site(name=name, keys=key, offset=timedelta(days=days))
            self._sites[name].state = RelayState(site=name)
            self._rules[name] = message_rules({"site": name, "quiet": []}, "UTC")
        self._events: list[_Event] = []
        self._number = 0
        self._numbers: dict[tuple[str, str], dict[str, int]] = {}
        self._born: dict[str, datetime] = {}
        self._came: dict[str, datetime] = {}
        self._origin: dict[str, tuple[str, str]] = {}
        self._first_file: dict[str, str] = {}
        self._arrived_files: set[str] = set()
        self._count = dict.fromkeys(
            ("files", "copies", "false", "bad", "unanswered", "told", "late", "doubled"), 0
        )
        self._rollbacks: list[tuple[str, list[str]]] = []

    def run(self) -> StormOutcome:
        plan = self._plan
        end = BEGIN + timedelta(days=plan.days)
        self._plan_writing(end)
        for name in list(self._sites)[1:]:
            self._plan_courier(name, BEGIN)
        self._plan_restores(end)
        moment, last = BEGIN, end + timedelta(days=plan.drain_days)
        while moment < last:
            moment += HOUR
            while self._events and self._events[0].at <= moment:
                event = heapq.heappop(self._events)
                event.act(event.at)
            for site in self._sites.values():
                self._tick(site, moment)
            if moment > end and moment.hour == 0 and self._is_settled():
                break
        return self._outcome()

    def _at(self, at: datetime, act: Callable[[datetime], None]) -> None:
        self._number += 1
        heapq.heappush(self._events, _Event(at, self._number, act))

    def _plan_writing(self, end: datetime) -> None:
        plan, chance = self._plan, self._chance
        span = (end - BEGIN).total_seconds()
        others = list(self._sites)[1:]
        kinds = chance.choice(len(MIX), plan.messages, p=[one[1] for one in MIX])
        when = chance.uniform(0, span, plan.messages)
        where = chance.integers(0, len(others), plan.messages)
        away = chance.random(plan.messages) < 0.5
        names = chance.bytes(16 * plan.messages)
        for n in range(plan.messages):
            site = others[int(where[n])]
            source, target = (site, CENTRE) if away[n] else (CENTRE, site)
            at = BEGIN + timedelta(seconds=float(when[n]))
            name, kind = names[16 * n : 16 * n + 16].hex(), int(kinds[n])
            self._at(at, self._writing(name, source, target, kind))

    def _writing(
        self, name: str, source: str, target: str, kind: int
    ) -> Callable[[datetime], None]:
        word, _, act, live = MIX[kind]

        def write(at: datetime) -> None:
            site = self._sites[source]
            now = at + site.offset
            entry = MessageWritten(
                message=name, sender="coordinator", to="coordinator", participant="P001",
                kind=word, urgency="today", made=now, act_by=now + act * HOUR,
                expires=None if live is None else now + live * HOUR, wants="receipt",
                body=f"number {name[:8]}", site=target,
            )  # fmt: skip
            site.append([entry])
            self._born[name], self._origin[name] = at, (source, target)
            heapq.heappush(site.due, (entry.act_by, name))

        return write

    def _plan_courier(self, name: str, since: datetime) -> None:
        low, high = self._plan.cut_off
        at = since + timedelta(days=float(self._chance.uniform(low, high)))
        self._at(at, lambda now: self._courier(name, now))

    def _courier(self, name: str, at: datetime) -> None:
        """Somebody comes by: one file each way."""
        for source, target in ((name, CENTRE), (CENTRE, name)):
            self._send(self._sites[source], target, at)
        self._plan_courier(name, at)

    def _send(self, site: _Site, target: str, at: datetime) -> None:
        chance, plan = self._chance, self._plan
        now = at + site.offset
        bundle = next_bundle(site.state, target, lambda one: site.written[one], now)
        key = self._sites[target].keys.sealing_key
        sealed = site.keys.seal(bundle_bytes(bundle), sealing_key=key)
        file = str(sha256_of(sealed))
        site.append(
            [BundleMade(bundle=file, destination=target, number=bundle.number, made=now,
                        messages=len(bundle.messages), size=len(sealed))]
        )  # fmt: skip
        self._count["files"] += 1
        self._count["copies"] += len(bundle.messages)
        for one in bundle.messages:
            self._first_file.setdefault(one.written.message, file)
        ways = 0 if chance.random() < plan.lost else 1 + int(chance.random() < plan.doubled)
        for _ in range(ways):
            bad = chance.random() < plan.corrupted
            content = _changed(sealed, chance) if bad else sealed
            delay = timedelta(days=float(chance.uniform(0, plan.delay)))
            self._at(at + delay, self._arrival(target, content, file, bad=bool(bad)))

    def _arrival(
        self, target: str, content: bytes, file: str, *, bad: bool
    ) -> Callable[[datetime], None]:
        def arrive(at: datetime) -> None:
            site = self._sites[target]
            if self._chance.random() < self._plan.crashes:
                return  # the process is killed before its one append: nothing of it is there
            now = at + site.offset
            name = str(sha256_of(content))
            try:
                plain, signature = site.keys.open(content)
                bundle = bundle_of(plain)
                other = self._sites[bundle.source].keys.signing_key
                assert site.keys.is_signed(plain, signature, signing_key=other)
            except BadBundleError as fault:
                entry = BundleRefused(bundle=name, size=len(content), reason=fault.what, at=now)
                site.append([entry])
                return
            self._count["bad"] += bad
            read = read_bundle(site.state, bundle, name, now)
            self._count["doubled"] += sum(one.message in site.written for one in read.fresh)
            self._count["late"] += len(read.late)
            for one in read.fresh:
                self._came.setdefault(one.message, at)
            self._arrived_files.add(file)
            site.append(read.entries)
            peer = site.state.peer(bundle.source)
            there = self._sites[bundle.source].ever
            self._count["false"] += sum(peer.sent[n - 1] not in there for n in peer.receipts)

        return arrive

    def _plan_restores(self, end: datetime) -> None:
        for site in self._sites.values():
            for day in range(1, self._plan.days):
                self._at(BEGIN + timedelta(days=day), self._copying(site))
        chosen = self._chance.choice(list(self._sites)[1:], self._plan.restored, replace=False)
        for name in chosen.tolist():
            at = BEGIN + (end - BEGIN) * float(self._chance.uniform(0.3, 1.0))
            back = timedelta(days=float(self._chance.uniform(0.1, 12)))
            self._at(at, self._restoring(self._sites[name], back))

    def _copying(self, site: _Site) -> Callable[[datetime], None]:
        return lambda at: site.copies.append((at, len(site.entries)))

    def _restoring(self, site: _Site, back: timedelta) -> Callable[[datetime], None]:
        def restore(at: datetime) -> None:
            kept = [length for when, length in site.copies if when <= at - back]
            site.copies = [one for one in site.copies if one[0] <= at - back]
            length = kept[-1] if kept else 0
            gone = [one.bundle for one in site.entries[length:] if isinstance(one, BundleMade)]
            site.set_back(length)
            self._rollbacks.append((site.name, gone))

        return restore

    def _tick(self, site: _Site, moment: datetime) -> None:
        """Those whose moment has passed since the last tick, by the site's own clock."""
        now = moment + site.offset
        while site.due and site.due[0][0] < now:
            _, name = heapq.heappop(site.due)
            written = site.written.get(name)
            if written is None:
                continue  # it is gone with the disk
            thread = Thread(written=written)
            if self._is_receipted(site, name):
                thread.arrived = now
            else:
                self._count["unanswered"] += 1
            status = message_status(thread, self._rules[site.name], now, {})
            self._count["told"] += bool(status.overdue and status.due)

    def _is_receipted(self, site: _Site, name: str) -> bool:
        peer = site.state.peer(self._origin[name][1])
        return self._number_of(site, peer.site, name) in peer.receipts

    def _number_of(self, site: _Site, target: str, name: str) -> int:
        """The place of a message among those for a site; 0: it was never written there."""
        sent = site.state.peer(target).sent
        kept = self._numbers.setdefault((site.name, target), {})
        for number in range(len(kept), len(sent)):
            kept[sent[number]] = number + 1
        number = kept.get(name, 0)
        if 0 < number <= len(sent) and sent[number - 1] == name:
            return number
        self._numbers[site.name, target] = {one: n for n, one in enumerate(sent, 1)}
        return self._numbers[site.name, target].get(name, 0)

    def _is_settled(self) -> bool:
        return all(
            not peer.unreceipted() for site in self._sites.values()
            for name, peer in site.state.peers.items() if name != site.name
        )  # fmt: skip

    def _outcome(self) -> StormOutcome:
        lost = stale = unreceipted = 0
        for site in self._sites.values():
            for target, peer in site.state.peers.items():
                there = self._sites[target].written
                lost += sum(one not in there for one in peer.sent)
                stale += sum(peer.sent[n - 1] not in there for n in peer.receipts)
                unreceipted += len(peer.unreceipted())
        alarmed = {one.site for site in self._sites.values() for one in site.state.rollbacks}
        waits = sorted(
            (self._came[one] - self._born[one]).total_seconds() / 86400 for one in self._came
        )
        once = sum(
            self._first_file.get(one, "") not in self._arrived_files for one in self._born
        )
        everywhere = set().union(*(site.written for site in self._sites.values()))
        seen = [
            name for name, gone in self._rollbacks if self._arrived_files.intersection(gone)
        ]
        count = self._count
        return StormOutcome(
            written=len(self._born),
            files=count["files"],
            lost=lost,
            doubled=count["doubled"],
            false_receipts=count["false"],
            stale_receipts=stale,
            gone=len(self._born.keys() - everywhere),
            unanswered=count["unanswered"],
            told=count["told"],
            rollbacks=len(seen),
            rollbacks_told=sum(one in alarmed for one in seen),
            late_refused=count["late"],
            accepted_bad=count["bad"],
            once_lost=once,
            copies=count["copies"] / max(len(self._born), 1),
            median_days=waits[len(waits) // 2] if waits else 0.0,
            p99_days=waits[int(len(waits) * 0.99)] if waits else 0.0,
            unreceipted=unreceipted,
        )


def _changed(content: bytes, chance: np.random.Generator) -> bytes:
    """One byte other, or the end cut off."""
    if chance.random() < 0.3:
        return content[: int(chance.integers(0, len(content)))]
    place = int(chance.integers(0, len(content)))
    changed = bytearray(content)
    changed[place] ^= int(chance.integers(1, 256))
    return bytes(changed)


def relay_storm(plan: StormPlan, keys: Sequence[RelayKeys]) -> StormOutcome:
    """Run one storm; the same plan gives the same outcome, but for the keys' own chance."""
    return RelayStorm(plan, keys).run()
