"""Everything said to people exists in all three languages, written for each."""

import re
import unicodedata
from typing import Final

import pytest

from bot.adapters import i18n
from bot.domain.people import Language
from tests.texts.catalogues import catalogue, extracted, markup, placeholders

CHINESE: Final = (Language.SIMPLIFIED, Language.TRADITIONAL)
ENOUGH: Final = 60

#: What brushes people off (FC-3) or blames them (UX 16), in no language of ours.
FORBIDDEN: Final[dict[Language, str]] = {
    Language.ENGLISH: r"do(n't| not) know|not (our|my) (business|job|problem)|invalid|wrong input|illegal|forbidden"
    r"|can(no|')t be done|impossible|not clear|unknown command|you must|error",
    Language.SIMPLIFIED: r"不知道|不清楚|不归我们|不关我们|不是我们的事|不属于我们|没办法|办不[了到]"
    r"|无效|非法|错误的?输入|输入错误|禁止",
    Language.TRADITIONAL: r"不知道|不清楚|不歸我們|不關我們|不是我們的事|不屬於我們|沒辦法|辦不[了到]"
    r"|無效|非法|錯誤的?輸入|輸入錯誤|禁止",
}
#: Words of the other side of the border, which those who read that script do not use.
FOREIGN: Final[dict[Language, str]] = {
    Language.SIMPLIFIED: r"個案|资讯|档案夹|萤幕|软体|个案",
    Language.TRADITIONAL: r"工單|信息|視頻|短信|軟件包|郵箱|點擊|默認",
}
#: One thing has one word throughout. These are others, for what is called 住户, 外部单位, 员工群, 总部, 客服中心, 核实,
#: 超时, 办结, 接手; and 姊妹單位, 外間機構, 當值表, 代班, 無須, 當場, 回覆, 相片, 質素, 住戶, 意見, 裏, 甚麼, 您.
STRAY: Final[dict[Language, str]] = {
    Language.SIMPLIFIED: r"业主|外单位|工作群|总公司|服务中心|验证|逾期|结案|接收",
    Language.TRADITIONAL: r"兄弟單位|外界機構|更表|替更|毋須|即場|答覆|照片|質量|用戶|反饋|裡|什麼|你(?!們)",
}
#: How each script's own old character set is called; what it cannot hold belongs to the other script.
CHARACTER_SET: Final = {Language.SIMPLIFIED: ("gb2312",), Language.TRADITIONAL: ("big5", "cp950")}


def sentences(language: Language) -> dict[str, str]:
    """Return message ids and their translations in that language, as the program reads them."""
    speaks = i18n.catalogue(language)
    return {message: speaks.gettext(message) for message in dict.fromkeys(extracted())}


def test_the_template_holds_what_the_source_says() -> None:
    known = {message.id for message in catalogue("messages.pot") if message.id}
    assert len(known) >= ENOUGH
    assert known == set(extracted()), "run `make messages`, and translate what is new"


@pytest.mark.parametrize("language", Language)
def test_no_catalogue_has_more_or_less_than_the_source(language: Language) -> None:
    entries = catalogue(f"{language.value}/LC_MESSAGES/messages.po")
    assert {message.id for message in entries if message.id} == set(extracted())
    assert not entries.obsolete
    assert [message.id for message in entries if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", CHINESE)
def test_every_sentence_is_translated(language: Language) -> None:
    entries = catalogue(f"{language.value}/LC_MESSAGES/messages.po")
    assert [message.id for message in entries if message.id and not message.string] == []
    said = sentences(language)
    words = {message for message in said if re.search("[A-Za-z]{2,}", re.sub(r"{\w+}|/\w+", "", message))}
    assert len(words) >= ENOUGH
    assert [message for message in words if said[message] == message] == []
    assert [message for message in words if not re.search("[\u4e00-\u9fff]", said[message])] == []


def test_english_says_what_its_ids_say() -> None:
    assert {message: said for message, said in sentences(Language.ENGLISH).items() if said != message} == {}


@pytest.mark.parametrize("language", Language)
def test_parameters_and_markup_are_the_same(language: Language) -> None:
    for message, said in sentences(language).items():
        assert placeholders(said) == placeholders(message), message
        assert markup(said) == markup(message), message
        assert said.format_map(dict.fromkeys(placeholders(message), "x")), message


@pytest.mark.parametrize("language", CHINESE)
def test_each_script_has_its_own_characters(language: Language) -> None:
    looked_at = 0
    for message, said in sentences(language).items():
        for character in filter(_is_han, said):
            looked_at += 1
            assert _in_script(character, language), f"{character} in {message!r}"
    assert looked_at > 500


@pytest.mark.parametrize(("character", "language"), [("电", Language.TRADITIONAL), ("電", Language.SIMPLIFIED)])
def test_the_check_of_scripts_sees_a_foreign_character(character: str, language: Language) -> None:
    assert not _in_script(character, language)


@pytest.mark.parametrize("language", CHINESE)
def test_each_side_has_its_own_words(language: Language) -> None:
    for message, said in sentences(language).items():
        assert not re.search(FOREIGN[language], said), message


@pytest.mark.parametrize("language", CHINESE)
def test_a_parameter_is_parted_from_chinese_by_a_space_that_goes_where_it_is_chinese_itself(language: Language) -> None:
    # `render` takes the space away again, so that a name reads well in either script.
    for message, said in sentences(language).items():
        assert not re.search("[\u4e00-\u9fff]{|}[\u4e00-\u9fff]", said), message
        assert not re.search("}<[^>]+> [\u4e00-\u9fff]|[\u4e00-\u9fff] <[^>]+>{", said), message


@pytest.mark.parametrize("language", CHINESE)
def test_one_thing_is_called_by_one_word(language: Language) -> None:
    for message, said in sentences(language).items():
        assert not re.search(STRAY[language], said), message


@pytest.mark.parametrize("language", CHINESE)
def test_chinese_has_its_own_punctuation(language: Language) -> None:
    for message, said in sentences(language).items():
        assert not re.search("[\u4e00-\u9fff] ?[,;:!?()]|[,;:!?()] ?[\u4e00-\u9fff]", said), message
        assert not re.search("[「」]" if language is Language.SIMPLIFIED else "[“”]", said), message


@pytest.mark.parametrize("language", Language)
def test_nobody_is_brushed_off(language: Language) -> None:
    for message, said in sentences(language).items():
        assert not re.search(FORBIDDEN[language], said, re.IGNORECASE), message


def _is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK UNIFIED")


def _in_script(character: str, language: Language) -> bool:
    for name in CHARACTER_SET[language]:
        try:
            character.encode(name)
        except UnicodeEncodeError:
            continue
        return True
    return False
