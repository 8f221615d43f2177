"""The structural rules find what lacks, whatever it is."""

import re

import pytest
from tests.programme.urgent.test_individual_case import REPORT

from nanoward.programme.urgent.case_check import BadCaseFileError, missing_elements
from nanoward.programme.urgent.individual_case import case_report_xml


@pytest.mark.parametrize(
    ("find", "put", "number"),
    [
        (r'<name code="1"', '<name code="2"', "N.1.1"),
        (r"<text>Fell ill on day 3.</text>", "<text> </text>", "H.1"),
        (r'code="10019692"', 'code="hepatic"', "E.i.2.1b"),
        (r'codeSystemVersion="27.1"', "", "E.i.2.1a"),
        (r'extension="EVTEST" root="2.16.840.1.113883.3.989.2.1.3.14"', "", "N.1.4"),
        (r"<name>P001</name>", "<name/>", "D.1"),
        (r'<code code="23"', '<code code="24"', "C.1.7"),
        (r'<code code="29"', '<code code="28"', "E.i"),
        (r'<availabilityTime value="[^"]*"', '<availabilityTime value="soon"', "C.1.5"),
    ],
)
def test_what_is_taken_out_is_found(find: str, put: str, number: str) -> None:
    text = re.sub(find, put, case_report_xml(REPORT).decode())
    assert number in missing_elements(text.encode())


def test_what_is_no_report_is_refused() -> None:
    for content in (b"no", b"<a/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'):
        with pytest.raises(BadCaseFileError):
            missing_elements(content)


def test_a_sound_report_lacks_nothing_and_must_say_what_kind_it_is() -> None:
    text = case_report_xml(REPORT).decode()
    assert list(missing_elements(text.encode())) == []
    other, count = re.subn(
        r'<value code="2" codeSystem="([0-9.]+)\.1\.2"',
        r'<value code="9" codeSystem="\1.1.2"',
        text,
    )
    assert count == 1
    assert "C.1.3" in missing_elements(other.encode())
