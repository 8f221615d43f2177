"""Many threads, one durable write: who comes while a write is under way shares the next one."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Work = TypeVar("Work")
Answer = TypeVar("Answer")


class _Turn(Generic[Work, Answer]):
    __slots__ = ("answer", "fault", "size", "wait", "work")

    def __init__(self, work: Work, size: int) -> None:
        self.work, self.size = work, size
        self.answer: Answer | None = None
        self.fault: BaseException | None = None
        self.wait = threading.Lock()
        self.wait.acquire()


class GroupCommit(Generic[Work, Answer]):
    """The first to come writes for all that wait; nobody's work is written twice.

    commit  gives one answer for each piece of work, or raises for all of them
    most    sizes that one commit takes together
    """

    def __init__(
        self, commit: Callable[[Sequence[Work]], Sequence[Answer]], *, most: int = 2_000
    ) -> None:
        self._commit = commit
        self._most = most
        self._mutex = threading.Lock()
        self._waiting: deque[_Turn[Work, Answer]] = deque()
        self._busy = False

    def __call__(self, work: Work, size: int) -> Answer:
        turn: _Turn[Work, Answer] = _Turn(work, size)
        with self._mutex:
            self._waiting.append(turn)
            leads = not self._busy
            self._busy = True
        if not leads:
            turn.wait.acquire()
        if turn.answer is None and turn.fault is None:
            self._lead()
        if turn.fault is not None:
            raise turn.fault
        if turn.answer is None:
            raise AssertionError("a commit gave no answer")
        return turn.answer

    def _lead(self) -> None:
        group = self._taken()
        try:
            answers = self._commit([one.work for one in group])
            for one, answer in zip(group, answers, strict=True):
                one.answer = answer
        except BaseException as fault:  # noqa: BLE001 - handed to each caller
            for one in group:
                one.fault = fault
        with self._mutex:
            follower = self._waiting[0] if self._waiting else None
            self._busy = follower is not None
        for one in group:
            one.wait.release()
        if follower is not None:
            follower.wait.release()

    def _taken(self) -> list[_Turn[Work, Answer]]:
        group: list[_Turn[Work, Answer]] = []
        total = 0
        with self._mutex:
            while self._waiting and (not group or total + self._waiting[0].size <= self._most):
                total += self._waiting[0].size
                group.append(self._waiting.popleft())
        return group
