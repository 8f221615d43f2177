"""Wiring of agent designs and the signatures on their specs."""

from nanoward.ports.designs import Designs, Signatures


def open_designs() -> Designs:
    """GenBank and SBOL3."""
    from nanoward.adapters.formats.designs.design_files import DesignFiles

    return DesignFiles()


def open_signatures() -> Signatures:
    """Ed25519."""
    from nanoward.adapters.signers.spec_keys import Ed25519Signatures

    return Ed25519Signatures()
