"""Words in claims."""

import contextlib
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.vocabularies import ClaimKind
from service.errors import ParameterInvalid
from service.storage.filters import ClaimFilter
from service.storage.port import ClaimStore
from tests.store.news import found


class TestFullText:
    """Words in claims."""

    @pytest.mark.parametrize(
        ("q", "expected"),
        [
            ("drills", ["drills_0", "drills_1", "bare_0"]),
            ("DRILLS resume", ["drills_0", "drills_1"]),
            ("resume drills", ["drills_0", "drills_1"]),
            ('"the drills"', ["drills_0", "drills_1"]),
            ("“new drills”", ["bare_0"]),
            ('"drills new"', []),
            ("cafe", ["drills_0"]),
            ("drill", []),
            ("AND", []),
            ("drills NOT new", []),
            ("dri*", ["drills_0", "drills_1", "bare_0"]),
            ("DRI* exper*", ["drills_0"]),
            ("caf*", ["drills_0"]),
            ("d*", ["congress_2", "drills_0", "drills_1", "bare_0"]),
            ("state-med*", ["congress_1"]),
            ('"the dri*"', ["drills_0", "drills_1"]),
            ('"drills the*"', []),
            ('new "-drills"', ["bare_0"]),
            ("new - drills", ["bare_0"]),
            ("text:drills", []),
        ],
    )
    def test_words(self, news: ClaimStore, q: str, expected: list[str]) -> None:
        """All words must stand in the sentence, a phrase side by side, and begin so where a star says it.

        Nothing else in ``q`` is an operator.
        """
        assert found(news, ClaimFilter(q=q)) == expected

    @pytest.mark.parametrize(
        ("q", "told"),
        [
            ("new -drills", "'-drills' would not leave a word out"),
            ("!drills", "'!drills' would not leave a word out"),
            ("dr*lls", "a star"),
            ("*rills", "a star"),
            ("dri *", "a star"),
            ("dri.*", "a star"),
            ('"new"* drills', "a star"),
            ('drills "the', "has no end"),
            ("“the drills", "has no end"),
        ],
    )
    def test_signs(self, news: ClaimStore, q: str, told: str) -> None:
        """What means something elsewhere and would do nothing here is refused."""
        with pytest.raises(ParameterInvalid, match=re.escape(told)):
            found(news, ClaimFilter(q=q))

    def test_with_other_fields(self, news: ClaimStore) -> None:
        """Words and the other fields must all hold."""
        assert found(news, ClaimFilter(q="drills", source=("KCNA",))) == ["bare_0"]
        assert found(news, ClaimFilter(q="drills", kind=(ClaimKind.QUESTION,))) == ["drills_1"]

    @pytest.mark.parametrize("q", ["", "  ", '""', "?!", "\0"])
    def test_no_word(self, news: ClaimStore, q: str) -> None:
        """A ``q`` without a word is refused: it would find nothing, or everything."""
        with pytest.raises(ParameterInvalid, match="no word"):
            found(news, ClaimFilter(q=q))

    def test_many_words(self, news: ClaimStore) -> None:
        """A ``q`` may be as long as its caller likes."""
        assert found(news, ClaimFilter(q="drills " * 5000)) == ["drills_0", "drills_1", "bare_0"]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(q=st.text() | st.text(alphabet='ab"*()^:-+{}“” \0ANDORT'))
    def test_any_text(self, news: ClaimStore, q: str) -> None:
        """Any text at all either finds claims or is refused as one without words."""
        with contextlib.suppress(ParameterInvalid):
            found(news, ClaimFilter(q=q))
