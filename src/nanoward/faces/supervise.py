"""Several processes as one group: started in order, again when they die, ended in reverse.

What one of them suffers the others do not. The group ends when it is told to, never because a
member did.
"""

import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

FIRST_S, LONGEST_S = 0.2, 20.0  # before a member is started again
STEADY_S = 30.0  # a member that lived so long is started again at once
READY_S = 20.0  # for a member to say that it listens, before the next is started
GRACE_S = 35.0  # for a member to end in order, before it is killed
LOOK_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One process of a group.

    aloud  whether what it says is passed on
    """

    name: str
    command: Sequence[str]
    aloud: bool = False


def restart_wait(lived_s: float, before_s: float) -> float:
    """Seconds before a member that ended is started again; it doubles while it dies young."""
    if lived_s >= STEADY_S or before_s == 0.0:
        return FIRST_S
    return min(LONGEST_S, before_s * 2)


@dataclass(slots=True)
class _Running:
    member: Member
    process: "subprocess.Popen[bytes] | None" = None
    began: float = 0.0
    wait_s: float = 0.0
    due: float = 0.0
    spoke: threading.Event = field(default_factory=threading.Event)


class Group:
    """Runs members until `stop`.

    say   takes a line of a member that is aloud
    tell  takes a line about the group itself
    """

    def __init__(
        self, members: Sequence[Member], say: Callable[[str], None], tell: Callable[[str], None]
    ) -> None:
        self._running = [_Running(member=one) for one in members]
        self._say, self._tell = say, tell
        self._over = threading.Event()

    def stop(self) -> None:
        """Let `run` end its members and return."""
        self._over.set()

    def pids(self) -> dict[str, int]:
        """Process identifiers of those that run now."""
        return {
            one.member.name: one.process.pid
            for one in self._running
            if one.process is not None and one.process.poll() is None
        }

    def run(self) -> None:
        """Start, watch, end."""
        try:
            for one in self._running:
                if not self._over.is_set():
                    self._start(one)
                    self._await_word(one)
            while not self._over.wait(LOOK_S):
                for one in self._running:
                    self._look(one)
        finally:
            for one in reversed(self._running):
                self._end(one)

    def _start(self, one: _Running) -> None:
        one.began = time.monotonic()
        one.spoke.clear()
        one.process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            list(one.member.command), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        threading.Thread(target=self._listen, args=(one, one.process), daemon=True).start()

    def _await_word(self, one: _Running) -> None:
        """Wait for a first line, or an end; the next is started in any case."""
        until = time.monotonic() + READY_S
        while time.monotonic() < until and not self._over.is_set():
            if one.spoke.wait(LOOK_S) or one.process is None or one.process.poll() is not None:
                return

    def _listen(self, one: _Running, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                one.spoke.set()
                if one.member.aloud:
                    self._say(line.decode("utf-8", "replace").rstrip("\n"))

    def _look(self, one: _Running) -> None:
        """Start again what has ended, when its time has come."""
        now = time.monotonic()
        if one.process is None:
            if now >= one.due:
                self._start(one)
            return
        code = one.process.poll()
        if code is None:
            return
        one.wait_s = restart_wait(now - one.began, one.wait_s)
        one.due, name = now + one.wait_s, one.member.name
        how = f"by signal {-code}" if code < 0 else f"with {code}"
        self._tell(f"{name} ended {how}; it is started again in {one.wait_s:g} s")
        self._let_go(one)

    def _end(self, one: _Running) -> None:
        if one.process is None:
            return
        one.process.terminate()
        try:
            one.process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._tell(f"{one.member.name} did not end in {GRACE_S:g} s and was killed")
            one.process.kill()
            one.process.wait()
        self._let_go(one)

    def _let_go(self, one: _Running) -> None:
        if one.process is not None and one.process.stdin is not None:
            with suppress(OSError):
                one.process.stdin.close()
        one.process = None
