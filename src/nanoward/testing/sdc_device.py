"""A real SDC provider on loopback with one metric, which believes anything that it is told."""

import uuid
from decimal import Decimal
from typing import Any

from sdc11073.definitions_sdc import SdcV1Definitions
from sdc11073.mdib import ProviderMdib
from sdc11073.provider import SdcProvider
from sdc11073.provider.baseproduct import BaseProduct
from sdc11073.provider.operations import ExecuteParameters, ExecuteResult, SetValueOperation
from sdc11073.provider.providerimpl import RoleProviderComponents
from sdc11073.wsdiscovery import WSDiscovery
from sdc11073.xml_types import pm_types
from sdc11073.xml_types.dpws_types import ThisDeviceType, ThisModelType
from sdc11073.xml_types.msg_types import InvocationState

METRIC, OPERATION = "metric.rate", "operation.rate"
MDIB = """<?xml version="1.0" encoding="UTF-8"?>
<msg:GetMdibResponse
  xmlns:msg="http://standards.ieee.org/downloads/11073/11073-10207-2017/message"
  xmlns:pm="http://standards.ieee.org/downloads/11073/11073-10207-2017/participant"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  MdibVersion="0" SequenceId="urn:uuid:11111111-1111-1111-1111-111111111111">
 <msg:Mdib MdibVersion="0" SequenceId="urn:uuid:11111111-1111-1111-1111-111111111111">
  <pm:MdDescription DescriptionVersion="0">
   <pm:Mds Handle="mds" DescriptorVersion="0" SafetyClassification="MedA">
    <pm:Sco Handle="sco" DescriptorVersion="0" SafetyClassification="Inf">
     <pm:Operation xsi:type="pm:SetValueOperationDescriptor" Handle="operation.rate"
       DescriptorVersion="0" SafetyClassification="MedA" OperationTarget="metric.rate"/>
    </pm:Sco>
    <pm:SystemContext Handle="context" DescriptorVersion="0" SafetyClassification="Inf">
     <pm:LocationContext Handle="location" DescriptorVersion="0" SafetyClassification="Inf"/>
    </pm:SystemContext>
    <pm:Vmd Handle="vmd" DescriptorVersion="0" SafetyClassification="MedA">
     <pm:Channel Handle="channel" DescriptorVersion="0" SafetyClassification="MedA">
      <pm:Metric xsi:type="pm:NumericMetricDescriptor" Handle="metric.rate"
        DescriptorVersion="0" SafetyClassification="MedA" MetricCategory="Set"
        MetricAvailability="Cont" Resolution="0.5">
       <pm:Unit Code="266244"/>
       <pm:TechnicalRange Lower="0" Upper="45"/>
      </pm:Metric>
     </pm:Channel>
    </pm:Vmd>
   </pm:Mds>
  </pm:MdDescription>
  <pm:MdState StateVersion="0">
   <pm:State xsi:type="pm:SetValueOperationState" DescriptorHandle="operation.rate"
     DescriptorVersion="0" OperatingMode="En"/>
   <pm:State xsi:type="pm:NumericMetricState" DescriptorHandle="metric.rate"
     DescriptorVersion="0" StateVersion="0" ActivationState="On">
    <pm:MetricValue Value="0"><pm:MetricQuality Validity="Vld"/></pm:MetricValue>
   </pm:State>
  </pm:MdState>
 </msg:Mdib>
</msg:GetMdibResponse>
"""


class SetRate:
    """The role that carries out SetValue: it stores whatever comes, in range or not."""

    def __init__(self, mdib: Any, device: "SdcDevice") -> None:
        self._mdib, self._device = mdib, device

    def stop(self) -> None:
        """Nothing runs."""

    def init_operations(self, sco: Any) -> None:
        """Nothing to make ready."""

    def make_missing_operations(self, sco: Any) -> list[Any]:  # noqa: ARG002
        """The description lists all there are."""
        return []

    def on_pre_commit(self, mdib: Any, transaction: Any) -> None:
        """Nothing is derived."""

    def on_post_commit(self, mdib: Any, transaction: Any) -> None:
        """Nothing is derived."""

    def make_operation_instance(self, descriptor: Any, getter: Any) -> Any:  # noqa: ARG002
        """The operation of our one metric."""
        return SetValueOperation(
            descriptor.Handle,
            descriptor.OperationTarget,
            self._execute,
            delayed_processing=False,
        )

    def _execute(self, parameters: ExecuteParameters) -> ExecuteResult:
        value = parameters.operation_request.argument
        self._device.store(value)
        return ExecuteResult(InvocationState.FINISHED, self._mdib.mdib_version_group, METRIC)


class SdcDevice:
    """Runs from when it is made until `stop`; a port of its own every time."""

    def __init__(self) -> None:
        self.effects: list[float] = []
        self._mdib: Any = ProviderMdib.from_string(
            MDIB.encode(), protocol_definition=SdcV1Definitions
        )
        self._discovery: Any = WSDiscovery("127.0.0.1")
        self._discovery.start()  # type: ignore[no-untyped-call]
        device = self

        class Product(BaseProduct):
            def __init__(self, mdib: Any, sco: Any, log_prefix: str | None = None) -> None:
                super().__init__(mdib, sco, log_prefix)
                self._ordered_role_providers.append(SetRate(mdib, device))

        self._provider: Any = SdcProvider(
            ws_discovery=self._discovery,
            this_model=ThisModelType(
                manufacturer="nanoward", manufacturer_url="", model_name="loopback"
            ),
            this_device=ThisDeviceType(
                friendly_name="loopback", firmware_version="1", serial_number="1"
            ),
            device_mdib_container=self._mdib,
            epr=uuid.uuid4(),
            role_provider_components=RoleProviderComponents(role_provider_class=Product),
        )
        self._provider.start_all(start_rtsample_loop=False)

    @property
    def address(self) -> str:
        """Where a consumer connects."""
        return str(self._provider.get_xaddrs()[0])

    def store(self, value: float | Decimal) -> None:
        """Set the metric, as the operation does, or as a knob on the device would."""
        self.effects.append(float(value))
        with self._mdib.metric_state_transaction() as change:
            state = change.get_state(METRIC)
            if state.MetricValue is None:
                state.mk_metric_value()
            state.MetricValue.Value = Decimal(str(value))
            state.MetricValue.MetricQuality.Validity = pm_types.MeasurementValidity.VALID

    def stop(self) -> None:
        """Go away without a word to anybody."""
        self._provider.stop_all(send_subscription_end=False)
        self._discovery.stop()
