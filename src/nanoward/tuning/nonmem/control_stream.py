"""Control streams of NONMEM as records: what each says, and on which line.

Conventions: NONMEM Users Guide IV (NM-TRAN): a record begins with $ and a name of which three
letters suffice; & at the end of a line continues it; ; begins a comment.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.base.errors import InputError

Array = NDArray[np.float64]
NAMES = ("PROBLEM", "INPUT", "DATA", "SUBROUTINES", "MODEL", "PK", "PRED", "DES", "ERROR",
         "THETA", "OMEGA", "SIGMA", "ABBREVIATED", "ESTIMATION", "COVARIANCE", "TABLE", "MSFI",
         "SIMULATION", "SIZES", "PRIOR", "MIX", "AES", "BIND", "INFN")  # fmt: skip
# records whose names begin as others do: designs, priors, transformations of thetas
_OWN_NAMES = frozenset(
    ("DESIGN", "THETAP", "THETAPV", "THETAI", "THETAR", "OMEGAP", "OMEGAPD", "OMEGAT", "OMEGAI",
     "SIGMAP", "SIGMAPD", "SIGMAT", "SIGMAI", "ANNEAL", "OMIT", "SUPER", "SUBSET")
)  # fmt: skip
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][-+]?\d+)?"
_TOKEN = re.compile(rf"\(|\)|,|{_NUMBER}|-?INF\w*|[A-Za-z_]\w*(?:\s*\(\s*\d+\s*\))?|=", re.I)


class BadStreamError(InputError):
    """A control stream cannot be read as a model of formulas."""

    code = "TUN-009"
    next_step = "Write the model as formulas: docs/reference/model.md describes every key."


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRecord:
    """A record. lines: number and text of each, without comments and the record's name;
    remarks: what stood behind the comment sign, by line."""

    name: str
    line: int
    lines: tuple[tuple[int, str], ...]
    remarks: dict[int, str]

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theta:
    """An initial (or final) typical value."""

    value: float
    fixed: bool
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomEffectMatrix:
    """OMEGA or SIGMA: (N, N) matrix; which pairs stand in one block; remarks by place."""

    matrix: Array
    tied: frozenset[tuple[int, int]]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlStream:
    """A file's records, with the means to tell faults."""

    file: str
    records: tuple[ControlRecord, ...]

    def all(self, name: str) -> list[ControlRecord]:
        return [one for one in self.records if one.name == name]

    def fault(self, line: int | None, what: str, fix: str = "") -> BadStreamError:
        return BadStreamError(
            what, file=self.file, line=line, next_step=fix or BadStreamError.next_step
        )


def read_stream(text: str, file: str = "") -> ControlStream:
    """All records of a control stream."""
    found: list[ControlRecord] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line, _, remark = raw.partition(";")
        begun = re.match(r"\s*\$([A-Za-z]+)(.*)", line)
        if begun:
            name = _name(begun[1].upper())
            found.append(ControlRecord(name=name, line=number, lines=(), remarks={}))
            line = begun[2]
        if not found:
            continue
        last = found[-1]
        if remark.strip():
            last.remarks[number] = remark.strip()
        found[-1] = ControlRecord(
            name=last.name,
            line=last.line,
            lines=(*last.lines, (number, line.rstrip())),
            remarks=last.remarks,
        )
    if not found:
        raise BadStreamError("holds no record that begins with $", file=file)
    return ControlStream(file=file, records=tuple(found))


def _name(given: str) -> str:
    if given in _OWN_NAMES:
        return given
    return next((one for one in NAMES if one == given or one[:3] == given[:3]), given)


def statements(record: ControlRecord) -> Iterator[tuple[int, str]]:
    """Lines of code with their numbers, continued lines joined."""
    held, start = "", 0
    for number, text in record.lines:
        line = text.strip()
        start = start or number
        if line.endswith("&"):
            held += line[:-1] + " "
            continue
        whole = (held + line).strip()
        if whole:
            yield start, whole
        held, start = "", 0


def number_of(text: str) -> float:
    """A number of Fortran: 1.5D-2."""
    return float(text.upper().replace("D", "E"))


