"""What can go wrong. Knows nothing of HTTP: `service.web.problems` gives each class its status.

SaysoError
├── InputError                 what was handed in cannot be used; nothing is stored
│   ├── TextEmpty              no word to read
│   ├── TextTooLarge           over the limit in the settings
│   ├── TextUnreadable         not UTF-8, or a control character
│   ├── LanguageUnsupported    not English
│   ├── FileUnreadable         a file that is not there, or not ours to read
│   ├── FieldInvalid           a field of the body is wrong
│   ├── AnnotationInvalid      a line of a file of annotations is wrong
│   └── BodyMalformed          not JSON at all
├── QueryError                 a query parameter is wrong
│   ├── ParameterUnknown
│   ├── ParameterInvalid
│   └── CursorInvalid
├── NotFound
│   ├── ArticleUnknown
│   ├── VersionUnknown
│   ├── ClaimUnknown
│   ├── SourceUnknown
│   ├── ReviewUnknown
│   ├── WebhookUnknown
│   ├── DeliveryUnknown
│   ├── Removed                it was there, and was removed for good
│   │   ├── ArticleRemoved     an ArticleUnknown too
│   │   ├── ClaimRemoved       a ClaimUnknown too
│   │   ├── SourceRemoved      a SourceUnknown too
│   │   └── ReviewRemoved      a ReviewUnknown too
│   ├── KeyUnknown
│   └── KeyRevoked
├── AccessRefused              who asks may not
│   ├── KeyMissing             no key was given
│   ├── KeyInvalid             mistyped, unknown, revoked or expired
│   └── ScopeMissing           the key may do other things, not this
├── NothingAcceptable          there is nothing of a kind that its caller takes
├── TagMissing                 what is to be changed may not be what was read
├── Overtaken                  another has changed it first
│   └── TagWeak                by the tag that came nothing can be known for the same
├── ArticleRetracted           it was taken back, and takes no new version
├── ArticleBarred              it was removed for good, and is not stored again
├── NotCorrected               no person has said what it is
├── NotMerged                  the source was merged into none
├── SourceMerged               the source was merged into another
├── NotRetracted               it was not taken back
├── NotStanding                it is in no list already
├── RequestChanged             its Idempotency-Key came with another body
├── RequestRunning             its Idempotency-Key came with one that is not answered yet
├── RateExceeded               its caller has asked too often
├── StreamsFull                as many follow the changes as may
├── ReaderBusy                 too much is waiting to be read
├── FormatUnavailable          what makes the export's format is not installed
├── ExportsFull                too many exports are on their way
├── ExportTooLarge             the export takes more room than there is
├── StoreError                 the database cannot be used now
│   ├── StoreUnwritable        read-only or full
│   ├── StoreMissing           there is none, and none is to be made
│   ├── StoreInUse             a server or another command has it open
│   ├── StoreBusy              another process holds the writer's lock
│   ├── StoreCorrupt           not a database, or damaged
│   ├── StoreForeign           another program's database
│   ├── StoreTooNew            written by a later version of sayso
│   └── StoreUnsupported       a database URL of a kind that is not built in
└── SettingsError
    ├── SettingUnknown
    ├── SettingInvalid
    ├── AddressUnusable        the host and port cannot be listened at
    └── OutputUnwritable       the file that is to be written cannot be
"""


class SaysoError(Exception):
    """The root. ``str()`` of any error is a sentence or two for a person: what is wrong and what to do."""


class InputError(SaysoError):
    """What was handed in cannot be used; nothing is stored."""


class TextEmpty(InputError):
    """The text holds no word."""

    def __init__(self) -> None:
        super().__init__("The text holds no word to read. Send an article's text.")


