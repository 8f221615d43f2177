"""gzip whose bytes tell no name and no moment."""

import gzip


def packed(content: bytes) -> bytes:
    """gzip without name and moment: the same content gives the same bytes with one zlib."""
    return gzip.compress(content, compresslevel=6, mtime=0)