def thetas(stream: ControlStream) -> list[Theta]:
    """Every $THETA in order."""
    found: list[Theta] = []
    for record in stream.all("THETA"):
        for number, text in record.lines:
            told = _unnamed(_TOKEN.findall(text))
            remark = record.remarks.get(number, "")
            at = 0
            while at < len(told):
                if told[at] == "(":
                    end = told.index(")", at) if ")" in told[at:] else -1
                    if end < 0:
                        raise stream.fault(number, f"a bracket of $THETA is not closed: {text}")
                    inner, at = told[at + 1 : end], end + 1
                    if at < len(told) and told[at].upper().startswith("FIX"):
                        inner, at = [*inner, told[at]], at + 1
                    again = re.fullmatch(r"X(\d+)", told[at].upper()) if told[at:] else None
                    at += 1 if again else 0
                    one = _bounded(stream, number, inner, remark)
                    found += [one] * (int(again[1]) if again else 1)
                elif re.fullmatch(_NUMBER, told[at]):
                    fixed = at + 1 < len(told) and told[at + 1].upper().startswith("FIX")
                    found.append(Theta(value=number_of(told[at]), fixed=fixed, remark=remark))
                    at += 1 + fixed
                else:
                    raise stream.fault(number, f"$THETA {told[at]!r} is not understood")
    return found


def _unnamed(told: list[str]) -> list[str]:
    """Words of a $THETA without names as of NONMEM 7.5 (`CL=(0, 2)`), NAMES() and ABORT."""
    found: list[str] = []
    at = 0
    while at < len(told):
        word = told[at].upper()
        if at + 1 < len(told) and told[at + 1] == "=":
            at += 2
        elif word in ("NAMES", "NUMBERPOINTS", "NUMBERPTS") and told[at + 1 : at + 2] == ["("]:
            at = told.index(")", at) + 1 if ")" in told[at:] else len(told)
        elif word in ("ABORT", "NOABORT", "NOABORTFIRST", "UNCONSTRAINED"):
            at += 1
        else:
            found.append(told[at])
            at += 1
    return found


def _bounded(stream: ControlStream, line: int, inner: Sequence[str], remark: str) -> Theta:
    """(low, start, high), (low, start) or (start), with FIX anywhere behind."""
    fixed = any(one.upper().startswith("FIX") for one in inner)
    parts = [one for one in inner if one != "," and not one.upper().startswith("FIX")]
    if not parts or len(parts) > 3:
        raise stream.fault(line, f"$THETA ({' '.join(inner)}) is not understood")
    chosen = parts[0] if len(parts) == 1 else parts[1]
    if not re.fullmatch(_NUMBER, chosen):
        raise stream.fault(line, f"$THETA {chosen!r} is no number")
    return Theta(value=number_of(chosen), fixed=fixed, remark=remark)


def random_effect_matrix(stream: ControlStream, name: str) -> RandomEffectMatrix:
    """OMEGA or SIGMA of all its records: blocks one after another.

    Words of NM-TRAN: BLOCK(n), BLOCK(n) SAME(m), VARIANCE or STANDARD, COVARIANCE or
    CORRELATION, CHOLESKY, DIAGONAL(n), VALUES(diagonal, off), FIX, UNINT; (value)xn repeats.
    """
    blocks: list[Array] = []
    remarks: list[str] = []
    for record in stream.all(name):
        text = _repeated(stream, record, name)
        options = _options(stream, record, name, text)
        own = list(record.remarks.values())
        if options.same:
            if not blocks:
                raise stream.fault(record.line, f"${name} SAME has no block before it")
            for _ in range(options.same):
                blocks.append(blocks[-1])
                remarks += [""] * len(blocks[-1])
        elif options.size:
            blocks.append(_block(stream, record, options))
            remarks += [*own, *[""] * options.size][: options.size]
        else:
            values = [one**2 if options.deviations else one for one in options.numbers]
            blocks += [np.array([[one]]) for one in values]
            remarks += [*own, *[""] * len(values)][: len(values)]
    return _joined(stream, name, blocks, tuple(remarks))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What a record of $OMEGA or $SIGMA says beside its numbers. same: how often it repeats."""

    numbers: tuple[float, ...]
    size: int
    same: int
    deviations: bool
    correlations: bool
    cholesky: bool


_WORDS = re.compile(
    r"BLOCK|DIAG\w*|FIX\w*|SAME|VAR\w*|SD|STAN\w*|COV\w*|COR\w*|CHOL\w*|UNINT\w*|NAMES"
)


def _repeated(stream: ControlStream, record: ControlRecord, name: str) -> str:
    """The record's text with `(0.1)x3` written out, and VALUES(d, o) as a lower triangle."""
    text = " ".join(record.text.split()).upper()
    text = re.sub(r"\b[A-Z_]\w*\s*=\s*(?=[-+\d.(])", "", text)  # names as of NONMEM 7.5
    text = re.sub(rf"\(\s*({_NUMBER})((?:\s*[A-Z]+)*)\s*\)\s*X\s*(\d+)",
                  lambda one: " ".join([one[1] + one[2]] * int(one[3])), text)  # fmt: skip
    values = re.search(rf"VALUES\s*\(\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)", text)
    if values is None:
        return text
    size = re.search(r"BLOCK\s*\(\s*(\d+)\s*\)", text)
    if size is None:
        raise stream.fault(record.line, f"${name} VALUES needs BLOCK(n)")
    rows = [[values[2]] * row + [values[1]] for row in range(int(size[1]))]
    written = " ".join(one for row in rows for one in row)
    return text[: values.start()] + written + text[values.end() :]


