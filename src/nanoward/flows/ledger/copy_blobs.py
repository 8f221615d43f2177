"""Copy a programme's blobs to where its plan keeps them from now on."""

from nanoward.ports.blobs import Blobs
from nanoward.ports.progress import Progress

MOST = 16 << 20  # bytes that are put at once


def copy_blobs(source: Blobs, target: Blobs, progress: Progress) -> tuple[int, int]:
    """Put all blobs of one store into another; what is there stays, and can be copied again.

    Each is held against its name on the way. Notes are not copied: the next round computes
    what they would have recalled.

    returns  how many were copied, and how many stood there already
    """
    there = set(target.names())
    missing = [name for name in source.names() if name not in there]
    waiting: list[bytes] = []
    with progress("copying blobs", len(missing)) as step:
        for name in missing:
            waiting.append(source.get(name))
            if sum(map(len, waiting)) >= MOST:
                target.put_all(waiting)
                waiting.clear()
            step(1)
        target.put_all(waiting)
    return len(missing), len(there)
