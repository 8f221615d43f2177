from nanoward.wiring.designs import open_designs, open_signatures


def test_a_spec_can_be_signed_and_designs_can_be_opened() -> None:
    signatures = open_signatures()
    key = signatures.new_key()
    public, signature = signatures.sign(key.private, b"spec")
    assert signatures.verify(public, b"spec", signature)
    assert open_designs() is not None
