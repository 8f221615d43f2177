"""Room 7. Is the ledger whole, and did partners tell the truth?"""

SECTIONS = {
    "audit": (
        "nanoward.audit.claims.claim_types:AuditPlan",
        "nanoward.audit.claims.claim_types:audit_plan",
    )
}
