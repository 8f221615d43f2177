from nanoward.adapters.accounts import memory_rates
from nanoward.adapters.accounts.memory_rates import MemoryRates
from nanoward.programme.access.rate_limits import RateLimit

LIMITS = dict.fromkeys(("account", "network"), RateLimit(burst=1, per_minute=60.0))


def test_each_knocks_at_a_bucket_of_their_own() -> None:
    rates = MemoryRates(LIMITS)
    assert rates.wait_s("account", "ada", 0.0) == 0.0
    assert rates.wait_s("account", "ada", 0.0) == 1.0
    assert rates.wait_s("account", "ben", 0.0) == 0.0
    assert rates.wait_s("network", "ada", 0.0) == 0.0
    assert rates.wait_s("account", "ada", 1.0) == 0.0


def test_the_longest_silent_is_forgotten_first() -> None:
    rates = MemoryRates(LIMITS)
    memory_rates_most = memory_rates.MOST
    for one in range(memory_rates_most + 5):
        rates.wait_s("network", str(one), 0.0)
    assert len(rates._buckets) == memory_rates_most
    assert ("network", "0") not in rates._buckets
