"""Sayso: every sentence of the news, on whose say-so, and how sure."""

import os

# Before anything loads numpy, whose products here are small: threads that share one wait for each other longer than one
# takes for all of it, and all the more where several processes read articles.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
