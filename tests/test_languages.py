"""Which texts can be read."""

import pytest

from service.attribution.languages import check
from service.errors import FieldInvalid, LanguageUnsupported, TextEmpty, TextUnreadable

ENGLISH = "The minister said on Monday that the harbour would stay closed until the storm had passed over the islands."
GERMAN = "Der Minister sagte am Montag, der Hafen bleibe geschlossen, bis der Sturm über die Inseln gezogen sei."
KOREAN = "장관은 월요일에 폭풍이 지나갈 때까지 항구를 폐쇄할 것이라고 밝혔다."
ARABIC = "قال الوزير يوم الاثنين إن الميناء سيبقى مغلقا حتى تمر العاصفة فوق الجزر."


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        "AP reported.",
        "It rained.\u0085It sno\u0083wed.",
        f"{ENGLISH} “{ARABIC}”",
        f"{ENGLISH} {ENGLISH} {KOREAN}",
        "Yes.",
    ],
)
def test_english(text: str) -> None:
    """English is read, with foreign words in it and where it is too short to tell."""
    check(text, None)


@pytest.mark.parametrize(("text", "found"), [(GERMAN, "de"), (KOREAN, "ko"), (ARABIC, "ar")])
def test_foreign(text: str, found: str) -> None:
    """Another language is refused and told, whatever the caller says of it."""
    for declared in (None, "en"):
        with pytest.raises(LanguageUnsupported) as refusal:
            check(text, declared)
        assert refusal.value.found == found


def test_declared() -> None:
    """A text that its sender calls foreign is refused as that."""
    with pytest.raises(LanguageUnsupported, match="'fr'"):
        check(ENGLISH, "fr")
    check(ENGLISH, "en-GB")
    check(ENGLISH, "EN-latn-us")


@pytest.mark.parametrize("declared", ["English", "en_US", "en-", "e", "en US", "еn"])
def test_no_tag(declared: str) -> None:
    """What is no BCP 47 tag is refused, and one that would do is told."""
    with pytest.raises(FieldInvalid, match="Give 'en', or one such as 'en-US'") as refusal:
        check(ENGLISH, declared)
    assert refusal.value.pointer == "/language"


@pytest.mark.parametrize("text", ["", " \n\t\u00a0", "?!… — “”", "🙂🙃"])
def test_wordless(text: str) -> None:
    """A text without a letter or a digit is empty."""
    with pytest.raises(TextEmpty):
        check(text, None)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\0", "U+0000"),
        ("\x07", "U+0007"),
        ("\x7f", "U+007F"),
        ("\x80", "U+0080"),
        ("\x9b", "U+009B"),
        ("\ud800", "U+D800"),
    ],
)
def test_control_characters(character: str, name: str) -> None:
    """A control character or half a surrogate pair is told by name and place."""
    with pytest.raises(TextUnreadable, match=name.replace("+", r"\+")) as refusal:
        check(f"It rained{character}.", None)
    assert refusal.value.offset == 9
