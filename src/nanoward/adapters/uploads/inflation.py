"""How much a packed file grows, looked at while it comes: a bomb is stopped early."""

import zlib

from isal import isal_zlib

MOST_RATIO = 50  # reads grow 3 to 12 times; 1 MB of zeros 200 to 1,000 times
LEAST = 64 << 20  # bytes that a file may grow to whatever its ratio
STEP = 1 << 20  # bytes unpacked at once: what is unpacked is counted and let go of
FIRST = 64
FAULTS: tuple[type[Exception], ...] = (zlib.error, isal_zlib.error)  # type: ignore[assignment]


class Inflation:
    """Unpacks a stream of gzip members piece by piece, and keeps none of it."""

    def __init__(self) -> None:
        self._engine = isal_zlib.decompressobj(wbits=31)
        self.packed, self.unpacked = 0, 0

    def add(self, content: bytes) -> bool:
        """Whether it is still a file that may be taken."""
        self.packed += len(content)
        left = content
        try:
            while left:
                self.unpacked += len(self._engine.decompress(left, STEP))
                if self.unpacked > max(LEAST, MOST_RATIO * self.packed):
                    return False
                left = self._engine.unconsumed_tail
                if self._engine.eof:
                    left = self._engine.unused_data.lstrip(b"\0")
                    self._engine = isal_zlib.decompressobj(wbits=31)
        except FAULTS:
            return False
        return True

    def first(self, content: bytes) -> bytes:
        """The first bytes of what is packed; none where it cannot be unpacked."""
        try:
            return bytes(self._engine.decompress(content, FIRST))
        except FAULTS:
            return b""
