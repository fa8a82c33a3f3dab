"""An answer that callers may keep: its bytes, as they are and in each coding, with a tag for each."""

from functools import cached_property

from xxhash import xxh3_128_hexdigest

from service.web import codings
from service.web.caching import Header
from service.web.codings import Coding

Headers = list[Header]

OVERHEAD = 3_000
"""About how many bytes a page takes besides those of its bodies in all codings, as measured: 2,300 to 3,000."""

_VARY = (b"vary", b"accept-encoding")
_OF_THE_BODY = frozenset({b"content-type", b"content-length", b"content-encoding", b"link"})


class Form:
    """What is sent in one coding."""

    def __init__(self, tag: bytes, headers: Headers, body: bytes) -> None:
        self.tag, self.headers, self.body = tag, headers, body

    @cached_property
    def left(self) -> Headers:
        """The headers that are sent to who holds it."""
        return [header for header in self.headers if header[0] not in _OF_THE_BODY]


class Page:
    """A body of the media type in ``headers``, from the route that ``template`` names. ``cache``: who may keep it.

    The headers say nothing of that, nor of how many bytes are sent.
    """

    def __init__(self, headers: Headers, body: bytes, template: str, cache: Header) -> None:
        self.template, self.cache = template, cache
        self._headers, self._body, self._hash = headers, body, xxh3_128_hexdigest(body)
        self._forms: dict[Coding | None, Form] = {}

    @property
    def size(self) -> int:
        """How many bytes of memory it may come to take: a body in zstd and gzip has rarely half of its bytes more."""
        return len(self._body) * 3 // 2 + OVERHEAD

    def form(self, coding: Coding | None) -> Form:
        """What is sent to who asks for the ``coding``. It is made once."""
        if coding and not codings.suits(dict(self._headers)[b"content-type"], len(self._body)):
            coding = None
        form = self._forms.get(coding)
        if form is None:
            form = self._forms[coding] = self._made(coding)
        return form

    def _made(self, coding: Coding | None) -> Form:
        body = coding.whole(self._body) if coding else self._body
        # Bytes that differ have tags that differ, also where one thing is in two codings (RFC 9110, 8.8.3.3).
        tag = (f'"{self._hash}-{coding.name}"' if coding else f'"{self._hash}"').encode()
        headers = [*self._headers, self.cache, (b"content-length", b"%d" % len(body)), (b"etag", tag), _VARY]
        return Form(tag, [*headers, coding.header] if coding else headers, body)
