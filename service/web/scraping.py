"""What Prometheus scrapes: the numbers of all workers, and what the store holds."""

from collections.abc import Iterator
from functools import partial
from itertools import accumulate

from anyio import to_thread
from litestar import Controller
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, Metric, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from service.errors import StoreError
from service.storage.port import ClaimStore
from service.web.caching import NO_STORE
from service.web.house import Call, House, house
from service.web.metrics import Meter, Rows, Series
from service.web.operations import show
from service.web.queries import refuse
from service.web.replies import Reply


class Metrics(Controller):
    """The metrics of the service, which are no part of its API."""

    path = "/metrics"

    @show("/", NO_STORE)
    async def metrics(self, request: Call) -> Reply:
        """All metrics, in Prometheus' text format."""
        refuse(request.scope["query_string"])
        body = await to_thread.run_sync(exposition, house(request))
        return Reply(body, media=CONTENT_TYPE_PLAIN_0_0_4)


def exposition(parts: House) -> bytes:
    """The metrics of every worker and of the store, as text."""
    registry = CollectorRegistry()
    registry.register(Counted(parts.meter))
    registry.register(Processes(parts.meter))
    registry.register(Stored(parts.store))
    return generate_latest(registry)


class Counted(Collector):
    """What the workers count, added up."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def collect(self) -> Iterator[Metric]:
        """A metric for each series. None is less than it ever was: what is told was published before."""
        self._meter.publish()
        return map(_family, self._meter.series, self._meter.gathered())


class Stored(Collector):
    """What the store holds."""

    def __init__(self, store: ClaimStore) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """A gauge for each thing; none where the store cannot be read, which is `/readyz` to tell."""
        try:
            size = self._store.size()
        except StoreError:
            return
        yield GaugeMetricFamily("sayso_articles", "Articles stored.", size.articles)
        yield GaugeMetricFamily("sayso_claims", "Claims stored.", size.claims)
        yield GaugeMetricFamily("sayso_sources", "Sources stored.", size.sources)
        yield GaugeMetricFamily("sayso_database_bytes", "Bytes of the database file.", size.bytes)


class Processes(Collector):
    """Processor time, memory and open files of each worker, which are numbered from 1."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def collect(self) -> Iterator[Metric]:
        """The usual metrics of processes, with a label that tells the worker."""
        families: dict[str, Metric] = {}
        for worker, process in enumerate(self._meter.workers(), 1):
            for found in ProcessCollector(pid=partial(int, process), registry=None).collect():
                family = families.setdefault(found.name, Metric(found.name, found.documentation, found.type))
                family.samples += [Sample(s.name, {"worker": str(worker)}, s.value) for s in found.samples]
        yield from families.values()


def _family(series: Series, rows: Rows) -> Metric:
    if series.kind == "histogram":
        histogram = HistogramMetricFamily(series.name, series.help, labels=series.labels)
        for labels, (*counts, total) in rows.items():
            bounds = [*map(str, series.bounds), "+Inf"]
            histogram.add_metric(labels, list(zip(bounds, accumulate(counts), strict=True)), total)
        return histogram
    kind = GaugeMetricFamily if series.kind == "gauge" else CounterMetricFamily
    plain = kind(series.name, series.help, labels=series.labels)
    for labels, (number,) in rows.items():
        plain.add_metric(labels, number)
    return plain
