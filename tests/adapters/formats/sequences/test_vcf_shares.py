import pytest

from nanoward.adapters.formats.sequences.vcf_shares import BadCallError, sample_call


@pytest.mark.hazard("H-179")
@pytest.mark.parametrize(
    ("call", "info", "shares"),
    [
        ({"AD": "20,80"}, {}, (0.8,)),  # GATK, bcftools
        ({"GT": "1", "AD": "2,50,."}, {}, (50 / 52, 0.0)),  # bcftools merge
        ({"GT": "2", "AD": "2,.,50"}, {}, (0.0, 50 / 52)),
        ({"RO": "20", "AO": "60,20"}, {}, (0.6, 0.2)),  # freebayes
        ({"GT": "0/1", "RD": "75", "AD": "25", "FREQ": "25%"}, {}, (0.25,)),  # VarScan
        ({"FREQ": "37.5%"}, {}, (0.375,)),
        ({"GT": "1", "REF_DP": "10", "ALT_DP": "90", "ALT_FREQ": "0.9"}, {}, (0.9,)),  # iVar
        ({"VAF": "0.12", "GT": "0/1"}, {}, (0.12,)),  # DeepVariant
        ({"GT": "1"}, {"DP4": "5,5,20,20"}, (0.8,)),  # bcftools call
        ({}, {"AF": "0.021", "DP": "500", "DP4": "240,249,6,5"}, (0.021,)),  # LoFreq
        ({"GT": "0/1"}, {"AF": "1.00", "AC": "2", "AN": "2"}, (0.5,)),  # of genotypes
        ({"GT": "0/1", "AD": "90,10", "AF": "0.5"}, {}, (0.1,)),  # AF of the genotype
        ({"GT": "0/1", "AD": "90,10", "AF": "0.104"}, {}, (0.104,)),  # Mutect2
        ({"GT": "0|2"}, {}, (0.0, 0.5)),
        ({"GT": "0/0", "DP": "0"}, {}, None),
        ({"GT": "./.", "AD": "5,5"}, {}, None),
        ({"GT": "./1"}, {}, None),
        ({"AD": "0,0"}, {}, None),
        ({"DP": "7"}, {}, None),
    ],
)
def test_each_caller_says_shares_in_its_own_way(call, info, shares) -> None:
    alts = len(shares) if shares else 1
    got = sample_call(alts, call, info).shares
    assert got == (None if shares is None else pytest.approx(shares))


def test_a_field_that_does_not_fit_the_alleles_gives_way_to_the_genotype() -> None:
    told = sample_call(1, {"GT": "1/1", "AD": "1,2,3"}, {})
    assert told.shares == (1.0,)
    assert told.doubt is not None
    assert told.doubt.column == "AD"


def test_a_field_that_cannot_be_is_an_error_with_its_cause() -> None:
    for call in (
        {"AF": "1.2"},
        {"AD": "5"},
        {"GT": "0/1", "AD": "9,0"},
        {"GT": "0/2"},
        {"FREQ": "120%"},
        {"DP": "x"},
    ):
        with pytest.raises(BadCallError) as told:
            sample_call(1, call, {})
        assert told.value.column in call


def test_a_count_of_reads_below_nothing_is_an_error() -> None:
    with pytest.raises(BadCallError, match="below 0"):
        sample_call(1, {"GT": "0/1", "AD": "-1,5"}, {})
