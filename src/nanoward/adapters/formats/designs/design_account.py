"""What became of everything that stands in a design file: used, ignored on purpose, or told."""

from collections import Counter
from collections.abc import Iterable, Sequence

from nanoward.adapters.formats.designs.design_annotations import Locus
from nanoward.base.findings import Finding
from nanoward.ports.formats import Level, Use

WHOLE_RECORD = "it says of the whole record where it comes from: it is no locus"
NO_PLACE_OR_NAME = "it tells neither the name nor the place of a locus"
NO_SEQUENCE = "it is no component and holds no letters"
NAMES = ("label", "gene", "locus_tag")  # qualifiers of GenBank that name a locus


class DesignAccount:
    """Counts of what was met, as a file is read."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Level, str, str, str]] = Counter()

    def add_used(self, level: Level, name: str) -> None:
        self._counts[level, name, "used", ""] += 1

    def add_ignored(self, level: Level, name: str, reason: str) -> None:
        self._counts[level, name, "ignored", reason] += 1

    def add_told(self, name: str, told: Iterable[Finding]) -> None:
        """A record that is no part of the design, by the finding that says so."""
        for one in tuple(told)[:1]:
            self._counts["record", name, "told", one.code] += 1

    def add_feature(self, made: Sequence[Locus], told: Iterable[Finding]) -> None:
        """A feature: a locus at least, or left out with a finding."""
        if made:
            self.add_used("record", "feature")
        else:
            self.add_told("feature", told)

    def add_qualifiers(self, names: Iterable[str]) -> None:
        for name in names:
            if name in NAMES:
                self.add_used("column", f"/{name}")
            else:
                self.add_ignored("column", f"/{name}", NO_PLACE_OR_NAME)

    def uses(self, findings: Iterable[Finding]) -> tuple[Use, ...]:
        """The account, and a row for each other thing of which the file's findings speak."""
        known = {reason for _, _, use, reason in self._counts if use == "told"}
        rows = [
            Use(level=level, name=name, use=use, reason=reason, count=count)  # type: ignore[arg-type]
            for (level, name, use, reason), count in sorted(self._counts.items())
        ]
        more = Counter(one.code for one in findings if one.code not in known)
        rows += [
            Use(level="file", name="", use="told", reason=code, count=count)
            for code, count in sorted(more.items())
        ]
        return tuple(rows)
