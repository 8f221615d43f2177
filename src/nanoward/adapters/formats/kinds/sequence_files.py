"""Sequences: reads, genomes, references, primers, variants as CSV, VCF and BCF."""

from nanoward.adapters.formats.table_format import GZ, TABLE, FilePlace, TableFormat


def is_vcf(path: str, content: bytes) -> bool:
    """By its name; failing that, by how it begins."""
    from nanoward.adapters.formats.sequences import vcf

    return vcf.is_vcf(path, content)


FORMAT = (
    TableFormat(
        name="reads",
        role="reads",
        meaning="reads of samples",
        reader="sequences.read_files:read_file_row",
        places=(
            FilePlace(
                role="reads",
                pattern=r"data/reads/[^/]+\.((fastq|fq|fasta|fa|fna)(\.gz)?|bam|cram|sam)",
                names=(
                    "data/reads/SAMPLE_1.fastq.gz",
                    "data/reads/SAMPLE_2.fastq.gz",
                    "data/reads/SAMPLE_L001.fq",
                    "data/reads/SAMPLE.bam",
                    "data/reads/SAMPLE.cram",
                    "data/reads/SAMPLE.sam",
                    "data/reads/SAMPLE.fasta",
                ),
                format="reads: FASTQ, BAM, CRAM, SAM; FASTA: contigs of an assembly",
                holds="reads of samples, both of a pair as SAMPLE_1 and SAMPLE_2; lanes end in"
                " _L001",
            ),
        ),
    ),
    TableFormat(
        name="primers",
        role="primers",
        meaning="primers that are trimmed off reads",
        reader="sequences.primers:read_primers",
        places=(
            FilePlace(
                role="primers",
                pattern=r"data/(reads/)?primers\.bed" + GZ,
                names=(
                    "data/primers.bed",
                    "data/reads/primers.bed",
                ),
                format="BED",
                holds="primers that are trimmed off reads",
            ),
        ),
    ),
    TableFormat(
        name="genomes",
        role="genomes",
        meaning="consensus genomes",
        reader="sequences.fasta:read_genomes",
        places=(
            FilePlace(
                role="genomes",
                pattern=r"data/[^/]+\.(fasta|fa|fna)" + GZ,
                names=(
                    "data/GENOMES.fasta",
                    "data/GENOMES.fa",
                    "data/GENOMES.fna.gz",
                ),
                format="FASTA, header `sample|contig|run=RUN`",
                holds="consensus genomes",
            ),
        ),
    ),
    TableFormat(
        name="reference",
        role="reference",
        meaning="an agent's reference",
        reader="sequences.fasta:read_reference",
        places=(
            FilePlace(
                role="reference",
                pattern=r"agents/[^/]+/reference\.(fasta|fa|fna)" + GZ,
                names=(
                    "agents/NAME/reference.fasta",
                    "agents/NAME/reference.fna.gz",
                ),
                format="FASTA",
                holds="the agent's reference",
            ),
        ),
    ),
    TableFormat(
        name="variants",
        role="variants",
        meaning="variants with frequency and depth",
        reader="sequences.variants_csv:read_variants_csv",
        places=(
            FilePlace(
                role="variants",
                pattern=r"data/[^/]*variants[^/]*" + TABLE,
                names=(
                    "data/variants.csv",
                    "data/2026-variants-b.csv.gz",
                ),
                format="CSV",
                holds="variants with frequency and depth",
            ),
        ),
    ),
    TableFormat(
        name="vcf",
        role="variants",
        meaning="variants as sequencing pipelines write them",
        reader="sequences.vcf:read_vcf",
        places=(
            FilePlace(
                role="variants",
                pattern=r"data/[^/]+\.(vcf(\.gz)?|bcf)",
                names=(
                    "data/NAME.vcf",
                    "data/NAME.vcf.gz",
                    "data/NAME.bcf",
                ),
                format="VCF 4.x, BCF",
                holds="variants with frequency and depth",
            ),
        ),
        is_it=is_vcf,
    ),
)
