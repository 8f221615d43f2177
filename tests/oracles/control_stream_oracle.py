"""A second reading of NONMEM control streams: the code is run line by line, as numbers.

Written apart from the product and sharing nothing with it: abbreviated code becomes Python
statements, compartments are integrated by scipy, variances come from differences in EPS. It
reads what the tests need (NONMEM Users Guides IV and VI) and raises Unsure for all else.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import gammaln
from scipy.stats import norm

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][-+]?\d+)?"
ADVANS = {  # flows as (from, to, rate); 0 is out
    (1, 1): "1>0:K", (1, 2): "1>0:CL/V",
    (2, 1): "1>2:KA 2>0:K", (2, 2): "1>2:KA 2>0:CL/V",
    (3, 1): "1>0:K 1>2:K12 2>1:K21", (3, 3): "1>0:CL/V 1>2:Q/V 2>1:Q/(VSS-V)",
    (3, 4): "1>0:CL/V1 1>2:Q/V1 2>1:Q/V2",
    (4, 1): "1>2:KA 2>0:K 2>3:K23 3>2:K32",
    (4, 3): "1>2:KA 2>0:CL/V 2>3:Q/V 3>2:Q/(VSS-V)",
    (4, 4): "1>2:KA 2>0:CL/V2 2>3:Q/V2 3>2:Q/V3",
    (11, 1): "1>0:K 1>2:K12 2>1:K21 1>3:K13 3>1:K31",
    (11, 4): "1>0:CL/V1 1>2:Q2/V1 2>1:Q2/V2 1>3:Q3/V1 3>1:Q3/V3",
    (12, 1): "1>2:KA 2>0:K 2>3:K23 3>2:K32 2>4:K24 4>2:K42",
    (12, 4): "1>2:KA 2>0:CL/V2 2>3:Q3/V2 3>2:Q3/V3 2>4:Q4/V2 4>2:Q4/V4",
}  # fmt: skip
OBSERVED = {1: 1, 2: 2, 3: 1, 4: 2, 10: 1, 11: 1, 12: 2}
SIZE = {1: 1, 2: 2, 3: 2, 4: 3, 10: 1, 11: 3, 12: 4}


class UnsureError(Exception):
    """The oracle does not read this; nothing is compared."""


@dataclass(frozen=True, slots=True)
class Dose:
    """A bolus into a compartment (0: the default) at a time."""

    time: float
    amount: float
    compartment: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A record at which Y is wanted, with the data items of its row."""

    time: float
    row: Mapping[str, float]


