"""What an audit of 60 items finds: 17 planted deceits at three sizes, and honest partner-years.

    python benchmarks/evaluate_deceit.py [YEARS] [HONEST] [FORGED]   # 1000 1000 100000
    python benchmarks/evaluate_deceit.py 1000 KIND ...               # these kinds alone

Found: the verdict on the deceit's type is a pattern or a contradiction. Accused: any type of an
honest year is. Stated: what `nanoward audit plan` says from the plan alone
(audit/evidence/power.py); measured: years made by simulation/worlds, drawn, compared and
judged. Beside it the simple rules of central monitoring on the same years: they see all that
was claimed, and nothing that was measured again. The forms and numbers of the audit were chosen
on years with seeds below 1000; these begin at 5,000,000.
"""

import importlib.util
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.stats import binomtest, chisquare

from nanoward.audit.claims.contradiction import contradictions
from nanoward.audit.evidence.partner_audit import audited_record, draw_items, value_rows
from nanoward.audit.evidence.power import LIES, AuditDesign, power_of
from nanoward.audit.evidence.type_evidence import TypeRecord
from nanoward.audit.evidence.verdicts import TypeVerdict, judge
from nanoward.audit.pointers.rows import centre_distances
from nanoward.base.canonical import sha256_of
from nanoward.simulation.worlds.deceit import SITES, TYPES, PartnerYear
from nanoward.simulation.worlds.deceit_kinds import (
    KINDS,
    SIZES,
    deceitful_year,
    honest_year,
)

PLANNED, ALPHA, FIRST = 60, 0.01, 5_000_000
RULES = ("site z", "outliers", "digits")
STATED = {  # what the plan calls it
    "copied-rows": "copied", "clipped-tails": "clipped", "made-up-around-the-mean": "made up",
    "shaded-values": "shifted", "deleted-negatives": "deleted",
    "late-bad-news": "late bad news", "limit-told-too-low": "limit too low",
    "measured-after-reveal": "deleted",
}  # fmt: skip


def judged(year: PartnerYear, seed: int) -> tuple[TypeVerdict, ...]:
    """Draw, measure again, compare and judge all types of a year."""
    records: dict[str, TypeRecord] = {}
    contradictory = []
    for name, told in year.claims.items():
        kind = year.types[name]
        drawn = draw_items(sha256_of(f"{seed}".encode()), told, kind, PLANNED)
        items = {one for some in drawn.values() for one in some}
        ours = {one: year.measured[name][one] for one in items}
        ours |= {
            one: year.measured[name][one] for one in told.expected if one not in told.first
        }
        records[name] = audited_record(told, drawn, ours, kind)
        second = [one for one in year.second if one.type == name and one.item in items]
        both = [*(told.first[one.item] for one in second if one.item in told.first), *second]
        if contradictions(both):
            contradictory.append(name)
    return judge(records, year.types, planned=PLANNED, alpha=ALPHA, contradictory=contradictory)


def is_accused(verdicts: tuple[TypeVerdict, ...], name: str = "") -> bool:
    return any(
        one.verdict in ("pattern", "contradiction") and name in ("", one.type)
        for one in verdicts
    )


def monitored(year: PartnerYear) -> dict[str, bool]:
    """The simple rules of central monitoring: each on every type, at its usual threshold."""
    told = {"site z": False, "outliers": False, "digits": False}
    for name, claims in year.claims.items():
        made = list(claims.first.values())
        sites = np.array([int(one.item[1:]) % SITES for one in made])
        rows = value_rows(made)
        numbers = rows[:, 0]
        if year.types[name].kind == "presence":
            numbers = np.array([float(one.value is True) for one in made])
        if np.isfinite(numbers).all() and np.ptp(numbers) > 0:
            told["site z"] |= _site_z(numbers, sites)
            told["digits"] |= name in ("biomarker",) and _digits(rows)
        if year.types[name].kind == "continuous":
            far = centre_distances(rows) > 20.5  # one in 2,500 normal panels of four
            told["outliers"] |= int(far.sum()) > 2
        missing = np.array([item not in claims.first for item in claims.expected], dtype=float)
        told["site z"] |= _site_z(missing, np.arange(len(missing)) % SITES)
    return told


