"""What became of the reads of a file, and of what stands beside their letters."""

from collections.abc import Iterable, Mapping

from nanoward.base.findings import Finding
from nanoward.ports.formats import Use

NOT_FASTQ_FIELD = "nothing is read there: a read is its name, letters and qualities"
FOUND_ANEW = "where a read lies is found anew"
OTHER_PLACE = "another place of a read whose first line holds all of its letters"
CLIPPED = "primers and adapters are clipped so"
# columns of SAM (SAMv1, section 1.4), and what is done with them
SAM_USED = ("QNAME", "FLAG", "RNAME", "POS", "CIGAR", "RNEXT", "PNEXT", "SEQ", "QUAL", "RG")
SAM_IGNORED = ("MAPQ", "TLEN", "other tags")
REFUSES = ("FMT-083", "FMT-085", "FMT-319")  # no read of such files is used


def fastq_account(
    reads: tuple[int, int], findings: Iterable[Finding], *, words: bool
) -> tuple[Use, ...]:
    """An account of FASTQ.

    reads  reads and mates that were met
    words  whether words stand behind the names
    """
    told = tuple(findings)
    refused = next((one.code for one in told if one.code in REFUSES), "")
    records = [
        _refused(name, count, refused) if refused else _used(name, count)
        for name, count in zip(("read", "mate"), reads, strict=True)
        if count
    ]
    beside = [_ignored("words behind a read's name", NOT_FASTQ_FIELD)] if words else []
    rest = (one for one in told if one.code != refused)
    return (*records, *beside, *_told_of_file(rest))


def alignment_account(
    used: int, left_out: Mapping[str, int], told: Mapping[str, int], findings: Iterable[Finding]
) -> tuple[Use, ...]:
    """An account of SAM, BAM and CRAM.

    left_out  reason (OTHER_PLACE, CLIPPED) to how many lines or reads
    told      code of a finding to how many reads it speaks of
    """
    return (
        _used("read", used),
        *(
            Use(level="record", name="line", use="ignored", reason=OTHER_PLACE, count=count)
            for reason, count in left_out.items()
            if reason == OTHER_PLACE and count
        ),
        *(
            Use(level="column", name="letters clipped softly", use="ignored",
                reason=CLIPPED, count=count)
            for reason, count in left_out.items()
            if reason == CLIPPED and count
        ),
        *(_refused("read", count, code) for code, count in told.items() if count),
        *(Use(level="column", name=name, use="used") for name in SAM_USED),
        *(_ignored(name, FOUND_ANEW) for name in SAM_IGNORED),
        *_told_of_file(one for one in findings if one.code not in told),
    )  # fmt: skip


def contig_account(contigs: int, findings: Iterable[Finding]) -> tuple[Use, ...]:
    """An account of an assembly in FASTA."""
    return (_used("contig", contigs), *_told_of_file(findings))


def _used(name: str, count: int) -> Use:
    return Use(level="record", name=name, use="used", count=count)


def _refused(name: str, count: int, code: str) -> Use:
    return Use(level="record", name=name, use="told", reason=code, count=count)


def _ignored(name: str, reason: str) -> Use:
    return Use(level="column", name=name, use="ignored", reason=reason)


def _told_of_file(findings: Iterable[Finding]) -> tuple[Use, ...]:
    return tuple(
        Use(level="file", name=one.file or "", use="told", reason=one.code) for one in findings
    )
