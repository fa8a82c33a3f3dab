"""What people say of sources: what one is called, and that two are one."""

from litestar import Controller
from litestar.params import FromPath

from schemas.changes import Entity
from schemas.corrections import NewMerge, NewSourceCorrection
from schemas.keys import Scope
from schemas.sources import CountedSource
from service.errors import InputError, NotCorrected, NotMerged, Overtaken, SourceMerged, SourceUnknown, TagMissing
from service.web import bodies
from service.web.headers import HeaderInvalid
from service.web.house import Call
from service.web.operations import Operation, put, remove
from service.web.replies import Reply
from service.web.revising import revised

_RAISES = (SourceUnknown, TagMissing, HeaderInvalid, Overtaken)


class Judgements(Controller):
    """Corrections and merges of sources."""

    path = "/v1/sources"
    tags = ("corrections",)

    @put(
        "/{id:str}/correction",
        Operation(
            "correctSource",
            "Correct a source",
            Scope.REVIEW,
            CountedSource,
            takes=NewSourceCorrection,
            matches=True,
            raises=(*_RAISES, InputError, SourceMerged),
        ),
    )
    async def correct(self, request: Call, id: FromPath[str]) -> Reply:
        """The source is what a person says it is: called so, of that kind, by these aliases, a member of that source.

        Every claim and article that names it calls it so at once. What articles call it later changes none of this, but
        adds a name that nobody took from it.
        """
        given = await bodies.json(request, NewSourceCorrection)
        return await revised(request, Entity.SOURCE, id, lambda store, **by: store.correct(id, given, **by))

    @remove(
        "/{id:str}/correction",
        Operation(
            "undoSourceCorrection",
            "Undo the corrections of a source",
            Scope.REVIEW,
            CountedSource,
            matches=True,
            raises=(*_RAISES, NotCorrected, SourceMerged),
        ),
    )
    async def undo(self, request: Call, id: FromPath[str]) -> Reply:
        """The source is again what articles say of it. Its revisions keep what people said."""
        return await revised(request, Entity.SOURCE, id, lambda store, **by: store.correct(id, None, **by))

    @put(
        "/{id:str}/merge",
        Operation(
            "mergeSource",
            "Merge a source into another",
            Scope.REVIEW,
            CountedSource,
            takes=NewMerge,
            matches=True,
            raises=(*_RAISES, InputError, SourceMerged),
        ),
    )
    async def merge(self, request: Call, id: FromPath[str]) -> Reply:
        """The source is another one: whatever names it, now or later, shows that.

        It leaves the lists but those asked for by `status=merged`, and its id answers 308. Its names are the other's
        too, and `source=` finds that by its id. It takes time for a source of many claims, as each is revised.
        """
        given = await bodies.json(request, NewMerge)
        return await revised(request, Entity.SOURCE, id, lambda store, **by: store.merge(id, given, **by))

    @remove(
        "/{id:str}/merge",
        Operation(
            "splitSource",
            "Undo the merge of a source",
            Scope.REVIEW,
            CountedSource,
            matches=True,
            raises=(*_RAISES, NotMerged),
        ),
    )
    async def split(self, request: Call, id: FromPath[str]) -> Reply:
        """The source is itself again, and has back all that named it, also what was stored while it was merged."""
        return await revised(request, Entity.SOURCE, id, lambda store, **by: store.merge(id, None, **by))
