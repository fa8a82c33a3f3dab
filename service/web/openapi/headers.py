"""Headers of answers, each described once."""

from typing import Any

from service.web.operations import Operation

_TEXTS = {
    "Accept-Ranges": "`bytes`, where it can be asked for by ranges: not in a coding.",
    "Cache-Control": "How long it may be kept, and by whom. `no-cache`: ask each time, with the tag.",
    "Content-Disposition": "The name of the file.",
    "Content-Location": "Where the same export is found again.",
    "Content-Range": "Which bytes these are, and of how many; with 416, of how many there are.",
    "ETag": "The tag of these bytes. Send it as `If-None-Match`: while they are the same, the answer is 304.",
    "Last-Modified": "When the record had last changed. `If-Modified-Since` is compared with it.",
    "Link": (
        'The next page, `rel="next"`; absent on the last. Of a claim, that it is there as JSON-LD too, '
        '`rel="alternate"`, and of that the profile that it follows, `rel="profile"`.'
    ),
    "Location": "The path of what was stored, or of what stands for it now.",
    "RateLimit": (
        "Where the service sets a limit: its policy, the requests `r` that are left of it, and the seconds `t` until "
        "it is whole again, or with 429 until the next."
    ),
    "RateLimit-Policy": "Where the service sets a limit: its name, and `q` requests in `w` seconds.",
    "Retry-After": "Seconds after which to send it again.",
    "Sayso-Removed": (
        "As of a moment: how many claims (articles, sources, reviews, as the list is of) were there then, whatever "
        "is asked of them, that are removed for good and so in no answer; absent where none is."
    ),
    "Sayso-Sequence": "The number of the last revision that was seen: as of it, the list is for ever the same.",
    "Vary": "The headers of a request on which the answer depends.",
    "WWW-Authenticate": "`Bearer`, with what is wrong with the key, or the `scope` that is missing (RFC 6750).",
    "X-Request-Id": (
        "The request's own X-Request-Id, where that is 1 to 128 characters of `A-Z a-z 0-9 . _ : + / = @ -`, else a "
        "new one."
    ),
}

HEADERS: dict[str, Any] = {name: {"description": text, "schema": {"type": "string"}} for name, text in _TEXTS.items()}


def headers(operation: Operation, *names: str) -> dict[str, Any]:
    """What stands for the headers of these names, and for those that every answer of the operation has."""
    limits = ("RateLimit", "RateLimit-Policy") if operation.limited else ()
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *limits, "X-Request-Id")}
