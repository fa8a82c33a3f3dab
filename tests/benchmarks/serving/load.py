"""Load: each contender in turn is asked by wrk for as much as it gives."""

import subprocess
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct

SCRIPT = Path(__file__).with_name("wrk.lua")

CONNECTIONS = 16
"""How many requests are under way at once."""


class Contender(Struct, frozen=True):
    """A server that runs at ``url``, and the paths that it is asked for, each with the entity tag beside it."""

    name: str
    url: str
    paths: Sequence[str]
    tags: Sequence[str] = ()


class Figures(Struct, frozen=True):
    """Requests a second, and the latency in milliseconds that half of them and 99 of 100 keep to."""

    rate: float
    median: float
    p99: float
    failed: int


Taken = dict[str, list[Figures]]
"""By contender, the figures of each round."""


def measure(contenders: Sequence[Contender], rounds: int, seconds: int) -> Taken:
    """The figures, ``seconds`` each. A round before the first, unmeasured, warms the caches.

    Each begins at another of the paths, so that of very many each is asked for once.
    """
    taken: Taken = {contender.name: [] for contender in contenders}
    with TemporaryDirectory() as folder:
        files = [_written(contender, Path(folder, str(place))) for place, contender in enumerate(contenders)]
        for number in range(rounds + 1):
            for contender, file in zip(contenders, files, strict=True):
                figures = drive(contender.url, file, seconds, len(contender.paths) * number // (rounds + 1))
                if number > 0:
                    taken[contender.name].append(figures)
    return taken


def _written(contender: Contender, file: Path) -> Path:
    requests = zip_longest(contender.paths, contender.tags, fillvalue="")
    file.write_text("".join(f"{path}\t{tag}\n" for path, tag in requests), encoding="utf-8")
    return file


def drive(url: str, requests: Path, seconds: int, begin: int) -> Figures:
    """What ``url`` gave, asked in turn for the ``requests`` in a file from so many on. Raises where any failed."""
    options = ["--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s", "--timeout", "10s"]
    command = ["wrk", *options, "--script", str(SCRIPT), url, "--", str(requests), str(begin)]
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 60).stdout
    figures = msgspec.json.decode(output.splitlines()[-1], type=Figures)
    if figures.failed or not figures.rate:
        raise RuntimeError(f"{figures.failed} requests to {url} failed:\n{output}")
    return figures
