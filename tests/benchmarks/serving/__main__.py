"""The figures have been printed."""

import sys

from tests.benchmarks.serving.comparison import beside, flat

print(flat(int(sys.argv[1])) if len(sys.argv) > 1 else beside())
