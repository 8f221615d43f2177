"""Conjunction messages as KVN and XML; what lacks or has another unit is told."""

import re

import pytest

from nanoward.adapters.formats.objects.conjunction_messages import read_conjunctions

_AXES = ("R", "T", "N", "RDOT", "TDOT", "NDOT")


def kvn() -> str:
    lines = ["CCSDS_CDM_VERS = 1.0", "TCA = 2026-01-01T00:00:00.000", "MESSAGE_ID = M1",
             "COLLISION_PROBABILITY = 1.5e-05", "COMMENT HBR = 12 [m]"]  # fmt: skip
    for number in (1, 2):
        lines += [f"OBJECT = OBJECT{number}", f"OBJECT_DESIGNATOR = {number}",
                  f"OBJECT_NAME = N{number}", "REF_FRAME = EME2000"]  # fmt: skip
        for name, value in zip("XYZ", (7000.0, 1.0 * number, 2.0), strict=True):
            lines += [f"{name} = {value} [km]", f"{name}_DOT = {number + value / 1e4} [km/s]"]
        for i, a in enumerate(_AXES):
            for j, b in enumerate(_AXES[: i + 1]):
                unit = ("m**2", "m**2/s", "m**2/s**2")[(i > 2) + (j > 2)]
                lines.append(f"C{a}_{b} = {10.0 * i + j} [{unit}]")
    return "\n".join(lines)


def xml() -> str:
    parts, head, segments = kvn().split("OBJECT = "), "", ""
    for line in parts[0].splitlines():
        name, _, value = line.partition(" = ")
        if name.startswith("COMMENT"):
            head += f"<COMMENT>{line[8:]}</COMMENT>"
        elif name != "CCSDS_CDM_VERS":
            head += f"<{name}>{value}</{name}>"
    for part in parts[1:]:
        cells = ""
        for line in part.splitlines()[1:]:
            name, _, value = line.partition(" = ")
            told = re.fullmatch(r"(\S+) \[(.+)\]", value)
            unit = f' units="{told[2]}"' if told else ""
            cells += f"<{name}{unit}>{told[1] if told else value}</{name}>"
        segments += f"<segment><data><stateVector>{cells}</stateVector></data></segment>"
    body = f"<header>{head}</header><body>{segments}</body>"
    return f'<?xml version="1.0"?><cdm id="C" xmlns="urn:x">{body}</cdm>'


def test_both_forms_say_the_same() -> None:
    plain, marked = (read_conjunctions("c.cdm", one.encode()) for one in (kvn(), xml()))
    assert plain.findings == marked.findings == ()
    a, b = (one.table.drop("line").row(0, named=True) for one in (plain, marked))
    assert a == b
    assert (a["message"], a["first"], a["radius"], a["stated"]) == (
        "M1",
        "N1 (1)",
        12.0,
        1.5e-5,
    )
    assert a["states"][:3] == [7_000_000.0, 1000.0, 2000.0]
    covariance = a["covariances"][:36]
    assert covariance[1] == covariance[6] == 10.0  # CT_R on both sides
    assert covariance[35] == 55.0


@pytest.mark.hazard("H-325")
def test_what_lacks_is_told_and_the_message_not_used() -> None:
    for text, code in (
        (kvn().replace("CN_N", "CN_M", 1), "FMT-320"),
        (kvn().replace("[km]", "[m]", 1), "FMT-321"),
        (kvn().replace("X = 7000.0", "X = nine", 1), "FMT-320"),
        (kvn().split("OBJECT = OBJECT2")[0], "FMT-320"),
        (kvn().replace("EME2000", "ITRF", 1), "FMT-320"),
        ("<!DOCTYPE a><cdm/>", "FMT-004"),
        ("<cdm>", "FMT-004"),
    ):
        told = read_conjunctions("c.cdm", text.encode())
        assert told.table.height == 0
        assert code in [one.code for one in told.findings]


def test_a_line_that_is_no_pair_is_told_and_the_rest_read() -> None:
    told = read_conjunctions("c.cdm", (kvn() + "\nwhat is this").encode())
    assert told.table.height == 1
    assert [one.code for one in told.findings] == ["FMT-322"]