class TextTooLarge(InputError):
    """The text is over ``limit`` bytes of UTF-8."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"The text is over the limit of {limit:,} bytes (SAYSO_MAX_BODY). Send a shorter one.")


class TextUnreadable(InputError):
    """The text is not UTF-8 or holds a control character at ``offset`` (bytes or code points, as ``unit`` says)."""

    def __init__(self, what: str, offset: int, unit: str) -> None:
        self.what, self.offset, self.unit = what, offset, unit
        super().__init__(f"The text holds {what} at {unit} {offset}. Send plain UTF-8 text without it.")


class LanguageUnsupported(InputError):
    """The text is in ``found``, a BCP 47 tag, and only English is read."""

    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(f"The text's language is '{found}', and only English ('en') is read.")


class FileUnreadable(InputError):
    """The file cannot be read."""

    def __init__(self, fault: str) -> None:
        super().__init__(f"The file cannot be read ({fault}).")


class FieldInvalid(InputError):
    """The field at ``pointer`` (RFC 6901) is wrong in the way ``fault`` says."""

    def __init__(self, pointer: str, fault: str) -> None:
        self.pointer, self.fault = pointer, fault
        super().__init__(f"{pointer or 'The body'}: {fault}")


class AnnotationInvalid(InputError):
    """The annotation in ``line`` of ``file``, counted from 1, is wrong in the way ``fault`` says."""

    def __init__(self, file: str, line: int, fault: str) -> None:
        self.file, self.line, self.fault = file, line, fault
        super().__init__(f"{file}, line {line}: {fault}.")


class BodyMalformed(InputError):
    """The body is not JSON."""

    def __init__(self, fault: str) -> None:
        super().__init__(f"The body is not JSON: {fault}.")


class QueryError(SaysoError):
    """The query parameter ``parameter`` is wrong."""

    def __init__(self, parameter: str, fault: str) -> None:
        self.parameter, self.fault = parameter, fault
        super().__init__(f"{parameter}: {fault}")


class ParameterUnknown(QueryError):
    """There is no such parameter here; ``known`` are those there are."""

    def __init__(self, parameter: str, known: tuple[str, ...]) -> None:
        self.known = known
        super().__init__(parameter, f"no such parameter. There are: {', '.join(known) or 'none'}.")


class ParameterInvalid(QueryError):
    """The parameter's value cannot be used."""


class CursorInvalid(QueryError):
    """The cursor was not given by this query."""

    def __init__(self) -> None:
        super().__init__("cursor", "it does not belong to this query. Take 'next' from a page of the same query.")


class NotFound(SaysoError):
    """There is nothing with the id ``id``."""

    thing = "record"

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(f"There is no {self.thing} '{id}'.")


class ArticleUnknown(NotFound):
    """There is no such article."""

    thing = "article"


class VersionUnknown(NotFound):
    """The article ``id`` has ``count`` versions, and not this one."""

    def __init__(self, id: str, version: int, count: int) -> None:
        self.version, self.count = version, count
        super().__init__(id)
        self.args = (f"The article '{id}' has no version {version}. Give a number from 1 to {count}.",)


class ClaimUnknown(NotFound):
    """There is no such claim."""

    thing = "claim"


class SourceUnknown(NotFound):
    """There is no such source."""

    thing = "source"

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.args = (f"There is no source '{id}'. Give its id, to which a name can be resolved.",)


class ReviewUnknown(NotFound):
    """There is no such review."""

    thing = "review"


class WebhookUnknown(NotFound):
    """There is no such webhook."""

    thing = "webhook"


class DeliveryUnknown(NotFound):
    """The webhook has no such delivery, or no longer: of those that were made only the last are kept."""

    thing = "delivery"


class Removed(NotFound):
    """What had the id was removed for good at the time ``at``, for a ``reason``."""

    def __init__(self, id: str, at: str, reason: str) -> None:
        self.at, self.reason = at, reason
        super().__init__(id)
        self.args = (f"The {self.thing} '{id}' was removed for good at {at}: {reason}",)


class ArticleRemoved(Removed, ArticleUnknown):
    """The article was removed."""


class ClaimRemoved(Removed, ClaimUnknown):
    """The claim was removed, by itself or with its article."""


class SourceRemoved(Removed, SourceUnknown):
    """The source was removed with all that named it."""


class ReviewRemoved(Removed, ReviewUnknown):
    """The review was removed with its claim."""


class KeyUnknown(NotFound):
    """There is no such key. Its message does not repeat the id, in whose place a secret may have been given."""

    thing = "key"

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.args = ("There is no key with this id. Those there are are listed by `sayso key list`.",)


class KeyRevoked(NotFound):
    """The key opens nothing since it was revoked, at the time ``at``."""

    def __init__(self, name: str, at: str) -> None:
        self.name, self.at = name, at
        super().__init__(name)
        self.args = (f"This key ('{name}') was revoked at {at}. The list of keys still has it.",)


