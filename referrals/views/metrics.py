"""What do monitors read? Counts of the whole product, and how this server's pages answer."""

import os
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from referrals.queries.metrics import gauges

from .decorators import operator_view

OWN = CollectorRegistry()
#: By the name of the route: an address holds ids, and some hold keys.
ANSWERED = Histogram(
    "ferry_request_seconds", "Time until an answer was ready.", ("route", "method", "status"),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 10), registry=OWN,
)  # fmt: skip


class _Counted(Collector):
    def collect(self) -> Iterator[Metric]:
        for gauge in gauges(timezone.now()):
            family = GaugeMetricFamily(
                gauge.name, gauge.says, labels=[gauge.label] if gauge.label else None
            )
            for value, number in sorted(gauge.values.items()):
                family.add_metric([value] if gauge.label else [], number)
            yield family


@operator_view
def metrics(request: HttpRequest) -> HttpResponse:
    """The database is asked afresh each time, so that it does not matter which process answers."""
    registry = CollectorRegistry()
    registry.register(_Counted())
    text = generate_latest(registry)
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        all_processes = CollectorRegistry()
        MultiProcessCollector(all_processes)  # type: ignore[no-untyped-call]
        text += generate_latest(all_processes)
    else:
        text += generate_latest(OWN)
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)
