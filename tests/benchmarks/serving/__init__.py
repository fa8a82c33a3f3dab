"""How fast claims are served, beside bare bytes, Datasette and FastAPI with SQLAlchemy.

    python -m tests.benchmarks.serving [CLAIMS]

All servers run at once on this machine and are driven by wrk, a few seconds each and by turns, so that what else the
machine does falls on all alike. Each but Datasette, which runs as its users run it, is Granian with two workers. wrk
shares the cores with them. With CLAIMS, Sayso alone is measured, with so many claims beside 100,000.

What is needed besides is wrk (Debian's package has that name) and, in ``build/neighbours``, what ``requirements.lock``
lists: ``make bench`` sees to it. The databases are kept in ``build/bench``.
"""
