"""Secrets and signatures, as Standard Webhooks 1.0 has them: HMAC-SHA256, the scheme ``v1``."""

import hmac
from base64 import b64encode
from collections.abc import Iterable
from secrets import token_bytes

PREFIX = "whsec_"


def secret() -> bytes:
    """256 random bits, in the middle of what the specification allows."""
    return token_bytes(32)


def shown(secret: bytes) -> str:
    """The secret as its receiver gets it."""
    return PREFIX + b64encode(secret).decode()


def headers(id: str, at: int, body: bytes, secrets: Iterable[bytes]) -> dict[str, str]:
    """The headers by which ``body``, sent ``at`` so many seconds since 1970, is verified with any of the secrets."""
    return {
        "webhook-id": id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(_signature(id, at, body, secret) for secret in secrets),
    }


def _signature(id: str, at: int, body: bytes, secret: bytes) -> str:
    signed = b"%b.%d.%b" % (id.encode(), at, body)
    return f"v1,{b64encode(hmac.digest(secret, signed, 'sha256')).decode()}"