class AccessRefused(SaysoError):
    """Who asks may not do this; nothing was done."""


class KeyMissing(AccessRefused):
    """The operation needs ``scope``, and no key was given."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(
            f"This needs a key with the scope '{scope}'. Send it as 'Authorization: Bearer KEY'. "
            f"Where the database is, `sayso key add NAME --scope {scope}` makes one."
        )


class KeyInvalid(AccessRefused):
    """The key that was given opens nothing, for the reason in ``fault``."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        super().__init__(f"The key in Authorization cannot be used: {fault}.")


class ScopeMissing(AccessRefused):
    """The operation needs ``scope``, and the key has only ``scopes``."""

    def __init__(self, scope: str, scopes: tuple[str, ...]) -> None:
        self.scope, self.scopes = scope, scopes
        super().__init__(f"This needs a key with the scope '{scope}'. This one has: {', '.join(scopes)}.")


class NothingAcceptable(SaysoError):
    """What is asked for is in none of the media types that the caller takes; there are ``known``."""

    def __init__(self, known: tuple[str, ...]) -> None:
        self.known = known
        super().__init__(f"There is nothing of the kind that Accept asks for. There are: {', '.join(known)}.")


class TagMissing(SaysoError):
    """No tag came with a request to change something; nothing was done."""

    def __init__(self) -> None:
        super().__init__("Send the ETag of what you have read as If-Match, so that nobody's change is lost.")


class Overtaken(SaysoError):
    """Another has changed it since it was read; nothing was done."""

    says = "It has been changed since you read it. Get it again, and send its new tag as If-Match."

    def __init__(self) -> None:
        super().__init__(self.says)


class TagWeak(Overtaken):
    """The tag that came is a weak one, by which nothing can be known for the same; nothing was done."""

    says = (
        "The tag in If-Match is weak, and so matches nothing: what stands between, such as a proxy that compresses, "
        'made it so. Send it without the W/ before it, as "…".'
    )


class ArticleRetracted(SaysoError):
    """The article ``id`` was taken back, and stays as it was; nothing was done."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(f"The article '{id}' was retracted. Undo that, and send this again.")


class ArticleBarred(SaysoError):
    """The article ``id`` was removed for good at the time ``at``, for a ``reason``; nothing was stored."""

    def __init__(self, id: str, at: str, reason: str) -> None:
        self.id, self.at, self.reason = id, at, reason
        super().__init__(f"The article '{id}' was removed for good at {at}, and is not stored again: {reason}")


class NotCorrected(SaysoError):
    """No person has said what the claim or source ``id`` is; nothing was done."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(f"'{id}' is as it was read: there is no correction to undo.")


class NotMerged(SaysoError):
    """The source ``id`` was merged into none; nothing was done."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(f"The source '{id}' was not merged: there is nothing to undo.")


class SourceMerged(SaysoError):
    """The source ``id`` was merged into the source ``into``; nothing was done."""

    def __init__(self, id: str, into: str) -> None:
        self.id, self.into = id, into
        super().__init__(f"The source '{id}' was merged into '{into}'. Change that one, or undo the merge.")


class NotRetracted(SaysoError):
    """What has the id was not taken back; nothing was done."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(f"'{id}' was not retracted: there is nothing to undo.")


class NotStanding(SaysoError):
    """What has the id is ``status`` already; nothing was done."""

    def __init__(self, id: str, status: str) -> None:
        self.id, self.status = id, status
        super().__init__(f"'{id}' is {status} already.")


class RequestChanged(SaysoError):
    """The request has the Idempotency-Key of another one; nothing was done."""

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key came with another article in the last 24 hours. Give each article a key of its own."
        )


class RequestRunning(SaysoError):
    """A request with the same Idempotency-Key is not answered yet; nothing was done."""

    seconds = 1

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is not answered yet. Send it again in a second.")


class RateExceeded(SaysoError):
    """The caller has used up its ``rate``, and may ask again in ``seconds``; nothing was done."""

    def __init__(self, rate: str, seconds: int) -> None:
        self.rate, self.seconds = rate, seconds
        super().__init__(f"The limit of {rate} is used up. Send this again in {seconds} seconds.")


