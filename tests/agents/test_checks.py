from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from nanoward.agents import check_spec, sequence_sha256, spec_of
from nanoward.agents.faults import FAULTS
from nanoward.base.findings import Finding

Made = tuple[dict[str, Any], dict[str, str]]
Spoil = Callable[[dict[str, Any], dict[str, str], np.random.Generator], None]


def found_in(made: Made, day: date) -> tuple[Finding, ...]:
    spec, faults = spec_of(made[0])
    return faults if spec is None else check_spec(spec, made[1], day)


def put(part: str, key: str, *values: Any) -> Spoil:
    """One of these values in one row of a part."""

    def spoil(spec: dict[str, Any], _: dict[str, str], rng: np.random.Generator) -> None:
        row = spec[part][int(rng.integers(len(spec[part])))] if part else spec
        row[key] = values[int(rng.integers(len(values)))]

    return spoil


def twice(part: str, key: str) -> Spoil:
    def spoil(spec: dict[str, Any], _: dict[str, str], __: np.random.Generator) -> None:
        spec[part][1][key] = spec[part][0][key]

    return spoil


def setting(change: Callable[[dict[str, Any], np.random.Generator], None]) -> Spoil:
    def spoil(spec: dict[str, Any], _: dict[str, str], rng: np.random.Generator) -> None:
        change(spec["settings"][int(rng.integers(2))], rng)

    return spoil


def letters(change: Callable[[str, dict[str, Any], np.random.Generator], str]) -> Spoil:
    """Change a reading frame on the forward strand; length and hash are told anew."""

    def spoil(spec: dict[str, Any], seq: dict[str, str], rng: np.random.Generator) -> None:
        locus = spec["loci"][int(rng.integers(2))]
        first, last = locus["first"] - 1, locus["last"]
        gene = change(seq["main"][first:last], locus, rng)
        seq["main"] = seq["main"][:first] + gene + seq["main"][last:]
        spec["contigs"][0] |= {
            "length": len(seq["main"]), "sha256": sequence_sha256(seq["main"]),
        }  # fmt: skip

    return spoil


def drop(part: str) -> Spoil:
    def spoil(spec: dict[str, Any], _: dict[str, str], rng: np.random.Generator) -> None:
        keys = [
            one
            for one in spec[part][0]
            if one not in ("strand", "coding", "own_low", "own_high")
        ]
        del spec[part][0][keys[int(rng.integers(len(keys)))]]

    return spoil


def other_letters(spec: dict[str, Any], seq: dict[str, str], rng: np.random.Generator) -> None:
    at = int(rng.integers(len(seq["plasmid"])))
    was = seq["plasmid"][at]
    seq["plasmid"] = seq["plasmid"][:at] + "CGTA"["ACGT".index(was)] + seq["plasmid"][at + 1 :]


def shorter(spec: dict[str, Any], seq: dict[str, str], rng: np.random.Generator) -> None:
    seq["plasmid"] = seq["plasmid"][: -int(rng.integers(1, 20))]


def illegal(spec: dict[str, Any], seq: dict[str, str], rng: np.random.Generator) -> None:
    at = int(rng.integers(len(seq["plasmid"])))
    seq["plasmid"] = (
        seq["plasmid"][:at] + "!@*xE5"[int(rng.integers(6))] + seq["plasmid"][at + 1 :]
    )


def overlap(spec: dict[str, Any], seq: dict[str, str], rng: np.random.Generator) -> None:
    one, other = spec["loci"][0], spec["loci"][1]
    other |= {"first": one["first"] + 3 * int(rng.integers(1, 5)), "last": one["last"],
              "coding": False}  # fmt: skip


def far_end(spec: dict[str, Any], seq: dict[str, str], rng: np.random.Generator) -> None:
    spec["loci"][int(rng.integers(3))]["last"] = len(seq["main"]) + int(rng.integers(1, 500))


def backwards(spec: dict[str, Any], seq: dict[str, str], rng: np.random.Generator) -> None:
    one = spec["loci"][int(rng.integers(3))]
    one["first"], one["last"] = one["last"], one["first"]


def moved(key: str, by: float) -> Callable[[dict[str, Any], np.random.Generator], None]:
    def change(one: dict[str, Any], rng: np.random.Generator) -> None:
        edge = one["high"] if by > 0 else one["low"]
        one[key] = edge + by * one["step"] * int(rng.integers(1, 9))

    return change


def one_kill(spec: dict[str, Any], seq: dict[str, str], rng: np.random.Generator) -> None:
    del spec["kills"][int(rng.integers(2))]


