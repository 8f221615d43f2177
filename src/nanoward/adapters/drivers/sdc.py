"""IEEE 11073 SDC devices, through the sdc11073 library (optional extra `sdc`).

One driver is one device in or at one participant. Its authors say that the library is not for
clinical routine, and it does not enforce the ranges that a device declares (tried: a provider
took 1e9 for a metric of 0 to 300): the gate and this driver do. A device has no leases and
knows no identifiers: the journal keeps both, and `fall_back` sets the default when one ends.

    [control.drivers.pump]
    kind = "sdc"
    address = "https://10.0.0.7:6464/device"
    participant = "P1"
    patience_s = 5.0                # for a whole call, however slowly its bytes come
    [control.drivers.pump.settings.rate]
    metric = "metric.rate"          # handle of the numeric metric
    operation = "operation.rate"    # handle of its SetValue operation
"""

from collections.abc import Callable
from concurrent.futures import TimeoutError as LateError
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from threading import Lock, Thread
from typing import Any, TypeVar

from nanoward.adapters.drivers.config import DriverConfig, DriverOffer
from nanoward.adapters.drivers.deadline import within
from nanoward.adapters.drivers.journal import journal_of
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.base.errors import UsageError
from nanoward.control.gate import Range
from nanoward.control.orders import KILL, STOP, Command
from nanoward.ports.driver import DriverRefusedError, DriverSilentError, SettingLimit

Answer = TypeVar("Answer")
FINISHED = ("Fin", "FinMod")


class BadDeviceError(UsageError):
    """[control.drivers] does not say what an SDC device needs."""

    code = "USE-064"
    next_step = "Give address, participant, and metric and operation of every setting."


