"""What partners claim and how it is held against our own measurement: the plan's [audit]."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nanoward.base.errors import InputError
from nanoward.base.plan_keys.keys import key_names, stated
from nanoward.base.sections import rules_of
from nanoward.base.units import UnknownUnit, unit_of

KINDS = (
    *("continuous", "count", "proportion", "time", "presence", "balance", "date", "identity"),
    "sequence",
)
BENEFITS = ("high", "low", "none")


class BadAuditPlanError(InputError):
    """The plan's [audit] holds something that is not understood."""

    code = "AUD-011"
    next_step = "Correct [audit] in programme.toml; see docs/howto/check-a-partner.md."


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimType:
    """One thing that is claimed. It stands on the ledger before the claims that it judges.

    name        of the type
    kind        how claim and measurement are compared
    unit        UCUM; "" for what has none
    relative    whether `sd` is a share of the value
    sd          agreed SD of one measurement, of either side, in `unit` (relative where
                `relative`); what a claim says of itself counts only where it is wider, and up
                to 1.5 times this
    benefit     which direction is good for the partner: high, low, or none
    bias        honest difference between two laboratories, in units of `sd`
    mistakes    share of items that honest people get wrong (typing, mix-ups)
    absent      share of expected claims that honest people do not make
    days        [d] for dates and times: how far apart two honest dates may be
    replicates  how often we measure each audited item
    cost        of one of our measurements, in the programme's currency
    """

    kind: str = stated(choices=KINDS)
    name: str = ""
    unit: str = ""
    sd: float = 0.0
    relative: bool = False
    benefit: str = stated("none", choices=BENEFITS)
    bias: float = 0.2
    mistakes: float = 0.005
    absent: float = 0.05
    days: float = 1.0
    replicates: int = 2
    cost: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.benefit not in BENEFITS:
            raise BadAuditPlanError(
                f"[audit.types.{self.name}] kind is one of {', '.join(KINDS)}, and benefit one "
                f"of {', '.join(BENEFITS)}"
            )
        if self.unit and isinstance(unit_of(self.unit), UnknownUnit):
            raise BadAuditPlanError(f"[audit.types.{self.name}] {self.unit!r} is no unit")
        if self.kind == "continuous" and not self.sd > 0:
            raise BadAuditPlanError(f"[audit.types.{self.name}] a continuous value needs an sd")
        shares = self.mistakes, self.absent
        if not (all(0 < one < 0.5 for one in shares) and self.bias >= 0 and self.days >= 0):
            raise BadAuditPlanError(
                f"[audit.types.{self.name}] mistakes and absent lie between 0 and 0.5; bias "
                "and days are not negative"
            )
        if not 1 <= self.replicates <= 20:
            raise BadAuditPlanError(
                f"[audit.types.{self.name}] replicates lie between 1 and 20"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPlan:
    """The plan's [audit].

    partners  name to public key (hexadecimal); the programme itself may stand among them
    types     claim types by name
    alpha     chance of a false pattern in a partner-year, over all types and all looks
    items     audited of each type in a year
    missing   share of owed claims up to which the verdict is not `missing`
    """

    partners: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, ClaimType] = field(default_factory=dict)
    alpha: float = stated(0.01, high=0.05)
    items: int = stated(60, low=1, high=100_000)
    missing: float = 0.02

    def partner_of(self, public: str) -> str:
        """Whose key this is; "" for nobody's."""
        return next((n for n, key in self.partners.items() if key == public.lower()), "")


def audit_plan(section: Mapping[str, Any]) -> AuditPlan:
    """[audit] as a value; BadAuditPlanError or BadSectionError for what is not understood."""
    unknown = sorted(set(section) - key_names(AuditPlan))
    if unknown:
        raise BadAuditPlanError(f"[audit] has no key {unknown[0]!r}")
    alpha, items = section.get("alpha", 0.01), section.get("items", 60)
    if isinstance(alpha, bool) or not isinstance(alpha, float) or not 0 < alpha <= 0.05:
        raise BadAuditPlanError(f"[audit] alpha is {alpha!r}, not between 0 and 0.05")
    if type(items) is not int or not 1 <= items <= 100_000:
        raise BadAuditPlanError(f"[audit] items is {items!r}, not a whole number from 1")
    missing = section.get("missing", 0.02)
    if isinstance(missing, bool) or not isinstance(missing, float | int):
        raise BadAuditPlanError(f"[audit] missing is {missing!r}, no number")
    if not 0 <= missing < 0.5:
        raise BadAuditPlanError(f"[audit] missing is {missing!r}, not from 0 to below 0.5")
    types = {
        name: rules_of(ClaimType, {**table, "name": name}, f"audit.types.{name}")
        for name, table in _tables(section.get("types", {}), "types").items()
    }
    return AuditPlan(
        partners=_keys(section.get("partners", {})),
        types=types,
        alpha=alpha,
        items=items,
        missing=float(missing),
    )


def _tables(given: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping) or not all(
        isinstance(o, Mapping) for o in given.values()
    ):
        raise BadAuditPlanError(f"[audit] {name} is no table of tables")
    return given


def _keys(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise BadAuditPlanError("[audit.partners] is no table of name = key")
    keys = {}
    for name, key in given.items():
        try:
            raw = bytes.fromhex(key) if isinstance(key, str) else b""
        except ValueError:
            raw = b""
        if len(raw) != 32:
            raise BadAuditPlanError(f"[audit.partners] the key of {name} is not 64 hex digits")
        keys[str(name)] = raw.hex()
    if len(set(keys.values())) < len(keys):
        raise BadAuditPlanError("[audit.partners] two partners have the same key")
    return keys
