"""Idempotency-Key: by what a request that is sent again is known (draft-ietf-httpapi-idempotency-key-header)."""

import re
from hashlib import sha256

import msgspec

from schemas.articles import NewArticle
from service.storage.port import Once
from service.web.headers import HeaderInvalid
from service.web.house import Call

HEADER = "idempotency-key"

FORM = re.compile(r'^("[!#-+\--\[\]-~]{1,255}"|[!#-+\--\[\]-~]{1,255})$')
"""A string as the draft has it, in quotes, or as most clients send it, without; what may be in it is the same."""


BATCH = "a batch takes none. Its articles are stored once, however often sent."

SHOWN_ONCE = "none is taken here: what is made shows a secret, once. Send it without; before again, list what there is."


def refuse(request: Call, because: str) -> None:
    """Returns where the request has no Idempotency-Key, else raises `HeaderInvalid`, which says why it takes none."""
    if request.headers.getall(HEADER, []):
        raise HeaderInvalid("Idempotency-Key", because)


def once(request: Call, sender: str, new: NewArticle) -> Once | None:
    """By what the request is known again; None where it has no Idempotency-Key. Raises `HeaderInvalid`.

    Two bodies are the same where they are the same article, however it was written.
    """
    given = request.headers.getall(HEADER, [])
    if not given:
        return None
    if not FORM.fullmatch(key := ",".join(given)):
        raise HeaderInvalid(
            "Idempotency-Key", "give 1 to 255 visible ASCII characters without a quotation mark, comma or backslash."
        )
    return Once(sender, key.strip('"'), sha256(msgspec.json.encode(new)).digest())
