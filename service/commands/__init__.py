"""Commands of ``sayso`` that have a file of their own, and what commands share."""
