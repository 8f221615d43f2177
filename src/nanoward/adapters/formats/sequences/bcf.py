"""BCF as the text of the VCF that it packs, by pysam (the extra [reads])."""

from pathlib import Path
from tempfile import TemporaryDirectory

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks


def text_of_bcf(path: str, content: bytes, remarks: Remarks) -> bytes:
    """VCF text of a BCF file; nothing where it cannot be read."""
    try:
        import pysam
    except ImportError:
        remarks.add(
            problems.UNREADABLE, "BCF needs pysam: pip install 'nanoward[reads]', or send VCF"
        )
        return b""
    pysam.set_verbosity(0)
    lines: list[str] = []
    with TemporaryDirectory() as folder:
        name = Path(folder) / "calls.bcf"
        name.write_bytes(content)
        try:
            with pysam.VariantFile(str(name)) as source:
                lines.append(str(source.header))
                for record in source:  # what stands before a cut is kept
                    lines.append(str(record))  # noqa: PERF401
        except (OSError, ValueError) as fault:
            problem = problems.CUT_SHORT if len(lines) > 1 else problems.UNREADABLE
            remarks.add(problem, f"{Path(path).name} cannot be read to its end ({fault})")
    return "".join(lines).encode() if lines else b""
