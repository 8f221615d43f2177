"""Tables of schedules and of our own measurements, as CSV that a reader has made plain."""

import csv
from collections.abc import Mapping
from datetime import date

from nanoward.audit.claims.claim_types import AuditPlan
from nanoward.audit.claims.mapped_tables import BadMappingError, number_of_text, value_of_text
from nanoward.audit.claims.schedule import ExpectedClaim
from nanoward.audit.evidence.comparison import Measured
from nanoward.base.errors import InputError

MEASURED = ("type", "item", "value")
SCHEDULE = ("partner", "type", "item", "due")


class BadAuditTableError(InputError):
    """A table of a schedule or of measurements lacks a column, or a row cannot be read."""

    code = "AUD-014"
    next_step = "Correct the table; docs/howto/check-a-partner.md lists its columns."


def rows_of(content: bytes, needed: tuple[str, ...], file: str = "") -> list[dict[str, str]]:
    """Rows of a CSV in UTF-8; BadAuditTableError where a needed column is not there."""
    reader = csv.DictReader(content.decode("utf-8-sig").splitlines())
    lost = [one for one in needed if one not in (reader.fieldnames or ())]
    if lost:
        raise BadAuditTableError(f"the table has no column {lost[0]!r}", file=file, line=1)
    return [{k: v or "" for k, v in row.items() if isinstance(k, str)} for row in reader]


def measured_of(content: bytes, plan: AuditPlan, file: str = "") -> list[Measured]:
    """Our measurements; the first row that cannot be read ends it."""
    return [
        _measured(row, plan, line, file)
        for line, row in enumerate(rows_of(content, MEASURED, file), 2)
    ]


def _measured(row: Mapping[str, str], plan: AuditPlan, line: int, file: str) -> Measured:
    kind = plan.types.get(row["type"])
    if kind is None:
        raise BadAuditTableError(f"{row['type']!r} is no type of [audit.types]", file=file,
                                 line=line, column="type")  # fmt: skip
    try:
        replicates = number_of_text(row.get("replicates", ""), "replicates")
        return Measured(
            type=row["type"],
            item=row["item"],
            period=row.get("period", ""),
            value=value_of_text(row["value"], kind.kind),
            uncertainty=number_of_text(row.get("uncertainty", ""), "uncertainty"),
            level=number_of_text(row.get("level", ""), "level"),
            replicates=int(replicates) if replicates >= 1 else kind.replicates,
            produced=row.get("produced", "").strip().lower() not in ("no", "false", "0", "n"),
        )
    except BadMappingError as fault:
        raise BadAuditTableError(
            fault.what, file=file, line=line, column=fault.column
        ) from None


def schedule_of(content: bytes, plan: AuditPlan, file: str = "") -> list[ExpectedClaim]:
    """Who owes what by when; a partner or type that the plan does not know is refused."""
    found = []
    for line, row in enumerate(rows_of(content, SCHEDULE, file), 2):
        for name, known in (("partner", plan.partners), ("type", plan.types)):
            if row[name] not in known:
                raise BadAuditTableError(
                    f"{row[name]!r} is no {name} of [audit]", file=file, line=line, column=name
                )
        try:
            due = date.fromisoformat(row["due"].strip())
        except ValueError:
            raise BadAuditTableError(
                f"{row['due']!r} is no day", file=file, line=line, column="due"
            ) from None
        found.append(
            ExpectedClaim(
                partner=row["partner"],
                type=row["type"],
                item=row["item"],
                period=row.get("period", ""),
                due=due,
            )
        )
    return found
