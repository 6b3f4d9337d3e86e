"""What is counted for Prometheus. Every label has a small closed set of values; none names a person or a chat."""

from collections.abc import Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_HANDLING_S = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_LAG_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0, 86400.0)


class Metrics:
    """The counters of one running bot, in a registry of their own."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry(auto_describe=True)
        self.received = Counter("shouwen_updates_received", "Updates committed to the inbox", registry=registry)
        self.handled = Counter("shouwen_updates_handled", "Updates handled", ["outcome"], registry=registry)
        self.handling_seconds = Histogram(
            "shouwen_handling_seconds", "Time to handle one update", buckets=_HANDLING_S, registry=registry
        )
        self.quarantined = Counter("shouwen_updates_quarantined", "Updates kept raw and set aside", registry=registry)
        self.outbox_pending = Gauge(
            "shouwen_outbox_pending", "Messages waiting to be sent", ["lane"], registry=registry
        )
        self.sends = Counter(
            "shouwen_sends", "Calls to Telegram that deliver something", ["outcome"], registry=registry
        )
        self.repeats = Counter("shouwen_send_repeats", "Sends tried again after an unknown outcome", registry=registry)
        self.dead_letters = Counter("shouwen_dead_letters", "Messages given up and shown to staff", registry=registry)
        self.timers_fired = Counter("shouwen_timers_fired", "Timers fired", registry=registry)
        self.timer_lag_seconds = Histogram(
            "shouwen_timer_lag_seconds", "From due to fired", buckets=_LAG_S, registry=registry
        )
        self.loop_restarts = Counter("shouwen_loop_restarts", "Loops begun anew", ["loop"], registry=registry)

    def show_outbox(self, pending: Mapping[str, int]) -> None:
        """Set the gauge of waiting messages from `pending` (lane → count)."""
        for lane, count in pending.items():
            self.outbox_pending.labels(lane=lane).set(count)

    def traffic(self) -> dict[str, int]:
        """Return since the start: updates received, messages delivered, sends repeated, and messages given up."""
        return {
            "received": self._total("updates_received"),
            "sent": self._total("sends", outcome="sent") + self._total("sends", outcome="done"),
            "repeated": self._total("send_repeats"),
            "given_up": self._total("dead_letters"),
        }

    def _total(self, name: str, **labels: str) -> int:
        return int(self.registry.get_sample_value(f"shouwen_{name}_total", labels) or 0)

    def exposition(self) -> bytes:
        """Return all values in Prometheus' text format, to be served as `content_type`."""
        return generate_latest(self.registry)
