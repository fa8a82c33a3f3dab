"""What people say of sources, written: what one is called, and that two are one."""

from collections.abc import Iterable
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from schemas.changes import Action
from schemas.corrections import NewMerge, NewSourceCorrection
from service.errors import FieldInvalid, NotCorrected, NotMerged, Overtaken, SourceMerged, SourceUnknown
from service.storage import identities
from service.storage.following import follow
from service.storage.identities import Judgement, Known, names
from service.storage.names import fold
from service.storage.writing import Writer

LAST = "SELECT max(sequence) FROM revisions WHERE entity = 'source' AND entity_id = ?"


def correct(writer: Writer, id: str, given: NewSourceCorrection, after: int) -> None:
    """The source is what a person says it is, and claims call it so.

    Raises `SourceUnknown`, `Overtaken` where the revision ``after`` is no more its last, `SourceMerged`, or
    `FieldInvalid`; nothing is written then.
    """
    known = _standing(writer, id, after)
    judgement = _corrected(writer, known, given)
    if given.member_of:
        _check_whole(writer, id, given.member_of)
    _judge(writer, known, judgement, given.reason)


def undo(writer: Writer, id: str, after: int) -> None:
    """The source is again what articles say of it. Raises as `correct`, or `NotCorrected`."""
    known = _standing(writer, id, after)
    if not known.judgement.members:
        raise NotCorrected(id)
    _judge(writer, known, Judgement(), "correction undone")


def merge(writer: Writer, id: str, given: NewMerge, after: int) -> None:
    """The source is in no list, and whatever names it shows the other. Raises as `correct`."""
    known = _standing(writer, id, after)
    if given.into == id:
        raise FieldInvalid("/into", "it is the same source. Give another's id.")
    identities.keep(writer.db, _given(writer, "/into", given.into))
    identities.keep(writer.db, known._replace(judgement=replace(known.judgement, merged_into=given.into)))
    sequence = writer.tell(id, Action.MERGED, given.reason)
    _carry(writer, id, [given.into], f"{id} merged into {given.into}")
    writer.place(id, sequence)  # Only now that nothing refers to it can it go.


def split(writer: Writer, id: str, after: int) -> None:
    """The source is what it is without its merge, and whatever was given it shows it.

    Raises as `correct`, or `NotMerged`.
    """
    known = _found(writer, id, after)
    into = known.judgement.merged_into
    if not into:
        raise NotMerged(id)
    above = identities.line(writer.db, into)
    identities.keep(writer.db, known._replace(judgement=replace(known.judgement, merged_into=UNSET)))
    writer.show(id, Action.RESTORED, "merge undone")
    _carry(writer, id, above, f"{id} split from {into}")


def _judge(writer: Writer, known: Known, judgement: Judgement, reason: str) -> None:
    id, name = known.read.id, writer.identities.of(known.read.id).name
    judged = known._replace(judgement=judgement)
    if (judged.itself, judgement.member_of) == (known.itself, known.judgement.member_of):
        return  # No revision would tell of it.
    identities.keep(writer.db, judged)
    writer.show(id, Action.UPDATED, reason)
    if writer.identities.of(id).name != name:
        follow(writer, identities.family(writer.db, id), f"{id} renamed: {reason}")


def _carry(writer: Writer, id: str, above: Iterable[str], reason: str) -> None:
    """Whatever refers to the source follows, and those do ``above``, into which it is merged, or was."""
    family = identities.family(writer.db, id)
    for source in dict.fromkeys((*above, *family, *identities.members(writer.db, family))):
        if source != id:
            writer.show(source, Action.UPDATED, reason)
    follow(writer, family, reason)


def _corrected(writer: Writer, known: Known, given: NewSourceCorrection) -> Judgement:
    """What people say of the source now. Raises `FieldInvalid`."""
    said, itself = known.judgement, known.itself
    new: dict[str, Any] = {}
    if given.name:
        new["name"] = " ".join(given.name.split())
    if given.kind:
        new["kind"] = given.kind
    if given.aliases is not UNSET:
        new |= _names(writer, known, new.get("name", itself.name), given.aliases)
    if given.member_of is not UNSET:
        new["member_of"] = given.member_of or UNSET
    if not new:
        raise FieldInvalid("", "it corrects nothing. Give name, kind, aliases or member_of.")
    members = sorted({*said.members, *(set(new) - {"dropped"})})
    if given.name and given.aliases is UNSET:
        new["aliases"] = names(itself)  # By the name before it is found as it was.
    return replace(said, reason=given.reason, members=tuple(members), **new)


def _names(writer: Writer, known: Known, name: str, given: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The aliases that are its own, and the names that it loses. Raises `FieldInvalid` for one that is another's."""
    merged = identities.merged_names(writer.db, known.read.id)
    wanted = {fold(alias): " ".join(alias.split()) for alias in given}
    for key, alias in merged.items():
        if key not in wanted and key != fold(name):
            fault = f"'{alias}' is a name of a source that was merged into it. Leave it there, or undo the merge first."
            raise FieldInvalid("/aliases", fault)
    own = set(map(fold, (*names(known.itself), *names(known.read))))
    dropped = {*own, *known.judgement.dropped} - wanted.keys() - {fold(name)}
    aliases = tuple(alias for key, alias in wanted.items() if key in own or key not in merged)
    return {"aliases": aliases, "dropped": tuple(sorted(dropped))}


def _check_whole(writer: Writer, id: str, whole: str) -> None:
    """Raises `FieldInvalid` where the source cannot be a member of ``whole``."""
    _given(writer, "/member_of", whole)
    line = [whole]
    while line[-1] != id:
        above = identities.shown(writer.db, line[-1]).member_of
        if not above or above in line:
            return
        line.append(above)
    raise FieldInvalid("/member_of", "it would be a member of itself. Give another source.")


def _given(writer: Writer, path: str, id: str) -> Known:
    """The source that a person names. Raises `FieldInvalid`."""
    try:
        known = identities.known(writer.db, id)
    except SourceUnknown as error:
        raise FieldInvalid(path, "there is no such source. Give the id of one that /v1/sources lists.") from error
    if known.judgement.merged_into:
        root = identities.root(writer.db, id)
        raise FieldInvalid(path, f"it was merged into '{root}'. Give that, or undo the merge.")
    return known


def _found(writer: Writer, id: str, after: int) -> Known:
    known = identities.known(writer.db, id)
    if writer.db.execute(LAST, (id,)).fetchone()[0] != after:
        raise Overtaken
    return known


def _standing(writer: Writer, id: str, after: int) -> Known:
    known = _found(writer, id, after)
    if known.judgement.merged_into:
        raise SourceMerged(id, identities.root(writer.db, id))
    return known