def _options(stream: ControlStream, record: ControlRecord, name: str, text: str) -> _Options:
    size = re.search(r"BLOCK\s*\(\s*(\d+)\s*\)", text)
    same = re.search(r"SAME(?:\s*\(\s*(\d+)\s*\))?", text)
    rest = re.sub(r"NAMES\s*\([^)]*\)|(?:BLOCK|DIAG\w*|SAME)\s*\(\s*\d+\s*\)", " ", text)
    words = re.findall(r"[A-Z_]\w*", re.sub(_NUMBER, " ", rest))
    if unknown := [one for one in words if not _WORDS.fullmatch(one)]:
        raise stream.fault(record.line, f"${name} {unknown[0]} is not understood")
    numbers = [number_of(one) for one in re.findall(_NUMBER, rest)]

    def has(*starts: str) -> bool:
        return any(one.startswith(starts) for one in words)

    return _Options(
        numbers=tuple(numbers),
        size=int(size[1]) if size else (1 if re.search(r"BLOCK(?!\s*\()", text) else 0),
        same=(int(same[1]) if same[1] else 1) if same else 0,
        deviations=has("SD", "STAN"),
        correlations=has("COR"),
        cholesky=has("CHOL"),
    )


def _block(stream: ControlStream, record: ControlRecord, options: _Options) -> Array:
    """A block from its lower triangle; deviations and correlations become (co)variances."""
    size, numbers = options.size, options.numbers
    if len(numbers) != size * (size + 1) // 2:
        what = f"a block of {size} needs {size * (size + 1) // 2} numbers, not {len(numbers)}"
        raise stream.fault(record.line, what)
    found = np.zeros((size, size))
    found[np.tril_indices(size)] = numbers
    if options.cholesky:  # the numbers are L of L L'
        return np.asarray(found @ found.T)
    found = found + np.tril(found, -1).T
    if options.deviations:
        np.fill_diagonal(found, np.diag(found) ** 2)
    if options.correlations:
        spread = np.sqrt(np.diag(found))
        scaled = found * np.outer(spread, spread)
        np.fill_diagonal(scaled, np.diag(found))
        found = scaled
    return found


def _joined(
    stream: ControlStream, name: str, blocks: Sequence[Array], remarks: tuple[str, ...]
) -> RandomEffectMatrix:
    size = sum(len(one) for one in blocks)
    matrix, tied, at = np.zeros((size, size)), set(), 0
    for one in blocks:
        end = at + len(one)
        matrix[at:end, at:end] = one
        tied |= {(row, column) for row in range(at, end) for column in range(at, row)}
        at = end
    line = stream.all(name)[0].line if stream.all(name) else None
    if (np.diag(matrix) < 0).any():
        raise stream.fault(line, f"${name} holds a negative variance")
    return RandomEffectMatrix(matrix=matrix, tied=frozenset(tied), remarks=remarks)
