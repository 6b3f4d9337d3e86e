"""HTML to text and entities: what Telegram makes of it, and what it refuses."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import parse, utf16_length, with_automatic
from bot.sandbox.refusal import Refusal


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>bold</b>", "bold", [entity("bold", 0, 4)]),
        ("<STRONG>x</strong>", "x", [entity("bold", 0, 1)]),
        ("a <i>b</i> c", "a b c", [entity("italic", 2, 1)]),
        (
            "<u>u</u><s>s</s><del>d</del>",
            "usd",
            [entity("underline", 0, 1), entity("strikethrough", 1, 1), entity("strikethrough", 2, 1)],
        ),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("🏠<b>家</b>", "🏠家", [entity("bold", 2, 1)]),
        ("<b>🏠</b>", "🏠", [entity("bold", 0, 2)]),
        ("&lt;b&gt; &amp; &quot;", '<b> & "', []),
        ("&#60;&#x1F3E0;", "<🏠", []),
        ("R&D &nbsp; &copy;", "R&D &nbsp; &copy;", []),
        ("1 > 0", "1 > 0", []),
        ("<b></b>x", "x", []),
        ("<code>c</code>", "c", [entity("code", 0, 1)]),
        ("<pre>p</pre>", "p", [entity("pre", 0, 1)]),
        ('<pre><code class="language-python">p</code></pre>', "p", [entity("pre", 0, 1, language="python")]),
        ("<blockquote>q</blockquote>", "q", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [entity("expandable_blockquote", 0, 1)]),
        ("<tg-spoiler>s</tg-spoiler>", "s", [entity("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [entity("spoiler", 0, 1)]),
        (
            '<a href="https://example.org/?a=1&amp;b=2">x</a>',
            "x",
            [entity("text_link", 0, 1, url="https://example.org/?a=1&b=2")],
        ),
        ('<a href="nonsense">x</a>', "x", []),
        (
            '<tg-time unix="1647531900" format="wDT">soon</tg-time>',
            "soon",
            [entity("date_time", 0, 4, unix_time=1647531900, date_time_format="wDT")],
        ),
        ('<tg-time unix="1647531900">soon</tg-time>', "soon", [entity("date_time", 0, 4, unix_time=1647531900)]),
        ("  <b> a </b>\n", "a", [entity("bold", 0, 1)]),
        ("a\rb\x07c\u202ed", "ab cd", []),
        ("see /help", "see /help", [entity("bot_command", 4, 5)]),
        (
            "🏠 @manager https://example.org.",
            "🏠 @manager https://example.org.",
            [entity("mention", 3, 8), entity("url", 12, 19)],
        ),
    ],
)
def test_markup_becomes_text_and_entities(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse(source, "HTML") == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("家<x>", 'Unsupported start tag "x" at byte offset 3'),
        ("1 < 2 >", 'Unsupported start tag "" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ('<a ="x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-time unix="1" format="z">x</tg-time>', "Invalid date format used"),
        ('<tg-emoji emoji-id="x">x</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_wrong_markup_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(source, "HTML")
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize("source", ["&#xD800;", "\ud800"])
def test_half_a_surrogate_pair_is_refused(source: str) -> None:
    with pytest.raises(Refusal, match=r"UTF-8|surrogate"):
        parse(source, "HTML")


def test_only_html_is_carried() -> None:
    with pytest.raises(Refusal, match="unsupported parse_mode"):
        parse("*x*", "MarkdownV2")


def test_without_parse_mode_nothing_is_parsed() -> None:
    assert parse("<b>x</b> &amp;", "") == ("<b>x</b> &amp;", [])


# What Telegram cleans away would hide whether escaping works: it has its own rows in the table above.
_kept = st.characters(
    exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="\u202a\u202b\u202c\u202d\u202e"
)


@given(st.text(_kept, min_size=1))
def test_escaped_text_arrives_as_it_was_written(text: str) -> None:
    assert parse(html.escape(text), "HTML")[0] == text
    assert parse(html.escape(text, quote=False), "HTML")[0] == text


@given(st.text(_kept, min_size=1), st.text(_kept, min_size=1))
def test_entities_count_utf16_units(before: str, inside: str) -> None:
    text, entities = parse(f"{html.escape(before)}<b>{html.escape(inside)}</b>", "HTML")
    (bold,) = [entity for entity in entities if entity["type"] == "bold"]
    units = text.encode("utf-16-le")
    shown = units[2 * bold["offset"] : 2 * (bold["offset"] + bold["length"])].decode("utf-16-le")
    assert shown == inside


@given(st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        shown, entities = parse(text, "HTML")
    except Refusal as refusal:
        assert refusal.code == 400  # noqa: PT017
    else:
        assert all(0 <= one["offset"] < one["offset"] + one["length"] <= utf16_length(shown) for one in entities)


def test_no_commands_within_code() -> None:
    assert parse("<code>/help</code>", "HTML")[1] == [entity("code", 0, 5)]
    assert with_automatic("nothing", []) == []
