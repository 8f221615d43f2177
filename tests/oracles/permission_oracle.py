"""A second reading of who may do what, written by hand from the rules and sharing no code.

45 CFR 46.116(b)(8): leaving is without penalty or loss of benefits, so what protects a person
is open whatever they have done, and what takes from them is open never. Whatever starts or
raises needs a consent in force, a standing that is cleared and recent, and, for an order, a
fresh and plausible reading while no kill code is at work.
"""

PROTECTS = {
    "withdraw",
    "doubt",
    "safety follow-up",
    "adverse event report",
    "flush",
    "kill code",
    "pay owed",
    "own record",
}
TAKES = {"pay reduction", "clawback", "forfeiture"}
IN_THE_STUDY = {"screened", "cleared", "held", "recalled"}
SIGNED_ONCE = {"active", "superseded", "expired", "demanded anew"}


def expected(act: str, standing: str, age: str, consent: str, reading: str, lease: str) -> bool:
    if act in PROTECTS or act in TAKES:
        return act in PROTECTS
    if act in ("visit", "assessment", "message"):  # how a person comes to a new consent
        return standing in IN_THE_STUDY and consent in SIGNED_ONCE
    if consent != "active":
        return False
    if act == "sample":
        return standing in IN_THE_STUDY - {"recalled"}
    if act == "data use":
        return standing in IN_THE_STUDY | {"completed"}
    starts = standing == "cleared" and age == "within the interval"
    if act == "dose":
        return starts
    assert act == "order"
    return starts and reading == "fresh" and lease in ("none", "running")
