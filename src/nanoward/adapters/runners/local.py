"""Work in processes on this machine; answers in order, the same whatever the number."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from nanoward.ports.runner import Answer, Item

FEW = 8  # below this, starting processes costs more than it saves


class LocalRunner:
    """As many processes as the machine has cores, or as told; 1 works in this process."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))

    def map(
        self,
        work: Callable[[Item], Answer],
        items: Sequence[Item],
        *,
        step: Callable[[int], None] | None = None,
    ) -> list[Answer]:
        answers: list[Answer] = []
        if self.workers == 1 or len(items) < FEW:
            for item in items:
                answers.append(work(item))
                if step is not None:
                    step(1)
            return answers
        # forkserver: workers start clean, without the threads of this process
        with ProcessPoolExecutor(self.workers, mp_context=get_context("forkserver")) as pool:
            size = max(1, len(items) // (self.workers * 4))
            for answer in pool.map(work, items, chunksize=size):
                answers.append(answer)
                if step is not None:
                    step(1)
        return answers
