"""Laboratory tests that are known and that no table of grades has a rule for.

Source: CDISC SDTM controlled terminology, LBTESTCD C65047. They are ignored on purpose: a test
that is neither graded nor named here is unknown, and beyond its own limits it holds.
"""

UNGRADED = (
    *("ANISO", "BASO", "BASOLE", "BUN", "CL", "COLOR", "EOSLE", "HBA1C", "HCT", "KETONES"),
    *("LYMLE", "MACROCY", "MCH", "MCHC", "MCV", "MICROCY", "MONO", "MONOLE", "POIKILO"),
    *("POLYCHR", "PROT", "RBC", "SPGRAV", "TSH", "UROBIL", "VITB12", "UREAN", "UREA"),
    *("NEUTLE", "BILDIR", "BILIND", "GFRE", "GFR", "RDW", "MPV", "PDW"),
    *("PT", "PTT", "CRP", "TROPONI", "TROPONT", "LACTATE", "FERRITIN", "IRON", "TIBC"),
    *("T3", "T4", "T3FR", "T4FR", "LH", "FSH", "PROLCTN", "TESTOS", "ESTRDIOL", "INSULIN"),
    *("HCG", "PREG", "OCCBLD", "NITRITE", "LEUKASE", "GLOBUL", "ALBGLOB", "ANIONG"),
    *("CD8", "CD3", "CD4CD8", "VIRLOAD", "HIVVL", "EPIC", "CASTS", "CRYSTALS"),
    *("BACT", "YEAST", "MUCTHR", "AMMONIA", "CORTISOL", "VITD", "FOLATE", "DDIMER", "ESR"),
    *("LPA", "APOA1", "APOB", "CYSTATC", "TRANSF", "TRFSAT", "RETI", "RETIRBC", "NRBC"),
    *("BANDS", "NEUTB", "NEUTSG", "BLAST", "CEA", "PSA", "AFP", "CA125", "OSMLTY", "ACTH"),
    *("ETHANOL", "AMPHET", "COCAINE", "OPIATE", "BNZDZPN", "BARB", "CANNAB", "PHENCYC"),
    *("HBSAG", "HBCAB", "HCAB", "HIVAB", "HIV12AB", "SARSCOV2", "IGG", "IGM", "IGA", "IGE"),
    *("CLARITY", "ODOR", "APPEAR", "TURB", "UALB", "ALBCREAT", "PROTCREAT", "PO2", "PCO2"),
    *("BASEEXC", "BNP", "BNPPRO", "CKMB", "MYOGLOB", "PROCALCI", "IL6", "TNFALPHA"),
    *("METHB", "TGLOB", "ANIONGAP", "LBALL", "AGENTLD", "LDLHDL", "CHOLHDL", "CARBOXHB"),
    *("EOS", "PH", "PHOS", "HDL", "LDL"),
)
