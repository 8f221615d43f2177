"""SDTM domains as known by a day, with what follows from them worked out once.

Many rules ask the same of the same tables (who takes part, who consented, how they left). The
tables of `KnownDomains` are not changed any more, so each such answer is kept with them.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps

import polars as pl

Domains = Mapping[str, pl.DataFrame]


class KnownDomains(Mapping[str, pl.DataFrame]):
    """Domains by two letters that nobody changes any more; answers about them are kept."""

    def __init__(self, tables: Domains) -> None:
        self._tables = dict(tables)
        self._answers: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def answer(self, name: str, make: Callable[[Domains], pl.DataFrame]) -> pl.DataFrame:
        """What `make` tells of the domains, worked out when it is first asked for."""
        if name not in self._answers:
            self._answers[name] = make(self)
        return self._answers[name]


def answered_once(make: Callable[[Domains], pl.DataFrame]) -> Callable[[Domains], pl.DataFrame]:
    """The same function; of KnownDomains it works its table out once."""

    @wraps(make)
    def asked(domains: Domains) -> pl.DataFrame:
        if isinstance(domains, KnownDomains):
            return domains.answer(f"{make.__module__}.{make.__qualname__}", make)
        return make(domains)

    return asked
