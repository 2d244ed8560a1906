"""Every metric of every service: the one typed list of names, meanings and labels."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call] # a second series for each counter, which nobody reads

RECORDS: Final = Counter(
    "shoprelay_records", "Records handled: by service, topic (or way in) and outcome.", ["service", "topic", "outcome"]
)
EVENTS: Final = Counter("shoprelay_events", "Events published, by topic and CloudEvents type.", ["topic", "type"])
ERRORS: Final = Counter("shoprelay_errors", "Errors by service and kind (the class of the error).", ["service", "kind"])
LAG: Final = Gauge("shoprelay_lag_records", "Records that wait in a consumed partition.", ["service", "topic", "partition"])
OLDEST: Final = Gauge(
    "shoprelay_oldest_record_age_seconds",
    "Age of the oldest record that was in the last batch of a topic; 0 when nothing waits.",
    ["service", "topic"],
)
SECONDS: Final = Histogram(
    "shoprelay_step_seconds",
    "How long a step took: a batch, a poll page, an operator's answer.",
    ["service", "step"],
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
UNKNOWN_CODES: Final = Counter("shoprelay_unknown_codes", "Codes of a platform that no table knows.", ["relay", "code"])
DEAD_LETTERS: Final = Counter(
    "shoprelay_dead_letters", "Records that could not be processed, by topic and reason.", ["topic", "reason"]
)
STOPPED: Final = Gauge(
    "shoprelay_partition_stopped",
    "1 while the cap on dead letters holds a partition: its records stay in the raw log.",
    ["service", "partition"],
)
SHOP_REQUESTS: Final = Counter("shoprelay_shop_requests", "Requests to shops, by relay and outcome.", ["relay", "outcome"])
COUNTS: Final = Counter(
    "shoprelay_counts",
    "Shops that were asked how many records they have after all were listed: same, different or unknown.",
    ["relay", "resource", "outcome"],
)
DELIVERIES: Final = Counter("shoprelay_deliveries", "Attempts to call the operator's webhook, by outcome.", ["outcome"])
READY: Final = Gauge("shoprelay_ready", "1 while the service is ready.", ["service"])
