"""CPU seconds, memory and accuracy of read typing on files of your own, in whole processes.

    python benchmarks/bench_typing.py reference.fa reads_1.fq.gz reads_2.fq.gz [truth.vcf]

With a truth (single letters and indels, AF in INFO where below 1) recall and precision are
told too. Where minimap2, samtools and bcftools are on the path they do the same work.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

Change = tuple[int, str, str]
SHELL = (
    "minimap2 -ax sr -t 1 {ref} {one} {two} 2>/dev/null | "
    "samtools sort -m 1G -o {out}.bam - && "
    "bcftools mpileup -Ou -q10 -Q20 -d1000 -f {ref} {out}.bam 2>/dev/null | "
    "bcftools call --ploidy 1 -mv -Ov -o {out}.vcf"
)


def cpu_of(command: list[str]) -> tuple[float, float]:
    """CPU seconds of a command and its children, and the largest of them so far in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, after.ru_maxrss / 1024


def changes(path: Path) -> tuple[set[Change], set[Change]]:
    """Consensus and minor changes of a VCF."""
    own: set[Change] = set()
    minor: set[Change] = set()
    for line in path.read_text().splitlines():
        if line.startswith("#"):
            continue
        _, position, _, ref, alts, _, _, info = line.split("\t")[:8]
        told = dict(one.split("=", 1) for one in info.split(";") if "=" in one)
        share = float(told["AF"].split(",")[0]) if "AF" in told else 1.0
        (own if share > 0.5 else minor).add((int(position), ref, alts.split(",")[0]))
    return own, minor


def tell(name: str, found: set[Change], truth: set[Change]) -> None:
    if truth:
        right = len(found & truth)
        recall, precision = right / len(truth), right / max(len(found), 1)
        print(f"  {name}: recall {recall:.4f}, precision {precision:.4f} ({len(truth)} true)")


def main(ref: str, one: str, two: str, truth: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "ours"
        line = [sys.executable, "-m", "nanoward", "catalogue", "type", one, two, "--quiet"]
        line += ["--reference", ref, "--out", str(out)]
        cpu_of(line)  # compiles, once for an installation
        spent, memory = cpu_of(line)
        print(f"nanoward: {spent:.1f} CPU s, {memory:.0f} MB")
        made = {"nanoward": next(out.glob("*.vcf"))}
        if all(shutil.which(tool) for tool in ("minimap2", "samtools", "bcftools")):
            base = str(Path(folder) / "theirs")
            shell = SHELL.format(ref=ref, one=one, two=two, out=base)
            other, memory = cpu_of(["sh", "-c", shell])
            print(f"minimap2 + samtools + bcftools: {other:.1f} CPU s, {memory:.0f} MB")
            print(f"ratio {other / spent:.1f}")
            made["bcftools"] = Path(base + ".vcf")
        for name, path in made.items() if truth else ():
            print(name)
            for kind, found, true in zip(
                ("consensus", "minor"), changes(path), changes(Path(truth)), strict=True
            ):
                tell(kind, found, true)


if __name__ == "__main__":
    main(*sys.argv[1:])
