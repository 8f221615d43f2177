import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from nanoward.adapters.signers.spec_keys import Ed25519Signatures
from nanoward.agents import AgentSpec, BadLotNameError, UnpublishableError, spec_sha256
from nanoward.agents.release import LotDifference, LotVerdict
from nanoward.base.entries import LotRefused, LotReleased
from nanoward.base.plan import Plan
from nanoward.flows.agents.check_agents import sign_spec
from nanoward.flows.lots.register_agents import (
    BadLotRecordError,
    NoSpecInForceError,
    agent_register,
    lot_variants,
    record_lot,
    record_spec,
)
from nanoward.flows.lots.release_lot import LotReport
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

DAY = date(2026, 11, 23)
READS = ["ab" * 32]
SIGNER = Ed25519Signatures()
KEYS = {name: SIGNER.new_key() for name in ("ada", "ben", "eve")}
PEOPLE = {name: KEYS[name].public for name in ("ada", "ben")}
SPEC = AgentSpec(
    name="lamp", title="A lamp", version="1.0.0", kind="device", expires=date(2027, 1, 1)
)


@pytest.fixture
def ports() -> Ports:
    plan = Plan(name="w", title="W", sha256="ab", sections={"agents": {"people": PEOPLE}})
    return memory_site(plan, {}, now=datetime(2026, 11, 23, 12, tzinfo=UTC))


def signed(spec: AgentSpec, *names: str) -> list[tuple[str, bytes]]:
    return [
        (name, sign_spec(spec, name, KEYS[name].private, SIGNER).encode()) for name in names
    ]


def publish(ports: Ports, spec: AgentSpec, *names: str, day: date = DAY) -> None:
    record_spec(ports, spec, signed(spec, *names), SIGNER, day, actor="t")


def report(*, released: bool = True) -> LotReport:
    one = LotDifference(contig="c", position=7, ref="A", alt="C", frequency=0.1, depth=200,
                     part="backbone", locus="")  # fmt: skip
    verdict = LotVerdict(released=released, reasons=() if released else ("no",),
                         differences=(one,), limits={}, blind={})  # fmt: skip
    return LotReport(lot="L1", verdict=verdict, findings=())


@pytest.mark.hazard("H-52")
def test_two_people_of_the_programme_publish_on_the_ledger(ports: Ports) -> None:
    publish(ports, SPEC, "ada", "ben")
    (entry,) = agent_register(ports.ledger).specs["lamp"]
    assert (entry.version, entry.spec_sha256) == ("1.0.0", spec_sha256(SPEC))
    for told in entry.signatures:  # whoever reads the ledger can verify them again
        person, key, signature = told.split()
        assert PEOPLE[person] == key
        again = json.loads(signed(SPEC, person)[0][1])
        assert again["signature"] == signature


@pytest.mark.hazard("H-52")
@pytest.mark.parametrize(
    ("spec", "names", "told"),
    [
        (SPEC, ("ada",), "1 of 2"),
        (SPEC, ("ada", "ada"), "1 of 2"),
        (SPEC, ("ada", "eve"), "eve may not sign"),
        (replace(SPEC, expires=DAY), ("ada", "ben"), "expired"),
        (replace(SPEC, given=False), ("ada", "ben"), "nobody is given"),
    ],
)
def test_a_spec_that_may_not_be_published_leaves_no_trace(
    ports: Ports, spec: AgentSpec, names: tuple[str, ...], told: str
) -> None:
    with pytest.raises(UnpublishableError, match=told):
        publish(ports, spec, *names)
    assert list(ports.ledger.records()) == []


@pytest.mark.hazard("H-52")
def test_no_version_is_rolled_back(ports: Ports) -> None:
    for version in ("1.0.0", "1.10.0"):
        publish(ports, replace(SPEC, version=version), "ada", "ben")
    for version in ("1.9.0", "1.10.0", "0.9.9"):
        with pytest.raises(UnpublishableError, match=r"does not rise above 1\.10\.0"):
            publish(ports, replace(SPEC, version=version), "ada", "ben")


def test_a_released_lot_lends_its_variants_to_those_who_receive_it(ports: Ports) -> None:
    publish(ports, SPEC, "ada", "ben")
    word = record_lot(ports, SPEC, report(), READS, DAY, actor="t")
    assert isinstance(word, LotReleased)
    register = agent_register(ports.ledger)
    table = lot_variants(register, ports.blobs)["L1"]
    assert table.select("contig", "position", "alt", "frequency").rows() == [("c", 7, "C", 0.1)]
    kinds = [record.kind for record in ports.ledger.records()]
    assert kinds == ["agents.SpecPublished", "agents.LotBuilt", "agents.LotReleased"]


