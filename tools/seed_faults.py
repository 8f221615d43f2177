"""Draw single-line faults from what decides about people, by a rule and not by hand.

python tools/seed_faults.py             lists them
python tools/seed_faults.py --each 3    so many of each file
python tools/mutants.py drawn           seeds them, one at a time

The choice is made by hashes of the lines, so that it is nobody's, and the same until a line
changes. Faults that change nothing that anybody could see stand in tests/mutants/equal.txt,
each with its reason, and are not drawn.
"""

import ast
import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "nanoward"
EQUAL = ROOT / "tests" / "mutants" / "equal.txt"
# folders and files whose answers decide about a person
DECIDING = (
    "control", "adapters/accounts", "adapters/formats", "faces/service/identity",
    "flows/access", "flows/audit", "flows/council", "flows/exit", "flows/intake",
    "flows/killcode", "flows/messages", "flows/orders", "flows/pregnancies",
    "agents", "audit/evidence", "audit/claims", "audit/receipts.py", "audit/tree.py",
    "audit/witnessing.py", "audit/verification.py", "clearance/standing", "clearance/consent",
    "clearance/monitoring", "clearance/sdtm", "clearance/policy", "clearance/wellbeing",
    "clearance/grading/grading.py", "clearance/grading/vital_signs.py", "tuning/dosing",
    "programme/agreements", "programme/council", "programme/exposed", "programme/lodging",
    "programme/messages", "programme/pregnancies", "programme/urgent", "programme/visits",
    "programme/access", "watch/incidents", "bonds/contacts", "flows/clearance",
    "flows/consent", "flows/lots",
)  # fmt: skip
OTHER = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip
WRITTEN = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
EACH = 2
Fault = tuple[int, str, str]  # line, the line, the line with the fault


def faults(text: str) -> Iterator[Fault]:
    """Every fault that this tool knows to make in a file, one line each."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        for row, start, end, put in _changes(node, lines):
            line = lines[row - 1]
            changed = line[:start] + put + line[end:]
            if changed != line and text.count(line.strip()) == 1:
                yield row, line.strip(), changed.strip()


def _changes(node: ast.AST, lines: Sequence[str]) -> Iterator[tuple[int, int, int, str]]:
    """Row, first and last column, and what to write there."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            yield from _between(left, right, WRITTEN[type(op)], OTHER[type(op)], lines)
        case ast.BoolOp(op=op, values=values):
            word, put = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
            yield from _between(values[0], values[1], word, put, lines)
        case ast.UnaryOp(op=ast.Not(), operand=inner) if inner.lineno == node.lineno:
            yield node.lineno, node.col_offset, inner.col_offset, ""
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            pass
        case ast.If(test=test) if test.lineno == test.end_lineno:
            yield test.lineno, test.col_offset, test.end_col_offset or 0, "False"
        case ast.Return(value=ast.Constant(value=bool() as said) as value):
            yield value.lineno, value.col_offset, value.end_col_offset or 0, str(not said)
        case ast.Call(func=ast.Name(id=name) as func) if name in SWAPPED:
            yield func.lineno, func.col_offset, func.end_col_offset or 0, SWAPPED[name]
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            word, put = ("+", "-") if isinstance(op, ast.Add) else ("-", "+")
            if not _is_text(left) and not _is_text(right):
                yield from _between(left, right, word, put, lines)


def _between(
    left: ast.expr, right: ast.expr, word: str, put: str, lines: Sequence[str]
) -> Iterator[tuple[int, int, int, str]]:
    """The operator between two operands, where it stands on one line with both."""
    if left.end_lineno != right.lineno or left.end_col_offset is None:
        return
    line = lines[right.lineno - 1]
    if not line.isascii():  # columns are bytes
        return
    at = line.find(word, left.end_col_offset, right.col_offset)
    if at >= 0:
        yield right.lineno, at, at + len(word), put


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    return isinstance(node, ast.JoinedStr | ast.List | ast.Tuple | ast.ListComp)


def drawn(text: str, name: str, each: int, equal: frozenset[str]) -> list[Fault]:
    """Some faults of a file, on different lines, by the hashes of what is written there."""
    found = sorted(
        (hashlib.sha256(f"{name}\n{find}\n{put}".encode()).hexdigest(), row, find, put)
        for row, find, put in faults(text)
        if f"{name}: {find} -> {put}" not in equal
    )
    lines: dict[int, Fault] = {}
    for _, row, find, put in found:
        if len(lines) < each and row not in lines and _is_program(text.replace(find, put)):
            lines[row] = (row, find, put)
    return [lines[row] for row in sorted(lines)]


def _is_program(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def deciding() -> list[Path]:
    """The files that this tool draws from: those that do something, and so have a test."""
    found = {
        file
        for one in DECIDING
        for file in ([SOURCE / one] if one.endswith(".py") else (SOURCE / one).rglob("*.py"))
    }
    return sorted(file for file in found if mirrored(file).exists())


def mirrored(file: Path) -> Path:
    """The test file of a module."""
    return ROOT / "tests" / file.relative_to(SOURCE).parent / f"test_{file.name}"


def equal_faults() -> frozenset[str]:
    """Faults that nobody can see: FILE: LINE -> LINE, and behind two spaces and # why."""
    lines = EQUAL.read_text(encoding="utf-8").splitlines() if EQUAL.exists() else []
    return frozenset(one.rsplit("  # ", 1)[0] for one in lines if one and one[0] != "#")


def all_drawn(each: int = EACH) -> list[tuple[str, str, str]]:
    """File, line and line with the fault, of every file that is drawn from."""
    equal = equal_faults()
    return [
        (name, find, put)
        for file in deciding()
        for name in (str(file.relative_to(ROOT)),)
        for _, find, put in drawn(file.read_text(encoding="utf-8"), name, each, equal)
    ]


def main() -> None:
    each = int(sys.argv[sys.argv.index("--each") + 1]) if "--each" in sys.argv else EACH
    found = all_drawn(each)
    for name, find, put in found:
        print(f"{name}: {find} -> {put}")
    print(f"{len(found)} faults")


if __name__ == "__main__":
    main()
