import pytest


def test_the_device_is_described_as_the_driver_expects() -> None:
    """What it does is tested on loopback, in tests/adapters/drivers/sdc_loopback.py."""
    device = pytest.importorskip("nanoward.testing.sdc_device")
    for handle in (device.METRIC, device.OPERATION):
        assert f'Handle="{handle}"' in device.MDIB
    assert '<pm:TechnicalRange Lower="0" Upper="45"/>' in device.MDIB