@pytest.mark.hazard("H-53")
def test_a_refused_lot_is_on_record_and_lends_nothing(ports: Ports) -> None:
    publish(ports, SPEC, "ada", "ben")
    record_lot(ports, SPEC, report(), READS, DAY, actor="t")
    word = record_lot(ports, SPEC, report(released=False), [], DAY, actor="t")
    assert isinstance(word, LotRefused)
    register = agent_register(ports.ledger)
    assert register.lots["L1"] == word
    assert lot_variants(register, ports.blobs) == {}


@pytest.mark.hazard("H-53")
def test_no_lot_is_released_to_a_spec_that_is_not_in_force(ports: Ports) -> None:
    with pytest.raises(NoSpecInForceError, match="in force is none"):
        record_lot(ports, SPEC, report(), READS, DAY, actor="t")
    publish(ports, SPEC, "ada", "ben")
    with pytest.raises(NoSpecInForceError, match=r"in force is 1\.0\.0"):
        record_lot(ports, replace(SPEC, title="another"), report(), READS, DAY, actor="t")
    with pytest.raises(NoSpecInForceError, match="expired"):
        record_lot(ports, SPEC, report(), READS, SPEC.expires, actor="t")
    assert [one.kind for one in ports.ledger.records()] == ["agents.SpecPublished"]


@pytest.mark.hazard("H-193")
@pytest.mark.parametrize(
    ("lot", "reads", "day", "told"),
    [
        ("L2", ["ab"], DAY, "SHA-256"),
        ("L2", [], DAY, "none"),
        ("L2", ["ab" * 32] * 2, DAY, "twice"),
        ("L2", ["AB" * 32], DAY, "SHA-256"),
        ("L2", READS, DAY, "those of lot L1"),
        ("l1", ["cd" * 32], DAY, "capitals"),
        ("L2", ["cd" * 32], date(2026, 11, 24), "to come"),
        ("L2", ["cd" * 32], date(2026, 11, 22), "published on"),
    ],
)
def test_a_release_with_another_lots_reads_name_or_day_is_not_recorded(
    ports: Ports, lot: str, reads: list[str], day: date, told: str
) -> None:
    publish(ports, SPEC, "ada", "ben")
    record_lot(ports, SPEC, report(), READS, DAY, actor="t")
    with pytest.raises(BadLotRecordError, match=told):
        record_lot(ports, SPEC, replace(report(), lot=lot), reads, day, actor="t")
    assert set(agent_register(ports.ledger).lots) == {"L1"}


@pytest.mark.hazard("H-193")
def test_a_refusal_of_a_released_lot_waits_for_nothing(ports: Ports) -> None:
    publish(ports, SPEC, "ada", "ben")
    record_lot(ports, SPEC, report(), READS, DAY, actor="t")
    late = date(2030, 1, 1)  # the spec has expired long ago
    word = record_lot(ports, SPEC, report(released=False), [], late, actor="t")
    assert isinstance(word, LotRefused)


@pytest.mark.hazard("H-192")
@pytest.mark.parametrize(
    "lot",
    ["../evil", "/tmp/x", "", ".", "..", "a/b", "a\\b", "a b", "nul", "é", "x" * 101],
)
def test_a_lot_is_called_by_a_safe_file_name(ports: Ports, lot: str) -> None:
    publish(ports, SPEC, "ada", "ben")
    with pytest.raises(BadLotNameError):
        record_lot(ports, SPEC, replace(report(), lot=lot), READS, DAY, actor="t")


@pytest.mark.hazard("H-193")
def test_a_released_lot_stays_with_the_spec_in_force_when_it_is_released_again(
    ports: Ports,
) -> None:
    publish(ports, SPEC, "ada", "ben")
    record_lot(ports, SPEC, report(), READS, DAY, actor="t")
    with pytest.raises(NoSpecInForceError):
        record_lot(ports, replace(SPEC, title="another"), report(), READS, DAY, actor="t")


@pytest.mark.hazard("H-53")
def test_a_lot_that_was_never_released_is_refused_to_the_spec_in_force_alone(
    ports: Ports,
) -> None:
    with pytest.raises(NoSpecInForceError):
        record_lot(ports, SPEC, report(released=False), [], DAY, actor="t")
    publish(ports, SPEC, "ada", "ben")
    word = record_lot(ports, SPEC, report(released=False), [], DAY, actor="t")
    assert isinstance(word, LotRefused)
