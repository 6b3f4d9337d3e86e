"""The thin ticket in each language, and a language that changes half-way."""

import pytest

from tests.e2e.acts import LABELS, english_in, files
from tests.phones import JPEG, Phone, Sandbox

#: What the resident reads on the way, by language: question, card, who answers, answer, what the answered card says.
TOLD = {
    "en": ("What is it about?", "No. HT-2026-0001", "will see it through", "an answer from", "Answered"),
    "zh_Hans": ("这是关于哪方面的事", "工单 HT-2026-0001", "负责到底", "答复您", "答复"),
    "zh_Hant": ("這是關於哪方面的事", "個案 HT-2026-0001", "跟進到底", "回覆您", "回覆"),
}


@pytest.mark.parametrize(("who", "language"), [("smith", "en"), ("li", "zh_Hans"), ("chan", "zh_Hant")])
async def test_the_thin_ticket_speaks_the_residents_language(
    who: str, language: str, sandbox: Sandbox, clerk: Phone
) -> None:
    resident, labels = await sandbox.phone(who), LABELS[language]
    question, number, answerable, answering, answered = TOLD[language]
    await resident.sends("🛗 3F", photo=JPEG)
    await resident.sees(question)
    await resident.taps(labels["kind"])
    await resident.taps(labels["submit"])
    await resident.sees(number)
    await clerk.sees("No. HT-2026-0001", "Claim", chat=sandbox.group)
    await clerk.taps("Claim", chat=sandbox.group)
    await resident.sees(number, answerable)
    await clerk.taps("Answer")
    await clerk.sends("18:00")
    await clerk.taps("Send")
    await resident.sees(answering, "18:00")
    await resident.sees(number, answered)
    if language != "en":
        for message in await resident.screen():
            assert not message["from"]["is_bot"] or not english_in(message), message["text"]


async def test_a_language_chosen_half_way_holds_from_then_on(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("🛗 3F")
    await smith.sees("What is it about?")
    await smith.sends("/language")
    answer = await smith.taps("繁體中文")
    assert answer["text"] == "之後我們會用繁體中文與您聯絡。"
    await smith.taps("查詢")
    shown = await smith.sees("提交", "🛗 3F")
    assert not english_in(shown)
    await smith.taps("提交")
    await smith.sees("個案 HT-2026-0001")
    await clerk.sees("No. HT-2026-0001", chat=sandbox.group)


async def test_the_question_that_is_open_is_put_again_in_the_language_just_chosen(smith: Phone) -> None:
    await smith.sends("🛗 3F")
    await smith.sends("/language")
    await smith.taps("简体中文")
    last = await smith.last()
    assert TOLD["zh_Hans"][0] in last["text"]
    assert not english_in(last)


async def test_a_colleague_reads_their_language_in_private_and_the_group_the_estates(
    sandbox: Sandbox, chan: Phone, technician: Phone
) -> None:
    await files(chan, "🛗 3F", language="zh_Hant")
    await technician.sees("No. HT-2026-0001", "Claim", chat=sandbox.group)
    answer = await technician.taps("Claim", chat=sandbox.group)
    assert answer["text"] == "工单 HT-2026-0001 由您负责了。"
    await technician.sees("工单 HT-2026-0001", "答复")
    await chan.sees("個案 HT-2026-0001", "何师傅 Technician He")


#: What the group is told, and what its next card says, by language.
IN_GROUP = {
    "en": ("English", "we write here in English", "No. HT-2026-0001", "Claim"),
    "zh_Hans": ("简体中文", "我们在本群用简体中文", "工单 HT-2026-0001", "认领"),
    "zh_Hant": ("繁體中文", "我們在本群組使用繁體中文", "個案 HT-2026-0001", "認領"),
}


@pytest.mark.parametrize("language", IN_GROUP)
async def test_the_group_is_written_to_in_the_language_that_the_director_chose_there(
    language: str, sandbox: Sandbox, smith: Phone, clerk: Phone, director: Phone
) -> None:
    name, told, number, claim = IN_GROUP[language]
    await director.sends("/language", chat=sandbox.group)
    await director.taps(name, chat=sandbox.group)
    await clerk.sees(told, chat=sandbox.group)
    await files(smith, "🛗 3F")
    await clerk.sees(number, claim, chat=sandbox.group)
    await smith.sees("No. HT-2026-0001")


async def test_the_language_of_the_group_is_not_for_others_to_choose(
    sandbox: Sandbox, clerk: Phone, director: Phone
) -> None:
    await clerk.sends("/language", chat=sandbox.group)
    await clerk.sees("The director chooses the language of this group", "/language", chat=sandbox.group)
    await director.sends("/language", chat=sandbox.group)
    answer = await clerk.taps("简体中文", chat=sandbox.group)
    assert answer["show_alert"]
    assert answer["text"].startswith("The director chooses")
    await clerk.sees("In which language shall we write here?", chat=sandbox.group)
