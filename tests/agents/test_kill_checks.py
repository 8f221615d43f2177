from dataclasses import replace
from datetime import date

from nanoward.agents.kill_checks import kill_faults
from nanoward.agents.spec import AgentSpec, Contig, KillSwitch, Locus


def spec_of_kind(kind: str) -> AgentSpec:
    return AgentSpec(name="x", title="", version="1.0.0", kind=kind, expires=date(2027, 1, 1))


def test_what_does_not_replicate_needs_no_second_mechanism() -> None:
    assert list(kill_faults(spec_of_kind("device"))) == []
    assert [one[0] for one in kill_faults(spec_of_kind("phage"))] == ["AGT-160"]


def kill(name: str, locus: str) -> KillSwitch:
    return KillSwitch(
        name=name, locus=locus, trigger=f"of {name}", escape=1e-8, escape_low=1e-9,
        escape_high=1e-7, conditions="37 C", doubling_h=1.0, assay="plate",
        detection_limit=1.0,
    )  # fmt: skip


def codes(*kills: KillSwitch) -> set[str]:
    loci = (
        Locus(name="k1", role="kill", contig="c", first=1, last=100),
        Locus(name="k2", role="kill", contig="c", first=5001, last=5100),
        Locus(name="p", role="payload", contig="c", first=9001, last=9100),
    )
    contigs = (Contig(name="c", length=10_000, sha256=""),)
    spec = replace(spec_of_kind("phage"), contigs=contigs, loci=loci, kills=kills)
    return {code for code, _, _ in kill_faults(spec)}


def test_each_mechanism_has_a_name_of_its_own_and_sits_at_a_kill_locus() -> None:
    sound = codes(kill("a", "k1"), kill("b", "k2"))
    assert not {"AGT-160", "AGT-161", "AGT-162", "AGT-169"} & sound
    assert "AGT-169" in codes(kill("a", "k1"), kill("a", "k2"))
    assert "AGT-162" in codes(kill("a", "k1"), kill("b", "p"))
    assert "AGT-161" in codes(kill("a", "k1"), kill("b", "nowhere"))
