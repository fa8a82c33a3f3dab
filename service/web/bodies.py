"""What comes in: an article, as JSON or as plain text."""

from litestar.exceptions import ClientException, InternalServerException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from schemas.articles import NewArticle
from service.errors import InputError, TextTooLarge
from service.ingest import T, from_json, from_text, structured
from service.web.house import Call
from service.web.replies import JSON

TEXT = "text/plain"
LINES = "application/x-ndjson"
MEDIA_TYPES = (JSON, TEXT)


class MediaTypeUnsupported(InputError):
    """The body is in a media type, a character set or a coding that is not read."""

    def __init__(self, found: str, read: tuple[str, ...]) -> None:
        self.found = found
        super().__init__(f"{found} is not read here. Send {' or '.join(read)}, in UTF-8, not compressed.")


async def article(request: Call) -> NewArticle:
    """The article in the body. Raises `MediaTypeUnsupported`, or an `InputError` that says what is wrong with it."""
    kind = media(request, MEDIA_TYPES)
    body = await _body(request)
    return from_text(body) if kind == TEXT else from_json(body)


async def json(request: Call, type: type[T]) -> T:
    """What the JSON in the body describes. Raises as `article`."""
    media(request, (JSON,))
    return structured(await _body(request), type)


async def _body(request: Call) -> bytes:
    try:
        return await request.body()
    except RequestEntityTooLarge as error:
        raise TextTooLarge(limit(request)) from error
    except InternalServerException as error:
        # So Litestar calls a client that went away, and a chunk that is none.
        raise ClientException("The body broke off.") from error


def limit(request: Call) -> int:
    """How many bytes an article may take."""
    return request.route_handler.resolve_request_max_body_size() or 0


def media(request: Call, read: tuple[str, ...]) -> str:
    """The media type of the body, one of those that are ``read``. Raises `MediaTypeUnsupported`."""
    media, parameters = request.content_type
    if media not in read:
        raise MediaTypeUnsupported(f"The media type '{media}'" if media else "A body without a Content-Type", read)
    if (charset := parameters.get("charset", "utf-8").lower()) not in ("utf-8", "utf8", "us-ascii"):
        raise MediaTypeUnsupported(f"The character set '{charset}'", read)
    if (coding := request.headers.get("content-encoding", "identity").lower()) != "identity":
        raise MediaTypeUnsupported(f"The content coding '{coding}'", read)
    return media
