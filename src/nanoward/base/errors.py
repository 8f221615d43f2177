"""Faults and refusals, as exceptions. Problems in data are not exceptions: see findings.py.

NanowardError                    code, message, next_step
├── UsageError        exit 2     asked for in a way we cannot understand
├── InputError        exit 3     a document does not hold what it claims to (file, line)
├── RefusedError      exit 4     a safety or consent rule said no; nothing was done
├── IntegrityError    exit 5     ledger or signature does not verify; stop everything
└── OutsideError      exit 6     a driver, disk or network failed; says if anything was done
(findings present: exit 1; anything else is our bug: exit 70)

Rooms and adapters subclass one of the five, beside the code that raises them, each with a
stable code of its own and a next step that a person can take.
"""

from typing import Any, ClassVar


class NanowardError(Exception):
    """Something that we raise on purpose."""

    code: ClassVar[str] = "NWD-000"
    exit_code: ClassVar[int] = 70
    next_step: str = "Report this with the command that you typed."

    def __init__(self, message: str, *, next_step: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if next_step is not None:
            self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.code}: {self.message}\n  what to do: {self.next_step}"

    def __reduce__(self) -> tuple[Any, ...]:
        """As it is, whatever its class asks for when it is made: workers hand errors back."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[NanowardError], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    made = kind.__new__(kind)
    made.args = args
    made.__dict__.update(state)
    return made


class UsageError(NanowardError):
    """Asked for in a way we cannot understand."""

    code = "USE-001"
    exit_code = 2
    next_step = "See the command's --help."


class InputError(NanowardError):
    """A document does not hold what it claims to."""

    code = "INP-001"
    exit_code = 3
    next_step = "Correct the document and run the command again."

    def __init__(
        self,
        message: str,
        *,
        file: str = "",
        line: int | None = None,
        column: str = "",
        next_step: str | None = None,
    ) -> None:
        place = ":".join(str(part) for part in (file, line) if part not in ("", None))
        within = f" (column {column})" if column else ""
        super().__init__(
            f"{place}: {message}{within}" if place else message, next_step=next_step
        )
        self.what, self.file, self.line, self.column = message, file, line, column


class NotInDataError(InputError):
    """The plan asks for something that the data do not hold; other rooms can go on."""

    code = "INP-002"
    next_step = "Correct the plan, or the file that should hold it."


class RefusedError(NanowardError):
    """A safety or consent rule said no; nothing was done."""

    code = "REF-001"
    exit_code = 4
    next_step = "Read the reasons; nothing was done."


class IntegrityError(NanowardError):
    """Ledger, blob or signature does not verify; stop everything."""

    code = "INT-001"
    exit_code = 5
    next_step = "Stop. Keep the files as they are and compare them with the last good copy."


class OutsideError(NanowardError):
    """A driver, disk or network failed."""

    code = "OUT-001"
    exit_code = 6
    next_step = "Nothing more was done; put the cause right and run the command again."
