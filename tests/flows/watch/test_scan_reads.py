"""Known others from files: planted reads are found, copies count once, limits are told."""

from datetime import date

import numpy as np
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.progress import SilentProgress
from nanoward.flows.watch.scan_reads import Catalogue, NoCatalogueError, ReadScan, scan_reads
from nanoward.ports.reads import ReadFile


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


VIRUS, HOST = sequence(6000, 1), sequence(40_000, 2)


def fastq(*reads: str) -> bytes:
    return "".join(
        f"@r{at}\n{one}\n+\n{'I' * len(one)}\n" for at, one in enumerate(reads)
    ).encode()


def host(count: int) -> list[str]:
    return [HOST[at * 90 : at * 90 + 100] for at in range(count)]


def scan(reads: list[str], baselines: tuple[bytes, ...] = ()) -> ReadScan:
    return scan_reads(
        [ReadFile(name="s.fq", content=fastq(*reads))],
        Catalogue(known_each=[("v.fasta", f">virus x\n{VIRUS}\n>host\n{HOST}\n".encode())]),
        [ReadFile(name="b.fq", content=one) for one in baselines],
        FileFormats(),
        SilentProgress(),
    )


def test_three_reads_of_a_virus_are_found_and_copies_of_one_are_not() -> None:
    reads = [VIRUS[at : at + 100] for at in (50, 1777, 4003)]
    found = {one.name: one for one in scan([*host(50), *reads]).others}
    assert (found["virus"].state, found["virus"].reads) == ("seen", 3)
    copies = scan([*host(50), *[reads[0]] * 30]).others
    assert next(one for one in copies if one.name == "virus").state == "not seen"


def test_what_earlier_samples_showed_is_nobodys() -> None:
    reads = [VIRUS[at : at + 100] for at in (50, 1777, 4003)]
    found = scan([*host(20), *reads], baselines=(fastq(*reads),))
    assert found.baselines == 1
    assert next(one for one in found.others if one.name == "virus").reads == 0


def test_counts_are_rows_of_streams() -> None:
    rows = scan(host(30)).rows("P1", date(2026, 11, 30))
    assert rows.filter(stream="reads of virus in P1")["count"].to_list() == [0]
    assert rows["exposure"].to_list() == [30.0, 30.0]


@pytest.mark.hazard("H-343")
def test_a_file_without_sequences_and_a_broken_one_are_told() -> None:
    with pytest.raises(NoCatalogueError):
        scan_reads([], Catalogue(), [], FileFormats(), SilentProgress())
    broken = ReadFile(name="s.fq", content=fastq(*host(5))[:-30])
    found = scan_reads(
        [broken], Catalogue(known=[("v.fasta", f">v\n{VIRUS}\n".encode())]), [],
        FileFormats(), SilentProgress(),
    )  # fmt: skip
    assert [one.file for one in found.findings] == ["s.fq"]