def stop_inside(gene: str, locus: dict[str, Any], rng: np.random.Generator) -> str:
    at = 3 * int(rng.integers(1, len(gene) // 3 - 1))
    return gene[:at] + ["TAA", "TAG", "TGA"][int(rng.integers(3))] + gene[at + 3 :]


def unknown_letter(gene: str, locus: dict[str, Any], rng: np.random.Generator) -> str:
    at = int(rng.integers(len(gene)))
    return gene[:at] + "NRYK"[int(rng.integers(4))] + gene[at + 1 :]


KINDS: dict[str, list[Spoil]] = {
    "AGT-102": [put("", "name", "a b", "1x", "", "../x", "é")],
    "AGT-103": [put("", "version", "1", "1.2", "v1.2.3", "1.02.3", "1.2.-3")],
    "AGT-104": [put("", "kind", "Virus", "robot", "")],
    "AGT-105": [drop("kills"), drop("settings"), drop("contigs"), drop("loci")],
    "AGT-106": [put("kills", "doubling_hours", 3.0), put("", "sttings", 1)],
    "AGT-107": [put("settings", "low", "0", True, float("nan")), put("loci", "first", 1.5)],
    "AGT-109": [put("", "expires", "2026-11-23", "2020-01-01")],
    "AGT-111": [twice("contigs", "name")],
    "AGT-112": [lambda s, q, r: q.pop("plasmid") and None],
    "AGT-113": [lambda s, q, r: q.update(extra="ACGT")],
    "AGT-114": [shorter],
    "AGT-115": [other_letters],
    "AGT-116": [illegal],
    "AGT-117": [letters(unknown_letter)],
    "AGT-120": [twice("loci", "name")],
    "AGT-121": [put("loci", "contig", "Main", "chr", "")],
    "AGT-122": [put("loci", "first", 0, -1, -500)],
    "AGT-123": [far_end],
    "AGT-124": [backwards],
    "AGT-125": [put("loci", "strand", "", "forward", "1")],
    "AGT-126": [put("loci", "role", "Kill", "gene", "")],
    "AGT-127": [lambda s, q, r: s["loci"][int(r.integers(3))].update(
        last=s["loci"][2]["last"] - 1, first=s["loci"][2]["first"])],
    "AGT-128": [letters(stop_inside)],
    "AGT-129": [letters(lambda g, _, r: ["CTG", "AAA", "ACG"][int(r.integers(3))] + g[3:])],
    "AGT-130": [letters(lambda g, _, r: g[:-3] + ["TAC", "AAA", "TGG"][int(r.integers(3))])],
    "AGT-131": [overlap],
    "AGT-140": [twice("settings", "name")],
    "AGT-141": [put("settings", "unit", "mgs", "G/L", "units", "m g", "Mg/dL")],
    "AGT-142": [setting(lambda one, r: one.update(high=one["low"] - float(r.integers(0, 3))))],
    "AGT-143": [setting(moved("default", 1)), setting(moved("default", -1))],
    "AGT-144": [setting(lambda one, r: one.update(step=-float(r.integers(0, 3)))),
                setting(lambda one, r: one.update(step=1e6))],
    "AGT-145": [setting(lambda one, r: one.update(largest_change=one["step"] / 2)),
                setting(lambda one, r: one.update(largest_change=1e6))],
    "AGT-146": [put("settings", "longest_h", 0.0, -1.0)],
    "AGT-147": [setting(moved("on_loss", 1)), setting(moved("on_loss", -1))],
    "AGT-148": [put("settings", "may_change", "Staff", "anybody", "")],
    "AGT-149": [setting(moved("own_high", 1)), setting(moved("own_low", -1)),
                setting(lambda one, r: one.update(own_low=one["own_high"]))],
    "AGT-150": [setting(lambda one, r: one.update(default=one["low"] + one["step"] * 1.4))],
    "AGT-160": [one_kill],
    "AGT-161": [put("kills", "locus", "G0", "", "nowhere")],
    "AGT-162": [put("kills", "locus", "g2")],
    "AGT-163": [put("kills", "escape", 0.0, 1.0, -1e-9, 7.0)],
    "AGT-164": [lambda s, q, r: s["kills"][0].update(escape_low=s["kills"][0]["escape"] * 2)],
    "AGT-165": [put("kills", "conditions", "", "  "), put("kills", "assay", "")],
    "AGT-166": [put("kills", "doubling_h", 0.0, -4.0)],
    "AGT-167": [put("kills", "detection_limit", 0.0, -1.0)],
    "AGT-168": [twice("kills", "trigger")],
    "AGT-169": [twice("kills", "name"), twice("kills", "locus")],
    "AGT-180": [twice("effects", "term"), put("effects", "term", "", " ")],
    "AGT-181": [put("effects", "direction", "good", "")],
    "AGT-182": [put("effects", "share", -0.1, 1.1, 40.0)],
    "AGT-190": [put("", "parent", "other", "other@1", "@1.2.3", "a b@1.0.0")],
}  # fmt: skip


@pytest.mark.hazard("H-51")
@pytest.mark.parametrize("code", KINDS)
def test_a_seeded_fault_is_refused_for_its_own_reason(
    code: str, make_spec: Callable[[int], Made], day: date
) -> None:
    for seed in range(25):
        rng = np.random.default_rng([seed, int(code[-3:])])
        document, sequences = make_spec(seed)
        ways = KINDS[code]
        ways[seed % len(ways)](document, sequences, rng)
        told = {one.code for one in found_in((document, sequences), day)}
        assert code in told, (seed, told)


def test_at_least_forty_kinds_of_fault_are_seeded_and_each_has_advice() -> None:
    assert len(KINDS) >= 40
    assert set(KINDS) <= set(FAULTS)


def test_five_hundred_sound_specs_are_not_refused(
    make_spec: Callable[[int], Made], day: date
) -> None:
    assert [found_in(make_spec(seed), day) for seed in range(500)] == [()] * 500


def test_a_spec_without_contig_or_benefit_says_so(
    make_spec: Callable[[int], Made], day: date
) -> None:
    document, sequences = make_spec(3)
    document |= {"contigs": [], "effects": []}
    told = {one.code for one in found_in((document, sequences), day)}
    assert {"AGT-110", "AGT-183", "AGT-113"} <= told


def test_a_range_for_the_participant_needs_a_participant_who_may_change_it(
    make_spec: Callable[[int], Made], day: date
) -> None:
    document, sequences = make_spec(3)
    document["settings"][0]["may_change"] = "nobody"
    assert [one.code for one in found_in((document, sequences), day)] == ["AGT-151"]
