"""Whatever people typed, a rendered message is sound: escaped, within Telegram's limits, without harmful characters."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.telegram.render import MESSAGE_UNITS, TAP_CHARACTERS, TOPIC_CHARACTERS, clean, render
from bot.domain.people import Language
from bot.flows.draft import Media, MediaKind
from bot.flows.screen import Action, Line, Press, Quote, Screen, Text, text, units
from bot.ports import outbox
from bot.ports.messenger import (
    AnswerTap,
    Button,
    EditKeyboard,
    EditText,
    OpenTopic,
    React,
    SendAlbum,
    SendMedia,
    SendText,
)
from bot.ports.outbox import Enclosure, Strip, TapAnswer
from bot.services.delivering import Dispatch

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOSTILE = "<b>&amp; {number} \u202egnp.exe\x00\x1b\ud800 </blockquote><a href='x'>"
ANY_TEXT = st.text(st.characters(codec=None), max_size=80) | st.sampled_from(
    [HOSTILE, "&" * 300, "😀" * 3000, "a" * 9000]
)
LONG_TEXT = st.builds(lambda part, times: part * times, ANY_TEXT, st.integers(0, 20))
QUICK = settings(max_examples=60, deadline=None)


def dispatch(*lines: Line, language: Language = Language.ENGLISH, plain: bool = False) -> Dispatch:
    """Return a letter of those lines, ready to be rendered."""
    return Dispatch(1, 5, language, "Asia/Hong_Kong", Screen(lines), plain=plain)


def sent(letter: Dispatch) -> SendText:
    """Return the new message that the letter is rendered to."""
    call = render(letter)
    assert isinstance(call, SendText)
    return call


class Reading(HTMLParser):
    """Reads a message as Telegram does: the words it shows; tags that are not known or not closed are an error."""

    KNOWN = ("b", "i", "code", "blockquote", "tg-time")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.KNOWN
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def shown(markup: str | None) -> str:
    """Return what a reader sees of a message's markup."""
    assert markup is not None
    reading = Reading()
    reading.feed(markup)
    reading.close()
    assert reading.open == []
    return reading.words


LINES = st.lists(
    st.builds(Quote, LONG_TEXT, st.sampled_from([0, 1, 300, 1200, 3000, 60_000]))
    | st.builds(lambda name: text("<b>No. {number}</b>: an answer from {name}", number="A-1", name=name), ANY_TEXT)
    | st.builds(lambda name: text("Welcome to the team, {name}.", name=text("👤 With {name}", name=name)), ANY_TEXT)
    | st.just(text("⏳ Answer due by {time}", time=NOON)),
    min_size=1,
    max_size=24,
).map(tuple)


@QUICK
@given(LINES, st.sampled_from(Language))
def test_any_screen_becomes_a_sound_message_that_says_the_same_with_markup_and_without(
    lines: tuple[Line, ...], language: Language
) -> None:
    call = sent(dispatch(*lines, language=language))
    assert 1 <= units(call.plain) <= MESSAGE_UNITS
    assert shown(call.html) == call.plain
    assert clean(call.plain) == call.plain
    call.plain.encode("utf-8")


@QUICK
@given(st.lists(LONG_TEXT, min_size=1, max_size=4))
def test_what_fits_is_not_shortened(words: list[str]) -> None:
    lines = tuple(Quote(part, limit=MESSAGE_UNITS) for part in words)
    whole = "\n".join(clean(part).strip() or "…" for part in words)
    call = sent(dispatch(*lines))
    if units(whole) <= MESSAGE_UNITS:
        assert call.plain == whole


@pytest.mark.parametrize(
    ("param", "marked", "plain"),
    [
        ("<b>Tom</b> & Jerry", "&lt;b&gt;Tom&lt;/b&gt; &amp; Jerry", "<b>Tom</b> & Jerry"),
        ("a\n\n b\t c", "a b c", "a b c"),
        ("{name} %s {0.__class__}", "{name} %s {0.__class__}", "{name} %s {0.__class__}"),
        ("\u202eevil\u2066\x07\ud800", "evil", "evil"),
        (7, "7", "7"),
        (
            NOON,
            '<tg-time unix="1772452800" format="dt">Mon, 2 Mar 20:00</tg-time>',
            "Mon, 2 Mar 20:00",
        ),
        (text("🔧 Repair"), "🔧 Repair", "🔧 Repair"),
        (text("👤 With {name}", name="<i>"), "👤 With &lt;i&gt;", "👤 With <i>"),
    ],
)
def test_every_kind_of_parameter_is_made_harmless(param: str | int | datetime | Text, marked: str, plain: str) -> None:
    call = sent(dispatch(text("From {name}", name=param)))
    assert (call.html, call.plain) == (f"From {marked}", f"From {plain}")


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        (Language.SIMPLIFIED, "林小姐", "👤 由林小姐负责"),
        (Language.SIMPLIFIED, "Ms Lam", "👤 由 Ms Lam 负责"),
        (Language.SIMPLIFIED, "方姐 Cleaner Fang", "👤 由方姐 Cleaner Fang 负责"),
        (Language.SIMPLIFIED, text("<b>No. {number}</b>", number="7"), "👤 由工单 7 负责"),
        (Language.SIMPLIFIED, NOON, "👤 由 3月2日周一 20:00 负责"),
        (Language.TRADITIONAL, "“陳”", "👤 由 “陳” 負責"),
        (Language.TRADITIONAL, "「陳」", "👤 由「陳」負責"),
        (Language.ENGLISH, "陳小姐", "👤 With 陳小姐"),
    ],
)
def test_chinese_stands_beside_chinese_without_a_space(
    language: Language, name: str | datetime | Text, said: str
) -> None:
    call = sent(dispatch(text("👤 With {name}", name=name), language=language))
    assert call.plain == said
    assert shown(call.html) == said


