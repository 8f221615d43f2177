"""Faults of kill mechanisms: are there enough, are they apart, are their numbers told?"""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from nanoward.agents.spec import REPLICATING, AgentSpec, KillSwitch, Locus

Told = tuple[str, str, str]
NEEDED = 2  # a gut of 1e9 agents with one mechanism of escape 1e-8 holds survivors for certain


def kill_faults(spec: AgentSpec) -> Iterator[Told]:
    """Faults of the kill mechanisms of a spec: code, message, mechanism."""
    if spec.given and spec.kind in REPLICATING and len(spec.kills) < NEEDED:
        told = f"a {spec.kind} replicates and has {len(spec.kills)} kill mechanisms"
        yield "AGT-160", told, "kills"
    loci = {one.name: one for one in spec.loci}
    for name, count in Counter(one.name for one in spec.kills).items():
        if count > 1:
            yield "AGT-169", f"kill mechanism {name} is stated {count} times", name
    for one in spec.kills:
        yield from _located(one, loci, spec)
        yield from _numbers(one)
    yield from _apart(spec, loci)


def _located(one: KillSwitch, loci: dict[str, Locus], spec: AgentSpec) -> Iterator[Told]:
    if spec.kind not in REPLICATING and not one.locus:
        return
    if one.locus not in loci:
        yield "AGT-161", f"kill mechanism {one.name} sits at {one.locus!r}", one.name
    elif loci[one.locus].role != "kill":
        told = f"kill mechanism {one.name} sits at a {loci[one.locus].role} locus"
        yield "AGT-162", told, one.name


def _numbers(one: KillSwitch) -> Iterator[Told]:
    if not 0 < one.escape < 1:
        yield "AGT-163", f"kill mechanism {one.name} has escape {one.escape:g}", one.name
    elif not 0 <= one.escape_low <= one.escape <= one.escape_high < 1:
        told = (
            f"kill mechanism {one.name} has escape {one.escape:g} in "
            f"{one.escape_low:g} to {one.escape_high:g}"
        )
        yield "AGT-164", told, one.name
    if not one.conditions.strip() or not one.assay.strip() or not one.trigger.strip():
        yield "AGT-165", f"kill mechanism {one.name} lacks conditions or assay", one.name
    if not one.doubling_h > 0:
        told = f"kill mechanism {one.name} has a doubling time of {one.doubling_h:g} h"
        yield "AGT-166", told, one.name
    if not one.detection_limit > 0:
        told = f"kill mechanism {one.name} has a detection limit of {one.detection_limit:g}"
        yield "AGT-167", told, one.name


def _apart(spec: AgentSpec, loci: dict[str, Locus]) -> Iterator[Told]:
    for a, b in combinations(spec.kills, 2):
        if a.trigger.strip() and a.trigger.strip().lower() == b.trigger.strip().lower():
            yield "AGT-168", f"{a.name} and {b.name} have the trigger {a.trigger!r}", a.name
        if a.name != b.name and a.locus and a.locus == b.locus:
            yield "AGT-169", f"{a.name} and {b.name} both sit at {a.locus}", a.name
        elif a.locus in loci and b.locus in loci and a.locus != b.locus:
            one, other = loci[a.locus], loci[b.locus]
            if one.contig == other.contig and (
                one.first <= other.last and other.first <= one.last
            ):
                yield "AGT-131", f"{one.name} and {other.name} overlap", one.name
