"""An answer that callers may keep: what is sent of it in one coding, and by which tag it is known."""

from msgspec import Struct
from xxhash import xxh3_128_hexdigest

from service.web import codings
from service.web.caching import Header
from service.web.codings import Coding
from service.web.outlines import Outline
from service.web.replies import Reply

Headers = list[Header]

OVERHEAD = 1_400
"""About how many bytes a page takes that is kept, besides those of its body, as measured: 1,200 to 1,500."""

_VARY = (b"vary", b"accept-encoding")
_OF_THE_BODY = frozenset({b"content-type", b"content-length", b"content-encoding", b"link"})


class Page(Struct, frozen=True, gc=False):
    """What is sent in one coding, from the route that ``template`` names. ``cache``: who may keep it, but for keys.

    Who holds what has the ``tag`` is sent the first ``bare`` of the other ``headers`` alone. The ``body`` of a list of
    claims is an outline, unless it is in a coding.
    """

    tag: bytes
    headers: tuple[Header, ...]
    bare: int
    body: bytes | Outline
    template: str
    cache: Header

    @property
    def size(self) -> int:
        """How many bytes of memory it takes, where it is kept."""
        return OVERHEAD + (self.body.size if isinstance(self.body, Outline) else len(self.body))

    def whole(self) -> bytes:
        """Its bytes."""
        return self.body.filled() if isinstance(self.body, Outline) else self.body


def made(reply: Reply, template: str, cache: Header, coding: Coding | None) -> tuple[Page, bytes]:
    """The page of what is answered, in the coding if that makes it smaller, and its bytes."""
    body, outline, hash = reply.body, reply.outline, xxh3_128_hexdigest(reply.body)
    bare: Headers = []
    own: Headers = []
    for header in reply.headers:
        (own if header[0] in _OF_THE_BODY else bare).append(header)
    # Bytes that differ have tags that differ, also where one thing is in two codings (RFC 9110, 8.8.3.3).
    tag = f'"{hash}"'.encode()
    if coding and codings.suits(dict(reply.headers)[b"content-type"], len(body)):
        tag = f'"{hash}-{coding.name}"'.encode()
        body, outline = coding.whole(body), None
        own.append(coding.header)
    bare += [_VARY, (b"etag", tag)]
    own.append((b"content-length", b"%d" % len(body)))
    return Page(tag, (*bare, *own), len(bare), outline or body, template, cache), body
