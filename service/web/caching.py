"""Who may keep an answer (RFC 9111), as it is declared beside a route."""

Header = tuple[bytes, bytes]

NO_STORE = (b"cache-control", b"no-store")
"""Nobody. So with every answer that says nothing else."""

RECORD = (b"cache-control", b"no-cache")
"""Whoever asks each time whether it is still so. It shows the record, the same to all who may see it, and no more."""

PRIVATE = (b"cache-control", b"private, no-cache")
"""The same of an answer to a key, which is for no other caller."""

DOCUMENT = (b"cache-control", b"max-age=300")
"""Everybody for five minutes. It is the same until another version of the service runs."""