class StreamsFull(SaysoError):
    """As many as may, ``most``, follow the changes already."""

    seconds = 60

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"{most} streams of changes are open, which is the most. Ask for pages of changes meanwhile.")


class ReaderBusy(SaysoError):
    """The articles that are to be read before this one take about ``seconds``, which is too long; nothing is stored."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"Other articles are to be read first. Send this one again in {seconds} seconds.")


class FormatUnavailable(SaysoError):
    """What makes the ``format`` of an export is not installed."""

    def __init__(self, format: str) -> None:
        self.format = format
        super().__init__(f"To make {format} takes more packages than are installed: pip install 'sayso[{format}]'.")


class ExportsFull(SaysoError):
    """As many exports as may, ``most``, are on their way already."""

    seconds = 60

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"{most} exports are on their way, which is the most. Ask again in a minute.")


class ExportTooLarge(SaysoError):
    """With the export, the files of exports would take more than ``room`` bytes; nothing is left of what was begun."""

    def __init__(self, room: int) -> None:
        self.room = room
        super().__init__(
            f"The export takes more room than the {room:,} bytes that there are for the files of exports "
            "(SAYSO_EXPORT_ROOM). Ask for fewer claims, or for ndjson or csv and no range."
        )


class StoreError(SaysoError):
    """The database at ``where`` cannot be used now, for the reason in ``fault``; nothing was changed."""

    says = "The database {where} cannot be used ({fault})."
    seconds = 5

    def __init__(self, where: str, fault: str = "") -> None:
        self.where, self.fault = where, fault
        super().__init__(self.says.format(where=where, fault=fault))


class StoreUnwritable(StoreError):
    """The database cannot be written: a read-only or full disk, or no permission."""

    says = "The database {where} cannot be written ({fault}). Set SAYSO_DATABASE to a writable place."


class StoreMissing(StoreError):
    """There is no database, where one must be."""

    says = "There is no database {where}."


class StoreInUse(StoreError):
    """Another process has the database open, so that it cannot be replaced; nothing was changed."""

    says = "The database {where} is open in another process. End the server, and every other command, first."


class StoreBusy(StoreError):
    """Another process held the writer's lock for too long."""

    says = "The database {where} is being written by another process. Try again."


class StoreCorrupt(StoreError):
    """The file is not a database, or is damaged; it was left as it is."""

    says = "{where} is not a sound database ({fault}). It was left as it is: restore a copy of it."


class StoreForeign(StoreError):
    """The file is another program's database; it was left as it is."""

    says = "{where} is not a sayso database. It was left as it is: set SAYSO_DATABASE to another file."


class StoreTooNew(StoreError):
    """The database was written by a later version, whose migrations ``fault`` names; it was left as it is."""

    says = "{where} was written by a later version of sayso ({fault}). It was left as it is: install that version."


class StoreUnsupported(StoreError):
    """The database URL is of a kind that is not built in."""

    says = "'{where}' is not a database sayso can open. Give a file's path or sqlite:///path."


class SettingsError(SaysoError):
    """The settings cannot be used."""


class SettingUnknown(SettingsError):
    """The environment holds a ``SAYSO_`` name that is no setting; ``known`` are those there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name, self.known = name, known
        super().__init__(f"{name} is not a setting. There are: {', '.join(known)}.")


class SettingInvalid(SettingsError):
    """The setting's value cannot be used."""

    def __init__(self, name: str, fault: str) -> None:
        self.name = name
        super().__init__(f"{name}: {fault}.")


class AddressUnusable(SettingsError):
    """The service cannot listen at ``host`` and ``port``."""

    def __init__(self, host: str, port: int, fault: str) -> None:
        self.host, self.port = host, port
        super().__init__(
            f"Port {port} on {host} cannot be listened at ({fault}). "
            "Choose another with --port and --host, or SAYSO_PORT and SAYSO_HOST."
        )


class OutputUnwritable(SettingsError):
    """The file ``path`` cannot be written, for the reason in ``fault``; what was there is as it was."""

    def __init__(self, path: str, fault: str) -> None:
        self.path, self.fault = path, fault
        super().__init__(f"{path} cannot be written ({fault}).")
