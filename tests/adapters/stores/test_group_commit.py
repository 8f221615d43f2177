import threading
from collections.abc import Sequence

import pytest

from nanoward.adapters.stores.group_commit import GroupCommit


def test_who_comes_during_a_commit_shares_the_next_one() -> None:
    groups: list[list[int]] = []
    first, go = threading.Event(), threading.Event()

    def commit(works: Sequence[int]) -> Sequence[int]:
        groups.append(list(works))
        if len(groups) == 1:
            first.set()
            assert go.wait(10)
        return [work * 10 for work in works]

    turns: GroupCommit[int, int] = GroupCommit(commit)
    answers: dict[int, int] = {}
    threads = [
        threading.Thread(target=lambda n=n: answers.update({n: turns(n, 1)})) for n in range(9)
    ]
    threads[0].start()
    assert first.wait(10)
    for one in threads[1:]:
        one.start()
    while len(turns._waiting) < 8:
        pass
    go.set()
    for one in threads:
        one.join(10)
    assert answers == {n: n * 10 for n in range(9)}
    assert [len(group) for group in groups] == [1, 8]


def test_a_commit_takes_no_more_than_it_may() -> None:
    groups: list[int] = []

    def commit(works: Sequence[int]) -> Sequence[int]:
        groups.append(len(works))
        return works

    turns: GroupCommit[int, int] = GroupCommit(commit, most=3)
    turns._busy = True  # as if one were at work
    threads = [threading.Thread(target=turns, args=(1, 2)) for _ in range(4)]
    for one in threads:
        one.start()
    while len(turns._waiting) < 4:
        pass
    turns._waiting[0].wait.release()
    for one in threads:
        one.join(10)
    assert groups == [1, 1, 1, 1]
    assert turns(1, 5) == 1  # one that is larger alone is still taken


def test_a_fault_reaches_all_who_shared_the_commit_and_nobody_else() -> None:
    calls = []

    def commit(works: Sequence[int]) -> Sequence[int]:
        calls.append(works)
        if 13 in works:
            raise ValueError("unlucky")
        return works

    turns: GroupCommit[int, int] = GroupCommit(commit)
    with pytest.raises(ValueError, match="unlucky"):
        turns(13, 1)
    assert turns(7, 1) == 7
    assert len(calls) == 2