def test_the_markup_of_our_own_sentences_stays() -> None:
    call = sent(dispatch(text("<b>No. {number}</b>", number="<A>"), Quote("<x>")))
    assert call.html == "<b>No. &lt;A&gt;</b>\n<blockquote>&lt;x&gt;</blockquote>"
    assert call.plain == "No. <A>\n<x>"


def test_a_letter_that_was_refused_goes_without_markup() -> None:
    assert sent(dispatch(text("<b>No. {number}</b>", number="1"), plain=True)).html is None


@pytest.mark.parametrize(
    ("language", "expected"),
    [(Language.ENGLISH, "received"), (Language.SIMPLIFIED, "已受理"), (Language.TRADITIONAL, "已接獲")],
)
def test_the_sentence_is_the_readers(language: Language, expected: str) -> None:
    assert sent(dispatch(text("received"), language=language)).plain == expected


@pytest.mark.parametrize(
    "harmful",
    ["\x00", "\x0b", "\r", "\x1f", "\x7f", "\x9f", "\u061c", "\u200e", "\u202e", "\u2066", "\u2069", "\udc00"],
)
def test_harmful_characters_are_taken_out(harmful: str) -> None:
    assert clean(f"a{harmful}b") == "ab"


@pytest.mark.parametrize("kept", ["\n", "\t", "é", "電", "👨‍👩‍👧", "\u200d", "ﷺ"])
def test_what_people_write_is_kept(kept: str) -> None:
    assert clean(f"a{kept}b") == f"a{kept}b"


@QUICK
@given(ANY_TEXT, st.sampled_from(Language))
def test_the_answer_to_a_tap_fits(name: str, language: Language) -> None:
    words = text("No. {number} has already been taken on by {by}.", number=name, by=name)
    content = TapAnswer("q", words, alert=True)
    call = render(replace(dispatch(), content=content, language=language))
    assert isinstance(call, AnswerTap)
    assert units(call.text) <= TAP_CHARACTERS
    assert (call.query_id, call.alert) == ("q", True)


def test_a_tap_is_answered_without_words_too() -> None:
    assert render(replace(dispatch(), content=TapAnswer("q"))) == AnswerTap("q")


def test_buttons_edits_and_strips() -> None:
    press = Press(text("✋ Claim"), Action("claim", "ref", 1), "primary")
    letter = replace(dispatch(), content=Screen((text("received"),), ((press,),)), edit=9)
    keyboard = ((Button("✋ Claim", "claim:ref:1:", "primary"),),)
    assert render(letter) == EditText(5, 9, "received", "received", keyboard)
    assert render(replace(letter, content=Strip(9))) == EditKeyboard(5, 9)


def test_a_reaction_and_a_topic_are_what_they_say() -> None:
    assert render(replace(dispatch(), content=outbox.React(9, "👀"))) == React(5, 9, "👀")
    topic = replace(dispatch(language=Language.TRADITIONAL), content=outbox.OpenTopic(1, text("Engineering")))
    assert render(topic) == OpenTopic(5, "工程部")
    long = render(replace(dispatch(), content=outbox.OpenTopic(1, text("{name}", name="a" * 190))))
    assert isinstance(long, OpenTopic)
    assert len(long.name) <= TOPIC_CHARACTERS


def test_files_go_alone_or_as_an_album() -> None:
    photo, video = (Media(kind, kind.value, "u") for kind in (MediaKind.PHOTO, MediaKind.VIDEO))
    alone = render(replace(dispatch(), content=Enclosure((video,)), reply_to=3, thread_id=4, silent=True))
    assert alone == SendMedia(5, "video", "video", reply_to=3, thread_id=4, silent=True)
    album = render(replace(dispatch(), content=Enclosure((photo, video))))
    assert isinstance(album, SendAlbum)
    assert [item.kind for item in album.items] == ["photo", "video"]