class Oracle:
    """One stream's equations as functions of numbers."""

    def __init__(self, text: str) -> None:
        self.records = _records(text)
        words = {**_named(self.records), **_replacements(self.records)}
        self.blocks = {
            name: _python(self._text(name), words)
            for name in ("PK", "PRED", "DES", "ERROR")
            if self._text(name)
        }
        self.theta = _thetas(self._all("THETA"))
        self.sigma = _matrix(self._all("SIGMA"))
        self.etas = len(_matrix(self._all("OMEGA")))
        told = " ".join(self._all("SUBROUTINES")).upper()
        advan = re.search(r"ADVAN\s*=?\s*(\d+)", told)
        trans = re.search(r"TRANS\s*=?\s*(\d+)", told)
        self.advan = int(advan[1]) if advan else 0
        self.trans = int(trans[1]) if trans else 1
        self.names = _compartments(self._all("MODEL"))
        told = re.sub(
            r"\w+\s*=\s*(DROP|SKIP)|(DROP|SKIP)\s*=\s*\w+", "", self._text("INPUT").upper()
        )
        self.items = set(re.findall(r"[A-Z_]\w*", told))

    def _all(self, name: str) -> list[str]:
        return [text for told, text in self.records if told == name]

    def _text(self, name: str) -> str:
        return "\n".join(self._all(name))

    def observed(
        self, eta: Sequence[float], doses: Sequence[Dose], asked: Sequence[Asked]
    ) -> list[tuple[float, float]]:
        """Y without EPS, and its variance to first order, at each record asked for."""
        if "PRED" in self.blocks:
            return [self._seen("PRED", {}, eta, one, None) for one in asked]
        values = self._run("PK", {}, eta, asked[0].row)
        states = self._states(values, eta, doses, asked)
        return [
            self._seen("ERROR", values, eta, one, state)
            for one, state in zip(asked, states, strict=True)
        ]

    def _run(
        self, block: str, start: Mapping[str, float], eta: Sequence[float],
        row: Mapping[str, float], **more: Any,
    ) -> dict[str, float]:  # fmt: skip
        space: dict[str, Any] = defaultdict(float, start)
        space.update(row)
        space.update(
            THETA=[math.nan, *self.theta], ETA=[math.nan, *eta, *[0.0] * 20], EPS=[0.0] * 30,
            ERR=[0.0] * 30, A=[0.0] * 40, DADT=[0.0] * 40, A_0=defaultdict(float), P=[0.0] * 40,
            ICALL=2.0, NEWIND=1.0, **_MATHS,
        )  # fmt: skip
        space.update(more)
        try:
            exec(self.blocks[block], {"__builtins__": {}}, space)
        except (ZeroDivisionError, OverflowError, ValueError):
            raise UnsureError("no number with these data") from None
        return space

    def _seen(
        self, block: str, values: Mapping[str, float], eta: Sequence[float], one: Asked,
        state: np.ndarray | None,
    ) -> tuple[float, float]:  # fmt: skip
        place = int(one.row.get("CMT", 0)) if "CMT" in self.items else 0
        place = place or self._observed_place(values)

        def y(eps: np.ndarray) -> float:
            more: dict[str, Any] = {"EPS": [0.0, *eps, *[0.0] * 20]}
            more["ERR"] = more["EPS"]
            if state is not None:
                scale = values.get(f"S{place}", 1.0) or 1.0
                more["A"] = [0.0, *state, *[0.0] * 20]
                more["F"] = state[place - 1] / scale
            more["TIME"] = more["T"] = one.time
            found = self._run(block, values, eta, one.row, **more)
            if found.get("F_FLAG", 0.0):
                raise UnsureError("F_FLAG")
            return float(found["Y"])

        count = len(self.sigma)
        middle, step = y(np.zeros(count)), 1e-4
        slopes = np.array(
            [(y(step * row) - y(-step * row)) / (2 * step) for row in np.eye(count)]
        ).reshape(count)
        return middle, float(slopes @ self.sigma @ slopes)

    def _observed_place(self, values: Mapping[str, float]) -> int:
        if self.advan in OBSERVED:
            return OBSERVED[self.advan]
        if not self.names:
            return 1
        marked = [at for at, (_, rest) in enumerate(self.names, 1) if "DEFOBS" in rest]
        central = [at for at, (name, _) in enumerate(self.names, 1) if name == "CENTRAL"]
        return (marked + central + [1])[0]

    @property
    def default_dose(self) -> int:
        """The compartment that doses enter where no CMT is told."""
        if not self.names:
            return 1
        marked = [at for at, (_, rest) in enumerate(self.names, 1) if re.search("DEFDOS", rest)]
        depot = [at for at, (name, _) in enumerate(self.names, 1) if name == "DEPOT"]
        return (marked + depot + [1])[0]

    def _states(
        self, values: dict[str, float], eta: Sequence[float], doses: Sequence[Dose],
        asked: Sequence[Asked],
    ) -> list[np.ndarray]:  # fmt: skip
        slopes, size = self._slopes(values, eta, asked[0].row)
        started = values["A_0"]
        now, state = 0.0, np.array([started[at + 1] for at in range(size)], float)  # type: ignore[index]
        events: list[tuple[float, int, Any]] = []
        for order, one in enumerate(doses):
            into = one.compartment or self.default_dose
            lag = values.get(f"ALAG{into}", 0.0)
            share = values.get(f"F{into}", 1.0) if f"F{into}" in values else 1.0
            events.append((one.time + lag, order, (into, one.amount * share)))
        events += [(one.time, 10_000 + order, None) for order, one in enumerate(asked)]
        found = []
        for time, _, what in sorted(events, key=lambda one: (one[0], one[1])):
            if time > now:
                run = solve_ivp(
                    slopes, (now, time), state, method="LSODA", rtol=1e-10, atol=1e-18
                )
                if not run.success:
                    raise UnsureError("no solution")
                state, now = run.y[:, -1], time
            if what is None:
                found.append(state.copy())
            else:
                state = state.copy()
                state[what[0] - 1] += what[1]
        return found

    def _slopes(
        self, values: dict[str, float], eta: Sequence[float], row: Mapping[str, float]
    ) -> tuple[Callable[[float, np.ndarray], np.ndarray], int]:
        if self.advan in SIZE or self.advan in (5, 7):
            return self._linear(values)
        if "DES" not in self.blocks:
            raise UnsureError("no $DES")
        size = len(self.names)

        def slope(time: float, state: np.ndarray) -> np.ndarray:
            found = self._run(
                "DES", values, eta, row, A=[0.0, *state, *[0.0] * 20], DADT=[0.0] * 60, T=time,
                TIME=time,
            )  # fmt: skip
            return np.array(found["DADT"][1 : size + 1], float)  # type: ignore[index]

        return slope, size

    def _linear(
        self, values: dict[str, float]
    ) -> tuple[Callable[[float, np.ndarray], np.ndarray], int]:
        if self.advan == 10:
            vm, km = values["VM"], values["KM"]
            return lambda _, x: np.array([-vm * x[0] / (km + x[0])]), 1
        if self.advan in (5, 7):
            size, flows = len(self.names), []
            for name, value in values.items():
                told = re.fullmatch(r"K(\d)(\d)", name) or re.fullmatch(r"K(\d+)T(\d+)", name)
                if told and 1 <= int(told[1]) <= size:
                    flows.append((int(told[1]), int(told[2]), value))
        else:
            if (self.advan, self.trans) not in ADVANS:
                raise UnsureError(f"ADVAN{self.advan} TRANS{self.trans}")
            size, flows = SIZE[self.advan], []
            for one in ADVANS[self.advan, self.trans].split():
                way, rate = one.split(":")
                start, end = (int(place) for place in way.split(">"))
                try:
                    flow = float(eval(rate, {}, dict(values)))
                except ZeroDivisionError:
                    raise UnsureError("no number with these data") from None
                flows.append((start, end, flow))
        matrix = np.zeros((size, size))
        for start, end, value in flows:
            matrix[start - 1, start - 1] -= value
            if 1 <= end <= size:
                matrix[end - 1, start - 1] += value
        return lambda _, x: matrix @ x, size


