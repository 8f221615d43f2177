import os

from nanoward.adapters.runners.local import LocalRunner
from nanoward.ports.runner import Runner
from nanoward.testing.conformance import RunnerConformance
from nanoward.testing.conformance.runner import process_of


class TestOneProcess(RunnerConformance):
    def make(self) -> Runner:
        return LocalRunner(1)


class TestTwoProcesses(RunnerConformance):
    def make(self) -> Runner:
        return LocalRunner(2)


def test_much_work_is_done_elsewhere_and_little_work_here() -> None:
    assert os.getpid() not in LocalRunner(2).map(process_of, list(range(40)))
    assert set(LocalRunner(2).map(process_of, [1, 2])) == {os.getpid()}