class SdcTransport:
    """A consumer of one device; a link that broke is made anew at the next call."""

    keeps_leases = False

    def __init__(self, config: DriverConfig) -> None:
        options = config.options
        self._address, self._participant = options.get("address"), options.get("participant")
        self._handles = dict(options.get("settings", {}))
        if not (
            self._address and self._participant and set(self._handles) <= set(config.settings)
        ):
            raise BadDeviceError(f"{config.name}: address, participant or settings do not fit")
        self._settings = {name: config.settings[name] for name in self._handles}
        self._patience_s = float(options.get("patience_s", 5.0))
        self._lock = Lock()
        self._consumer: Any = None
        self._ranges: dict[str, Range] = {}
        self.mechanisms: dict[str, float] = {}
        self.pushed: dict[str, float] = {}  # what the device told by itself, by metric

    def limits(self, participant: str) -> dict[str, SettingLimit]:
        """The plan's limits, cut to the range that the device declares for the operation."""
        if participant != self._participant:
            return {}
        return self._in_time(self._limits)

    def apply(self, command: Command, now: datetime) -> None:  # noqa: ARG002
        if command.participant != self._participant or command.kind == KILL:
            raise DriverRefusedError("the device is another participant's, or cannot kill")
        if command.kind == STOP:
            self._in_time(self._stop)
            return
        self._in_time(lambda: self._set(command.setting, command.value))

    def did(self, command: Command) -> bool:
        """A device that knows no identifiers is asked what it is set to."""
        if command.kind == STOP:
            return self._in_time(self._is_stopped)
        return self._in_time(lambda: self._value(command.setting)) == command.value

    def read(self, participant: str, setting: str, now: datetime) -> float:  # noqa: ARG002
        if participant != self._participant:
            raise DriverRefusedError(f"the device is not {participant}'s")
        return self._in_time(lambda: self._value(setting))

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _in_time(self, call: Callable[[], Answer]) -> Answer:
        """A call within `patience_s` from end to end; who is late loses the link."""
        try:
            return within(self._patience_s, call, of=str(self._address))
        except DriverSilentError:
            late, self._consumer, self._lock = self._consumer, None, Lock()
            if late is not None:  # giving it up may take as long again: nobody waits for it
                Thread(target=_given_up, args=(late,), daemon=True).start()
            raise

    def _limits(self) -> dict[str, SettingLimit]:
        self._link()
        return {name: self._limit(name) for name in self._settings}

    def _stop(self) -> None:
        for name, limit in self._settings.items():
            self._set(name, limit.default)

    def _is_stopped(self) -> bool:
        return all(self._value(name) == one.default for name, one in self._settings.items())

    def _limit(self, name: str) -> SettingLimit:
        ours, theirs = self._settings[name], self._ranges[name]
        low, high = max(ours.range.low, theirs.low), min(ours.range.high, theirs.high)
        if not low <= ours.default <= high:
            raise DriverRefusedError(f"the device's range for {name} leaves out the default")
        return SettingLimit(
            unit=ours.unit, range=Range(low=low, high=high), default=ours.default
        )

    def _set(self, name: str, value: float) -> None:
        limit = self._limit(name) if self._link() else self._settings[name]
        if not limit.range.low <= value <= limit.range.high:
            raise DriverRefusedError(f"{value:g} is outside the device's range for {name}")
        told = self._asked(
            lambda link: link.set_service_client.set_numeric_value(
                self._handles[name]["operation"], value
            ).result(timeout=self._patience_s)
        )
        state = str(told.InvocationInfo.InvocationState.value)
        if state not in FINISHED:
            raise DriverRefusedError(f"the device said {state}")

    def _value(self, name: str) -> float:
        handle = self._handles[name]["metric"]
        told = self._asked(lambda link: link.get_service_client.get_md_state([handle]))
        for state in told.result.MdState.State:
            if state.DescriptorHandle == handle and state.MetricValue is not None:
                return float(state.MetricValue.Value)
        raise DriverSilentError(f"the device does not tell {name}")

    def _asked(self, call: Any) -> Any:
        link = self._link()
        try:
            return call(link)
        except (DriverSilentError, DriverRefusedError):
            raise
        except (Exception, LateError) as fault:  # noqa: BLE001 - any fault leaves it unknown
            with self._lock:
                self._drop()
            raise DriverSilentError(f"no answer from {self._address}: {fault!r}") from None

    def _link(self) -> Any:
        with self._lock:
            if self._consumer is None or not self._consumer.is_connected:
                self._drop()
                try:
                    self._connect()
                except Exception as fault:  # noqa: BLE001 - whatever it is, there is no device
                    self._drop()
                    raise DriverSilentError(
                        f"no device at {self._address}: {fault!r}"
                    ) from None
            return self._consumer

    def _connect(self) -> None:
        consumer = import_module("sdc11073.consumer.consumerimpl")
        definitions = import_module("sdc11073.definitions_sdc").SdcV1Definitions
        mdibs, actions = (
            import_module("sdc11073.mdib"),
            import_module("sdc11073.xml_types.actions"),
        )
        self._consumer = consumer.SdcConsumer(
            self._address,
            definitions,
            ssl_context_container=None,
            socket_timeout=self._patience_s,
        )
        self._consumer.start_all(not_subscribed_actions=actions.periodic_actions)
        mdib = mdibs.ConsumerMdib(self._consumer)
        mdib.init_mdib()
        properties = import_module("sdc11073.observableproperties")
        properties.bind(mdib, metrics_by_handle=self._push)
        self._ranges = {name: self._range(mdib, name) for name in self._settings}

    def _range(self, mdib: Any, name: str) -> Range:
        """AllowedRange of the operation, or else TechnicalRange of the metric."""
        handles = self._handles[name]
        allowed = mdib.states.descriptor_handle.get_one(handles["operation"]).AllowedRange
        technical = mdib.descriptions.handle.get_one(handles["metric"]).TechnicalRange
        ranges = allowed or technical
        if not ranges:
            return self._settings[name].range
        return Range(low=float(ranges[0].Lower), high=float(ranges[0].Upper))

    def _push(self, metrics: dict[str, Any]) -> None:
        for handle, state in metrics.items():
            if getattr(state, "MetricValue", None) is not None:
                self.pushed[handle] = float(state.MetricValue.Value)

    def _drop(self) -> None:
        link, self._consumer = self._consumer, None
        if link is not None:
            _given_up(link)


def _given_up(link: Any) -> None:
    with suppress(Exception):  # it is being given up in any case
        link.stop_all(unsubscribe=False)


def open_driver(config: DriverConfig) -> JournalledDriver:
    """An SDC device behind a journal."""
    return JournalledDriver(config.name, SdcTransport(config), journal_of(config, alone=True))


DRIVER = DriverOffer(
    name="sdc",
    meaning="a medical device by IEEE 11073 SDC (extra sdc; not for clinical routine)",
    opens=open_driver,
)