_MATHS = {
    "EXP": lambda x: math.exp(min(x, 700.0)),
    "LOG": lambda x: math.log(x) if x > 0 else math.nan,
    "LOG10": math.log10, "SQRT": math.sqrt, "ABS": abs, "SIN": math.sin, "COS": math.cos,
    "PHI": lambda x: float(norm.cdf(x)), "GAMLN": lambda x: float(gammaln(x)),
    "INT": lambda x: float(int(x)), "MOD": math.fmod, "MIN": min, "MAX": max, "TAN": math.tan,
    "DEXP": math.exp, "DLOG": math.log, "DSQRT": math.sqrt, "PEXP": math.exp, "PLOG": math.log,
    "ATAN": math.atan, "LAST": 0.0,
}  # fmt: skip
_OPS = {".EQ.": "==", ".NE.": "!=", ".LT.": "<", ".LE.": "<=", ".GT.": ">", ".GE.": ">=",
        ".AND.": " and ", ".OR.": " or ", ".NOT.": " not ", "/=": "!=", ".EQN.": "==",
        ".NEN.": "!="}  # fmt: skip
_SKIPPED = ("EXIT", "WRITE", "PRINT", "OPEN", "CLOSE", "COMRES", "CONTINUE", "(ONLY", "(OBS")
_INDEXED = r"\b(THETA|ETA|EPS|ERR|A|A_0|DADT|P)\s*\(\s*(\d+)\s*\)"


def _records(text: str) -> list[tuple[str, str]]:
    names = {
        "SUB": "SUBROUTINES",
        "PK": "PK",
        "PRE": "PRED",
        "DES": "DES",
        "ERR": "ERROR",
        "THE": "THETA",
        "OME": "OMEGA",
        "SIG": "SIGMA",
        "MOD": "MODEL",
        "INP": "INPUT",
        "ABB": "ABBREVIATED",
    }
    exact = {"DESIGN", "PRIOR"} | {
        f"{one}{end}"
        for one in ("THETA", "OMEGA", "SIGMA")
        for end in ("P", "PV", "PD", "I", "R", "T")
    }
    found: list[tuple[str, str]] = []
    for raw in text.splitlines():
        line = raw.split(";")[0].rstrip()
        begun = re.match(r"\s*\$([A-Za-z]+)(.*)", line)
        if begun:
            word = begun[1].upper()
            if word in exact:
                word = "XXX"
            found.append((names.get(word[:3], word), begun[2]))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + "\n" + line)
    return found


