"""Which language somebody is spoken to in, by what their client reports."""

import pytest

from bot.domain.people import Language, language_of


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        (None, Language.ENGLISH),
        ("", Language.ENGLISH),
        ("en", Language.ENGLISH),
        ("en-HK", Language.ENGLISH),
        ("fil", Language.ENGLISH),
        ("zha", Language.ENGLISH),  # Zhuang, not Chinese
        ("zh", Language.SIMPLIFIED),
        ("zh-CN", Language.SIMPLIFIED),
        ("zh_SG", Language.SIMPLIFIED),
        ("zh-hans", Language.SIMPLIFIED),
        ("zh-Hans-HK", Language.SIMPLIFIED),
        ("zh-hant", Language.TRADITIONAL),
        ("zh_Hant_TW", Language.TRADITIONAL),
        ("zh-TW", Language.TRADITIONAL),
        ("ZH-HK", Language.TRADITIONAL),
        ("zh-MO", Language.TRADITIONAL),
        ("yue", Language.TRADITIONAL),
        ("yue-Hant-HK", Language.TRADITIONAL),
    ],
)
def test_a_client_s_tag(tag: str | None, language: Language) -> None:
    assert language_of(tag) is language
