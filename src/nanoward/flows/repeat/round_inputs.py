"""All that a round's answer depends on, as one name: where it is the same, so is the answer.

Whatever a round may look at has to stand here: what is left out would be missed in silence.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from nanoward.audit.receipts import Head
from nanoward.base.entries import KINDS
from nanoward.flows.steps.memoised_tables import memo_key
from nanoward.flows.steps.source_digest import package_digest
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports

STEP = "ward_round"
MESSAGES = tuple(kind for kind in KINDS if kind.startswith("messages."))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundInputs:
    """What a round is held on, besides the ledger of its programme.

    software  digest over all of nanoward's sources and the versions of libraries
    files     path and SHA-256 of all files that can be read; unread: those that cannot, and why
    today     the day at the site; utc_day: the one of the clock
    moment    now, while what a message is due depends on it; "" for a day that is over
    lane, spool  length and hash of the other ledgers that a round reads
    """

    software: str
    formats: str
    plan: str
    files: tuple[tuple[str, str], ...]
    unread: tuple[tuple[str, str], ...]
    day: str
    today: str
    utc_day: str
    moment: str
    seed: int
    lane: str
    spool: str


def round_inputs(ports: Ports, *, day: date, seed: int, lane: Ledger | None) -> RoundInputs:
    """What a round of a day would be held on if it began now."""
    now = ports.clock.now()
    return RoundInputs(
        software=package_digest(),
        formats=ports.formats.version,
        plan=ports.folder.plan().sha256,
        files=tuple((one.path, one.sha256) for one in ports.folder.files()),
        unread=tuple(sorted(ports.folder.unread().items())),
        day=day.isoformat(),
        today=ports.today().isoformat(),
        utc_day=now.astimezone(UTC).date().isoformat(),
        moment=_moment(ports, day, now),
        seed=seed,
        lane="" if lane is None else _told(lane.head()),
        spool="" if ports.spool is None else _told(ports.spool.head()),
    )


def round_key(inputs: RoundInputs, head: Head) -> str:
    """The name of a round's answer: its inputs, and the programme's ledger."""
    return memo_key(STEP, inputs.software, inputs=asdict(inputs), ledger=_told(head))


def _moment(ports: Ports, day: date, now: datetime) -> str:
    """Now, where the day is not over and anybody ever wrote a message."""
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    if now >= end:
        return ""
    written = any(True for kind in MESSAGES for _ in ports.ledger.records(kind=kind))
    return now.isoformat() if written else ""


def _told(head: Head) -> str:
    return f"{head.size} {head.hash}"
