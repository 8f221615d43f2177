"""What a command does at the way out: the exit's process keeps the notice, or it is kept here.

Either way the notice is on the disk first, then the lane is told, then the programme's ledger
and the staff. What is down is named and stays owed; nobody is refused for it.
"""

import json
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from nanoward.base.errors import NanowardError, OutsideError, RefusedError, UsageError
from nanoward.base.names import identity_of, near_names
from nanoward.faces.exit import LONGEST_LINE, told_of
from nanoward.faces.lane import ForeignLaneError, ask_lane, whose
from nanoward.flows.consent.read_spool import person_notices
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.exit.carry_notices import SpoolState, carry_notice, carry_notices
from nanoward.flows.exit.give_notice import give_notices, notice_from
from nanoward.flows.lane.serve_lane import serve_lane

ANSWER_S = 2.0  # for the exit's process to keep a notice, before it is kept here
CARRY_S = 10.0  # for it to tell the lane
BUSY = "OUT-021"
LANE_S = 20.0  # for a lane's work that another command does just now
Answer = dict[str, Any]


class LaneSaidNoError(RefusedError):
    """The lane refused what the way out asked of it; the notice stands and is tried again."""

    code = "REF-096"


def say(programme: str, wish: str, participant: str | None, **asked: Any) -> Answer:
    """Give notice of a wish and have it carried as far as may be now.

    asked    by, channel, uses, setting, value, unit, words; notice (drawn where not given)
    returns  receipt, carried, owed, stopped, withdrawal, near (known names that may be meant)
    """
    known = was_known(programme, participant or "")
    told = give(programme, wish, participant, **asked)
    return told | _near(programme, participant, known=known)


def give(
    programme: str, wish: str, participant: str | None, *, wait_s: float | None = None,
    **asked: Any,
) -> Answer:  # fmt: skip
    """As `say`, for somebody who is known: no name near theirs is looked for.

    wait_s  for everybody to be told, before the answer is given and they are told behind it;
            0: the receipt is all that is waited for; None: as long as it takes
    """
    from nanoward.wiring.exit import exit_socket

    kept = keep_notice(programme, wish, participant, **asked)
    notice, receipt = kept["notice"], kept["receipt"]
    if kept["by_process"] and wait_s == 0:
        told = {"pending": True}  # its process carries by itself
    elif kept["by_process"]:
        patience = CARRY_S if wait_s is None else wait_s
        carried = {"do": "carried", "notice": notice, "wait_s": patience}
        path = exit_socket(programme)
        told = ask_exit(path, carried, wait_s=patience + ANSWER_S) or {"pending": True}
    elif wait_s is None:
        told = _carried_here(programme, participant, notice)
    else:
        told = _carried_behind(programme, participant, notice, wait_s)
    return _merged(receipt, told)


def _carried_here(programme: str, participant: str | None, notice: str) -> Answer:
    from nanoward.wiring.exit import open_exit

    with open_exit(programme, lane=lambda one: reach_lane(programme, one)) as ports:
        mine = person_notices(ports.spool, identity_of(participant or ""))[notice]
        return told_of(carry_notice(ports, mine))


def _carried_behind(
    programme: str, participant: str | None, notice: str, wait_s: float
) -> Answer:
    """Carried in a thread that goes on after the answer; what it leaves owed others carry."""
    done: Queue[Answer] = Queue()

    def carry() -> None:
        with suppress(NanowardError, OSError):  # it stays owed
            done.put(_carried_here(programme, participant, notice))

    threading.Thread(target=carry, daemon=True).start()
    try:
        return done.get(timeout=max(wait_s, 1e-3))
    except Empty:
        return {"pending": True}