def _replacements(records: Sequence[tuple[str, str]]) -> dict[str, str]:
    found = {}
    for name, text in records:
        if name == "ABBREVIATED":
            for left, right in re.findall(
                r"REPLACE\s+(\S+?)\s*=\s*(\S+)", text.upper().replace(" (", "(")
            ):
                lefts, rights = (re.findall(r"\w+", one)[1:] or [""] for one in (left, right))
                head, tail = left.split("(")[0], right.split("(")[0]
                if "(" not in left:
                    found[left] = right
                    continue
                if len(lefts) == len(rights):
                    for a, b in zip(lefts, rights, strict=True):
                        pair = (f"{head}({a})", f"{tail}({b})") if b else (head, tail)
                        found[pair[0]] = pair[1]
                else:
                    item = lefts[0].split("_")[0]
                    chosen = [
                        f"{tail}({one})*({item}=={at})" for at, one in enumerate(rights, 1)
                    ]
                    found[left] = f"({'+'.join(chosen)})"
        if name == "INPUT":
            for word in re.sub(r"\s*=\s*", "=", text.upper()).replace(",", " ").split():
                a, _, b = word.partition("=")
                if b and not {a, b} & {"DROP", "SKIP"}:
                    reserved = {"DV", "TIME", "ID", "AMT", "EVID", "CMT", "MDV", "RATE", "DVID"}
                    ours, other = (b, a) if b in reserved else (a, b)
                    found[other] = ours
    return found


def _named(records: Sequence[tuple[str, str]]) -> dict[str, str]:
    """THETA(CL) of `$THETA CL=1`, one name to a number and no list."""
    found: dict[str, str] = {}
    for record, word in (("THETA", "THETA"), ("OMEGA", "ETA"), ("SIGMA", "EPS")):
        text = " ".join(told for name, told in records if name == record).upper()
        named = re.findall(rf"([A-Z_]\w*)\s*=\s*(?:\([^()]*\)|{NUMBER})", text)
        if named and not re.search(r"NAMES|BLOCK", text):
            found |= {f"{word}({name})": f"{word}({at})" for at, name in enumerate(named, 1)}
    return found


def _python(text: str, words: Mapping[str, str]) -> Any:
    """Abbreviated code as a compiled body of Python statements."""
    lines, depth, held = [], 0, ""
    for raw in text.splitlines():
        line = held + raw.strip()
        held = ""
        if line.endswith("&"):
            held = line[:-1] + " "
            continue
        if not line:
            continue
        code = _translated(line.upper(), words)
        if code.startswith(_SKIPPED):
            continue
        if re.match(r'"|CALL\b|DO\b|DOWHILE|RETURN', code):
            raise UnsureError(line)
        closing = re.fullmatch(r"END\s*IF", code)
        if closing or re.match(r"ELSE", code):
            depth -= 1
        if closing:
            continue
        lines += ["    " * depth + statement for statement in _statement(code)]
        if lines and lines[-1].endswith(":"):
            lines.append("    " * (depth + 1) + "pass")
            depth += 1
    return compile("\n".join(lines) or "pass", "stream", "exec")


def _translated(line: str, words: Mapping[str, str]) -> str:
    for old, new in words.items():
        form = re.escape(old).replace(r"\(", r"\s*\(\s*").replace(r"\)", r"\s*\)")
        line = re.sub(rf"(?<![\w.]){form}(?!\w)", new, line)
    for old, new in _OPS.items():
        line = line.replace(old, new)
    line = re.sub(r"(?<![A-Z_])(\d+\.?\d*|\.\d+)D([-+]?\d+)", r"\1E\2", line)
    return re.sub(_INDEXED, r"\1[\2]", line)


