"""Further sites of a simulated programme, whose link to the centre is cut for days on end.

Real folders, ledgers, keys and files: only the couriers, and the days, are simulated. What was
written, and whether it had come by the day that the data stand for, stands in
truth/messages.csv.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from nanoward.ports.messages import MessageDesk
from nanoward.programme.messages.drafts import Draft
from nanoward.simulation.study import Study

CENTRE = "centre"
SECTION = "\n[programme.messages]  # sites that lose their link\nquiet = []\n"
CUT_OFF = (1.0, 14.0)  # days between two couriers
LOST, DOUBLED = 0.2, 0.2
SILENT_DAYS = 21  # for which the last site is not heard of at the end
MESSAGES_A_WEEK = 2  # each way
KINDS = ("message", "task", "safety notice", "record")


@dataclass(slots=True)
class StudyClock:
    """The moment of the simulated programme; moves when it is told."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedSites:
    """What was laid out.

    arrived  of `messages`, those that had come to their destination
    """

    sites: tuple[str, ...]
    messages: int
    arrived: int
    files: int


@dataclass(slots=True, kw_only=True)
class _Exchange:
    chance: np.random.Generator
    clock: StudyClock
    desks: dict[str, MessageDesk]
    written: list[dict[str, object]] = field(default_factory=list)
    files: int = 0

    def write(self, source: str, target: str) -> None:
        """A message of some kind, for the other site's coordinator."""
        from nanoward.flows.messages.write_message import write_message

        kind = KINDS[int(self.chance.integers(0, len(KINDS)))]
        draft = Draft(
            sender="coordinator",
            to="coordinator",
            kind=kind,
            body=f"simulated message {len(self.written) + 1}",
            urgency="week",
            wants="receipt",
            site=target,
        )
        made = write_message(self.desks[source], draft)
        row = {"message": made.message, "source": source, "destination": target, "kind": kind}
        self.written.append(row | {"written": self.clock.at.date()})

    def carry(self, source: str, target: str) -> None:
        """A courier goes: one file, which may be lost or come twice."""
        from nanoward.flows.messages.exchange_bundles import export_bundle, import_file

        files: list[bytes] = []
        export_bundle(self.desks[source], target, put=lambda _, content: files.append(content))
        self.files += 1
        if self.chance.random() < LOST:
            return
        for content in files * (1 + int(self.chance.random() < DOUBLED)):
            import_file(self.desks[target], content)


def open_linked_sites(study: Study, folder: Path, count: int) -> LinkedSites:
    """Open sites beside a programme that was just written, and let its weeks pass.

    count  of further sites; their folders are FOLDER/sites/site-1 ...
    """
    names = tuple(f"site-{n}" for n in range(1, count + 1))
    plan = folder / "programme.toml"
    plan.write_text(plan.read_text(encoding="utf-8") + SECTION, encoding="utf-8")
    clock = StudyClock(datetime.combine(study.start, time(9), UTC))
    with ExitStack() as stack:
        desks = _desks(study, folder, names, clock, stack)
        exchange = _Exchange(chance=study.chance("sites"), clock=clock, desks=desks)
        for at, act, site in _calendar(study, names, exchange.chance):
            clock.at = at
            for source, target in ((site, CENTRE), (CENTRE, site)):
                if act == "write":
                    exchange.write(source, target)
                else:
                    exchange.carry(source, target)
        there = _threads(desks)
        rows = [
            row | {"arrived": row["message"] in there[str(row["destination"])]}
            for row in exchange.written
        ]
    (folder / "truth").mkdir(exist_ok=True)
    pl.DataFrame(rows).write_csv(folder / "truth" / "messages.csv")
    return LinkedSites(
        sites=names,
        messages=len(rows),
        arrived=sum(bool(row["arrived"]) for row in rows),
        files=exchange.files,
    )


def _desks(
    study: Study, folder: Path, names: tuple[str, ...], clock: StudyClock, stack: ExitStack
) -> dict[str, MessageDesk]:
    from nanoward.flows.messages.open_site import know_site, site_plan
    from nanoward.wiring.messages import open_messages, shared_plan_files

    text = (folder / "programme.toml").read_text(encoding="utf-8")
    places = {CENTRE: folder} | {name: folder / "sites" / name for name in names}
    desks: dict[str, MessageDesk] = {}
    for name, place in places.items():
        if name != CENTRE:
            shared_plan_files(str(folder), str(place), site_plan(text, name))
        desk = stack.enter_context(open_messages(str(place), quiet=True, keys=True))
        desks[name] = replace(desk, ports=replace(desk.ports, clock=clock),
                              chance=study.chance(f"names of {name}").bytes)  # fmt: skip
    for name in names:
        for here, there in ((CENTRE, name), (name, CENTRE)):
            keys = desks[there].keys
            assert keys is not None
            know_site(desks[here], there, keys)
    return desks


def _calendar(
    study: Study, names: tuple[str, ...], chance: np.random.Generator
) -> Iterator[tuple[datetime, str, str]]:
    """When something is written or carried, in order."""
    found = []
    begin = datetime.combine(study.start, time(9), UTC)
    for name in names:
        for _ in range(MESSAGES_A_WEEK * study.weeks):
            days = float(chance.uniform(0, study.days))
            found.append((begin + timedelta(days=days), "write", name))
        at = float(chance.uniform(*CUT_OFF))
        end = study.days - (SILENT_DAYS if name == names[-1] else 0)
        while at < end:
            found.append((begin + timedelta(days=at), "carry", name))
            at += float(chance.uniform(*CUT_OFF))
    yield from sorted(found)


def _threads(desks: dict[str, MessageDesk]) -> dict[str, set[str]]:
    """Messages that each site's ledger holds."""
    from nanoward.flows.messages.message_book import MessageBook

    return {
        name: set(MessageBook(name).refresh(desk.ports.ledger).box.threads)
        for name, desk in desks.items()
    }