def keep_notice(
    programme: str, wish: str, participant: str | None, *, answer_s: float = ANSWER_S,
    **asked: Any,
) -> Answer:  # fmt: skip
    """Have a notice kept, by the exit's process or here; nobody is told of it yet.

    answer_s  for the exit's process to do so, before it is done here
    returns  notice, receipt, by_process
    """
    from nanoward.wiring.exit import exit_socket, open_exit

    request = {"do": "notice", "wish": wish, "participant": participant or "", **asked}
    request.setdefault("notice", secrets.token_hex(16))
    kept = ask_exit(exit_socket(programme), request, wait_s=answer_s)
    if kept is not None and "receipt" in kept:
        return {"notice": request["notice"], "receipt": kept["receipt"], "by_process": True}
    if kept is not None and kept.get("exit_code") == 2:
        raise _usage(kept)
    with open_exit(programme, lane=lambda one: reach_lane(programme, one)) as ports:
        given = notice_from(request, ports.clock)
        (receipt,) = give_notices(ports.spool, [given], ports.clock)
    return {"notice": given.notice, "receipt": asdict(receipt), "by_process": False}


def _near(programme: str, participant: str | None, *, known: bool) -> Answer:
    """Told after the notice was kept: looking through everybody takes a moment."""
    return {"near": [] if known else list(near_known(programme, participant or ""))}


def carry_owed(programme: str) -> list[Answer]:
    """Carry every notice that somebody is to be told of yet; what became of each."""
    from nanoward.wiring.exit import open_exit, open_exit_spool

    with open_exit_spool(programme) as spool:
        if spool is None or not SpoolState().refresh(spool).owed():
            return []
    with open_exit(programme, lane=lambda one: reach_lane(programme, one)) as ports:
        done = carry_notices(ports, SpoolState())
        return [{"notice": one.notice.notice, **told_of(one)} for one in done]


def near_known(programme: str, participant: str) -> tuple[str, ...]:
    """Known names that may have been meant by one that nobody bore before."""
    from nanoward.wiring.exit import known_people

    try:
        others = [one for one in known_people(programme) if one != identity_of(participant)]
    except (NanowardError, OSError):
        return ()  # it is told for help alone
    return near_names(participant, others)


def was_known(programme: str, participant: str) -> bool:
    """Whether a person was known before they spoke; a doubt says yes, and nothing is told."""
    from nanoward.wiring.exit import is_known

    try:
        return not participant or is_known(programme, participant)
    except (NanowardError, OSError):
        return True


def ask_exit(path: Path, asked: Mapping[str, Any], *, wait_s: float) -> Answer | None:
    """What the exit's process answers; None where none does in time: then it is done here."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(wait_s)
        try:
            link.connect(str(path))
            link.sendall(json.dumps(asked, default=str).encode() + b"\n")
            with link.makefile("rb") as file:
                line = file.readline(LONGEST_LINE)
            found = json.loads(line)
        except PermissionError as fault:
            raise ForeignLaneError(whose(path)) from fault
        except (OSError, ValueError):
            return None
    return found if isinstance(found, dict) else None


def reach_lane(programme: str, asked: Mapping[str, Any]) -> Answer:
    """Ask the lane's process; where none runs, do its work here, after whoever does so now.

    LaneSaidNoError where it refuses; OutsideError, InputError where it cannot be reached.
    """
    from nanoward.wiring.control import has_lane, hold_lane, lane_socket, open_lane

    until = time.monotonic() + LANE_S
    while True:
        told = ask_lane(lane_socket(programme), asked)
        if told is not None:
            break
        if not has_lane(programme):
            return {"stopped": []}  # nobody was ever enrolled
        try:
            with hold_lane(programme), open_lane(programme) as desk:
                told = serve_lane(desk, OrderState(), asked)
                break
        except OutsideError as fault:  # another command does the lane's work just now
            if fault.code != BUSY or time.monotonic() >= until:
                raise
            time.sleep(0.05)
    if "refused" in told:
        raise LaneSaidNoError(f"{told.get('code')}: {told['refused']}")
    return told


def _merged(receipt: Answer, told: Mapping[str, Any]) -> Answer:
    return {
        "receipt": receipt,
        "carried": told.get("carried", {}),
        "owed": told.get("owed", {"all": "being carried"} if told.get("pending") else {}),
        "stopped": told.get("stopped", []),
        "withdrawal": told.get("withdrawal"),
    }


def _usage(told: Mapping[str, Any]) -> UsageError:
    return UsageError(str(told["refused"]), next_step=str(told.get("next_step") or ""))