def _statement(code: str) -> list[str]:
    told = re.match(r"(ELSE\s*)?IF\s*\(", code)
    if code == "ELSE":
        return ["else:"]
    if not told:
        return [code]
    depth = 0
    for place in range(told.end() - 1, len(code)):
        depth += {"(": 1, ")": -1}.get(code[place], 0)
        if depth == 0:
            break
    inside, rest = code[told.end() : place], code[place + 1 :].strip()
    word = "elif" if told[1] else "if"
    if rest == "THEN":
        return [f"{word} {inside}:"]
    return [] if rest.startswith((*_SKIPPED, "CALL")) else [f"if {inside}: {rest}"]


def _value(text: str) -> float:
    return float(text.upper().replace("D", "E"))


def _thetas(records: Sequence[str]) -> list[float]:
    found = []
    for text in records:
        plain = re.sub(r"\bNAMES\s*\([^)]*\)|\b[A-Z_]\w*\s*=", " ", text, flags=re.I)
        plain = re.sub(r"NOABORT\w*|ABORT", " ", plain, flags=re.I)
        again = r"(\([^()]*\))\s*X(\d+)"
        plain = re.sub(again, lambda one: one[1] * int(one[2]), plain, flags=re.I)
        for inner, alone in re.findall(rf"\(([^)]*)\)|({NUMBER})", plain):
            if alone:
                found.append(_value(alone))
                continue
            parts = [
                one
                for one in re.split(r"[,\s]+", re.sub("FIX\\w*", " ", inner, flags=re.I))
                if one
            ]
            chosen = parts[0] if len(parts) == 1 else parts[1]
            if not re.fullmatch(NUMBER, chosen):
                raise UnsureError(f"$THETA {inner}")
            found.append(_value(chosen))
    return found


def _matrix(records: Sequence[str]) -> np.ndarray:
    """Block by block: variances, BLOCK, SAME, VALUES, and (value)xN."""
    blocks: list[np.ndarray] = []
    for text in records:
        up = " ".join(text.upper().split())
        if re.search(r"CHOL|COR|STAN|\bSD\b", up):
            raise UnsureError("words of $OMEGA")
        size = re.search(r"BLOCK\s*\(\s*(\d+)\s*\)", up)
        same = re.search(r"SAME(?:\s*\(\s*(\d+)\s*\))?", up)
        both = re.search(rf"VALUES\s*\(\s*({NUMBER})\s*,\s*({NUMBER})\s*\)", up)
        rest = re.sub(r"NAMES\s*\([^)]*\)|(BLOCK|DIAG\w*|SAME)\s*\(\s*\d+\s*\)", " ", up)
        rest = re.sub(r"[A-Z_]\w*\s*=", " ", rest)
        again = rf"\(\s*({NUMBER})[^()]*\)\s*X\s*(\d+)"
        rest = re.sub(again, lambda one: f" {one[1]}" * int(one[2]), rest)
        words = re.sub(r"[A-Z_]\w*(?<!E)", " ", rest)
        numbers = [_value(one) for one in re.findall(NUMBER, words)]
        if same:
            blocks += [blocks[-1]] * int(same[1] or 1)
        elif size and both:
            off, n = _value(both[2]), int(size[1])
            blocks.append(np.full((n, n), off) + np.eye(n) * (_value(both[1]) - off))
        elif size:
            block = np.zeros((int(size[1]),) * 2)
            if len(numbers) != int(size[1]) * (int(size[1]) + 1) // 2:
                raise UnsureError("a block's numbers")
            block[np.tril_indices(int(size[1]))] = numbers
            blocks.append(block + np.tril(block, -1).T)
        else:
            blocks += [np.array([[one]]) for one in numbers]
    total = sum(len(one) for one in blocks)
    found, at = np.zeros((total, total)), 0
    for one in blocks:
        found[at : at + len(one), at : at + len(one)] = one
        at += len(one)
    return found


def _compartments(records: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for text in records:
        found += re.findall(r"\bCOMP\w*\s*=?\s*\(?\s*([A-Z_]\w*)([^)\n]*)\)?", text.upper())
    count = re.search(r"NCOMP\w*\s*=?\s*(\d+)", " ".join(records).upper())
    found += [("X", "")] * (int(count[1]) - len(found) if count else 0)
    return found
