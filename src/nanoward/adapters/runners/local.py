"""Work in processes on this machine; answers in order, the same whatever the number."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from time import perf_counter

from nanoward.adapters.runners.pieces import PieceAnswer, PiecedWork, answer_piece
from nanoward.ports.runner import Answer, Item

SOON_S = 1.0  # what starting processes and loading libraries in them costs
PROBED = 2  # items done here before anything is said of the others: the first loads libraries


class LocalRunner:
    """As many processes as the machine has cores, or as told; 1 works in this process.

    The first items are done here. Processes are started where the others would take more than
    a second by what these took, and serve until `close`.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self._pool: ProcessPoolExecutor | None = None

    def map(
        self,
        work: Callable[[Item], Answer],
        items: Sequence[Item],
        *,
        step: Callable[[int], None] | None = None,
        lost: Callable[[Item], Answer] | None = None,
    ) -> list[Answer]:
        answers: list[Answer] = []
        each_s = float("inf")
        for item in items:
            left = len(items) - len(answers)
            if self.workers > 1 and len(answers) >= PROBED and each_s * left > SOON_S:
                break
            begun = perf_counter()
            answers.append(work(item))
            each_s = min(perf_counter() - begun, 2 * each_s)
            if step is not None:
                step(1)
        if len(answers) == len(items):
            return answers
        pieces = PiecedWork(_Processes(self, work), items, step=step, lost=lost)
        pieces.begin(answers)
        pieces.sizes.learn(1, each_s)
        return pieces.run()

    def close(self) -> None:
        """End the processes. Closing twice is harmless; the next map starts new ones."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def pool(self) -> ProcessPoolExecutor:
        """The processes, started on first use."""
        if self._pool is None:
            # forkserver: workers start clean, without the threads of this process
            self._pool = ProcessPoolExecutor(
                self.workers, mp_context=get_context("forkserver"), initializer=end_with_parent
            )
        return self._pool


class _Processes:
    """The pieces of one map that processes of this machine hold."""

    tries = 2  # the system may have ended a process for another one's memory

    def __init__(self, runner: LocalRunner, work: Callable[[Item], Answer]) -> None:
        self._runner, self._work = runner, work
        self._out: dict[Future[PieceAnswer], range] = {}

    @property
    def room(self) -> int:
        return 2 * self._runner.workers

    def send(self, place: range, items: Sequence[Item]) -> None:
        for _ in range(2):
            try:
                future = self._runner.pool().submit(answer_piece, self._work, items)
            except BrokenProcessPool:  # it broke while nobody waited for it
                self._runner.close()
                continue
            self._out[future] = place
            return
        raise BrokenProcessPool("processes end as soon as they start")

    def receive(self) -> list[tuple[range, PieceAnswer | None]]:
        found: list[tuple[range, PieceAnswer | None]] = []
        done, _ = wait(self._out, return_when=FIRST_COMPLETED)
        for future in done:
            place = self._out.pop(future)
            try:
                found.append((place, future.result()))
            except BrokenProcessPool:
                found.append((place, None))
        if any(answer is None for _, answer in found):
            self._runner.close()
        return found

    def drop(self) -> None:
        for future in self._out:
            future.cancel()
        wait(self._out)
        self._out.clear()


def end_with_parent() -> None:
    """In a worker: do not outlive the process that the work is for, however that one ends."""
    threading.Thread(target=_end_after_parent, daemon=True).start()


def _end_after_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
