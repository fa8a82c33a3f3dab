"""The documentation in the browser: Swagger UI from the installed package, so that it works offline."""

from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from litestar import Controller
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from service.web.openapi.document import document
from service.web.operations import show
from service.web.replies import JSON, Reply

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {"content-security-policy": _POLICY, "referrer-policy": "no-referrer"}

_MEDIA = {
    "index.html": "text/html; charset=utf-8",
    "docs.js": "text/javascript; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
"""The files there are, all of them; no path from outside reaches the disk."""


class Docs(Controller):
    """The document, and a page that shows it."""

    path = "/"

    @show("/openapi.json")
    async def openapi(self) -> Reply:
        """The OpenAPI document."""
        return Reply(document(), media=JSON)

    @show("/docs")
    async def index(self) -> Reply:
        """The page."""
        return _file("index.html")

    @show("/docs/{name:str}")
    async def file(self, name: FromPath[str]) -> Reply:
        """A file that the page asks for."""
        return _file(name)

    @show("/")
    async def home(self) -> Reply:
        """On to the documentation."""
        return Reply(b"", status=307, headers={"location": "/docs"})


def _file(name: str) -> Reply:
    if name not in _MEDIA:
        raise NotFoundException
    return Reply(_bytes(name), media=_MEDIA[name], headers=_HEADERS)


@cache
def _bytes(name: str) -> bytes:
    ours = Path(__file__).with_name("static") / name
    # Found by the package's list of files, since to import it would bring in much that is not needed.
    theirs = distribution("swagger-ui-py").locate_file(f"swagger_ui/static/{name}")
    return (ours if ours.exists() else Path(str(theirs))).read_bytes()
