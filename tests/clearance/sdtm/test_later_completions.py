import pytest

from nanoward.clearance.sdtm.later_completions import is_completion


@pytest.mark.parametrize(
    ("domain", "changes", "completes"),
    [
        ("AE", {"AEENDTC": (None, "2026-11-20")}, True),
        (
            "AE",
            {
                "AEENDTC": (None, "2026-11-20"),
                "AEOUT": ("NOT RECOVERED/NOT RESOLVED", "RECOVERED/RESOLVED"),
                "AEDTC": ("2026-11-14", "2026-11-21"),
            },
            True,
        ),
        ("AE", {"AEENDTC": ("2026-11", "2026-11-20")}, True),
        ("AE", {"AEENDTC": ("2026-11-30", "2026-11-15")}, False),
        ("AE", {"AESEV": ("SEVERE", "MILD")}, False),
        ("AE", {"AEENDTC": (None, "2026-11-20"), "AESER": ("Y", "N")}, False),
        ("AE", {"AEOUT": ("FATAL", "RECOVERED/RESOLVED")}, False),
        ("LB", {"LBSTRESN": (None, "30"), "LBSTRESC": (None, "30")}, True),
        ("LB", {"LBSTRESN": ("300", "100")}, False),
        ("LB", {"LBSTRESN": ("300", None)}, False),
        ("EX", {"EXOCCUR": (None, "N")}, False),
        ("QS", {"QSSTRESN": (None, "0")}, False),
        ("AE", {}, False),
    ],
)
@pytest.mark.hazard("H-146")
def test_what_says_more_is_no_correction(
    domain: str, changes: dict[str, tuple[str | None, str | None]], completes: bool
) -> None:
    assert is_completion(domain, changes) is completes
