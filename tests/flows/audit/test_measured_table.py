"""Tables of schedules and measurements: read whole, or refused with the place."""

import pytest

from nanoward.audit.claims.claim_types import AuditPlan, ClaimType
from nanoward.flows.audit.measured_table import BadAuditTableError, measured_of, schedule_of

PLAN = AuditPlan(
    partners={"north": "ab" * 32},
    types={"iron": ClaimType(name="iron", kind="continuous", unit="mg/L", sd=1.0)},
)


def test_rows_become_measurements_and_owed_claims() -> None:
    text = (
        b"type,item,period,value,replicates,produced\niron,S1,2026,1;2,3,\niron,S2,2026,,,no\n"
    )
    one, two = measured_of(text, PLAN)
    assert (one.value, one.replicates, one.produced) == ((1.0, 2.0), 3, True)
    assert (two.value, two.replicates, two.produced) == (None, 2, False)
    (owed,) = schedule_of(b"partner,type,item,due\nnorth,iron,S1,2026-01-05\n", PLAN)
    assert owed.item == "S1"


@pytest.mark.parametrize(
    "text",
    ["type,item\niron,S1\n", "type,item,value\nlead,S1,1\n", "type,item,value\niron,S1,x\n"],
    ids=["column", "type", "value"],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadAuditTableError):
        measured_of(text.encode(), PLAN)


@pytest.mark.parametrize("row", ["east,iron,S1,2026-01-05", "north,x,S1,2026-01-05",
                                 "north,iron,S1,soon"])  # fmt: skip
def test_a_schedule_of_somebody_else_is_refused(row: str) -> None:
    with pytest.raises(BadAuditTableError):
        schedule_of(f"partner,type,item,due\n{row}\n".encode(), PLAN)
