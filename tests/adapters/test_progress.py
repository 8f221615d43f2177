from nanoward.adapters.progress import SilentProgress, TerminalProgress
from nanoward.ports.progress import Progress
from nanoward.testing.conformance import ProgressConformance


class TestSilentProgress(ProgressConformance):
    def make(self) -> Progress:
        return SilentProgress()


class TestTerminalProgress(ProgressConformance):
    def make(self) -> Progress:
        return TerminalProgress()