def _site_z(numbers: np.ndarray, sites: np.ndarray) -> bool:
    """Key-risk indicator: a site's mean more than 3 standard errors from that of the others."""
    for site in range(SITES):
        own, rest = numbers[sites == site], numbers[sites != site]
        error = np.sqrt(own.var(ddof=1) / len(own) + rest.var(ddof=1) / len(rest))
        if error > 0 and abs(own.mean() - rest.mean()) > 3 * error:
            return True
    return False


def _digits(rows: np.ndarray) -> bool:
    last = np.round(rows.ravel() * 100).astype(int) % 10
    return bool(chisquare(np.bincount(last, minlength=10)).pvalue < 0.001)


def interval(hits: int, runs: int) -> str:
    low, high = binomtest(hits, runs).proportion_ci(method="wilson")
    return f"{100 * hits / runs:5.1f} ({100 * low:.1f}-{100 * high:.1f})"


def deceits(years: int, kinds: Sequence[str]) -> None:
    print(
        "deceit                     size    found % (95 %)       stated %   z / outl. / digits"
    )
    apart = []
    for kind in kinds:
        name, sizes, _ = KINDS[kind]
        for size, value in zip(SIZES, sizes, strict=True):
            hits, rules = 0, Counter[str]()
            for at in range(years):
                year = deceitful_year(kind, size, FIRST + at, alone=True)
                hits += is_accused(judged(year, at), name)
                rules.update(rule for rule, is_hit in monitored(year).items() if is_hit)
            lie = STATED.get(kind, "false items")
            stated = _stated(kind, name, lie, value)
            apart.append((abs(100 * hits / years - 100 * stated), kind, size))
            others = " / ".join(
                f"{100 * rules[one] / years:.0f}" for one in ("site z", "outliers", "digits")
            )
            figures = f"{interval(hits, years):20s} {100 * stated:6.1f}    {others}"
            print(f"{kind:26s} {size:7s} {figures}", flush=True)
    print("stated and measured apart by at most:", max(apart))


def _stated(kind: str, name: str, lie: str, size: float) -> float:
    """The plan's own figure; one contradiction among the compared items is proof enough."""
    if kind == "two-versions":
        left = 1.0
        for at in range(PLANNED):
            left *= (300 - round(300 * size) - at) / (300 - at)
        return 1.0 - left
    assert lie in LIES
    return power_of(AuditDesign(kind=TYPES[name]), lie, size, seed=11, runs=2500)


def honest(years: int) -> None:
    accused, rules, why = 0, Counter[str](), Counter[str]()
    verdicts: Counter[str] = Counter()
    for at in range(years):
        year = honest_year(FIRST * 2 + at)
        found = judged(year, at)
        accused += is_accused(found)
        why.update(one.type for one in found if one.verdict in ("pattern", "contradiction"))
        verdicts.update(one.verdict for one in found)
        rules.update(rule for rule, is_hit in monitored(year).items() if is_hit)
    print(
        f"honest years accused: {accused} of {years}: {interval(accused, years)} %", dict(why)
    )
    print("verdicts on types of honest years:", dict(verdicts))
    for rule in RULES:
        print(f"  {rule}: {interval(rules[rule], years)} %")


def forged(count: int, seed: int = 3) -> int:
    """Forged proofs that the small checker accepts: none may be."""
    checker = _checker()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from tests.tools.contradiction_forgeries import forgeries, true_proof

    chance = np.random.default_rng(seed)
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes_raw().hex()
    proof = true_proof(key)
    first, _ = checker.contradiction(proof, public)
    assert first["partner"] == "north"
    accepted: Counter[str] = Counter()
    for name, text in forgeries(json.loads(proof), count, chance):
        try:
            checker.contradiction(text, public)
        except checker.NotProven:
            continue
        accepted[name] += 1
    print(f"forged proofs accepted: {accepted.total()} of {count}", dict(accepted))
    return accepted.total()


def _checker() -> object:
    path = Path(__file__).parents[1] / "tools" / "check_contradiction.py"
    spec = importlib.util.spec_from_file_location("check_contradiction", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    told = [int(one) for one in sys.argv[1:] if one.isdigit()]
    only = [one for one in sys.argv[1:] if not one.isdigit()]
    years, honest_years, proofs = (*told, *(1000, 1000, 100_000)[len(told) :])
    if not only:
        forged(proofs)
        honest(honest_years)
    deceits(years, only or list(KINDS))
