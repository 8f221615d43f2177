"""FASTQ whose letters or qualities run over several lines, as four lines to a read."""

import re

_LETTERS = re.compile(rb"[A-Za-z.*-]*")
_WRONG = (-1, -1)


def unwrapped(text: bytes, *, ended: bool) -> tuple[bytes, bytes]:
    """Whole reads of several lines as four lines each, and what follows them.

    ended  whether the file ends here
    What cannot be a read is left as it is, so that whoever reads the four lines says what is
    wrong with it.
    """
    lines = text.split(b"\n")
    last = len(lines) if ended else len(lines) - 1  # the last line may go on
    flat: list[bytes] = []
    at = 0
    while at < last:
        if not lines[at].strip():
            at += 1
            continue
        end = _read_lines(lines[:last], at)
        if end == _WRONG or (end is None and ended):
            flat += lines[at:last]
            at = len(lines)
        elif end is None:
            break
        else:
            plus, stop = end
            letters = b"".join(line.strip() for line in lines[at + 1 : plus])
            quality = b"".join(line.rstrip(b"\r") for line in lines[plus + 1 : stop])
            flat += [lines[at].rstrip(b"\r"), letters, lines[plus].rstrip(b"\r"), quality]
            at = stop
    whole = b"\n".join(flat) + b"\n" if flat else b""
    return whole, b"\n".join(lines[at:])


def _read_lines(lines: list[bytes], at: int) -> tuple[int, int] | None:
    """The line with '+', and the line behind the last quality.

    None where the read is not whole yet; _WRONG where it can be none: other lines than letters
    before '+', or more qualities than letters.
    """
    plus, due = at + 1, 0
    while plus < len(lines) and not lines[plus].startswith(b"+"):
        letters = lines[plus].strip()
        if not _LETTERS.fullmatch(letters):
            return _WRONG
        due += len(letters)
        plus += 1
    stop, have = plus + 1, 0
    while stop < len(lines) and (have < due or stop == plus + 1):
        have += len(lines[stop].rstrip(b"\r"))
        stop += 1
    if have > due:
        return _WRONG
    return (plus, stop) if have == due and stop > plus + 1 else None
