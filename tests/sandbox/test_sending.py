"""Sending, as strict as Telegram."""

import json

import aiohttp
import pytest

from bot.sandbox.cast import SANDBOX_TOKEN
from tests.phones import JPEG, OGG, Sandbox
from tests.sandbox.conftest import Api, ApiError

CHAN = 4_000_900_000_101
STAFF = -1_009_000_000_001


def button(**fields: object) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": "Claim", **fields}]]}


async def refused(api: Api, method: str, **params: object) -> str:
    with pytest.raises(ApiError) as error:
        await api(method, **params)
    return error.value.description


async def test_a_text_arrives_with_its_entities_and_buttons(api: Api, sandbox: Sandbox) -> None:
    sent = await api(
        "sendMessage",
        chat_id=CHAN,
        text="<b>No. 7</b> received",
        parse_mode="HTML",
        reply_markup=button(callback_data="c"),
    )
    assert sent["text"] == "No. 7 received"
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    chan = await sandbox.phone("chan")
    assert await chan.sees("No. 7", "Claim") == sent


async def test_the_limits_are_reached_but_not_passed(api: Api) -> None:
    await api("sendMessage", chat_id=CHAN, text="x" * 4096, reply_markup=button(callback_data="x" * 64))
    await api("sendMessage", chat_id=CHAN, text=f"<b>{'&amp;' * 4096}</b>", parse_mode="HTML")


async def test_a_missing_reply_target_can_be_forgiven(api: Api) -> None:
    reply = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await api("sendMessage", chat_id=CHAN, text="x", reply_parameters=reply)


async def test_a_reply_quotes_its_target_without_what_that_replied_to(api: Api) -> None:
    first = await api("sendMessage", chat_id=CHAN, text="first")
    second = await api("sendMessage", chat_id=CHAN, text="second", reply_parameters={"message_id": first["message_id"]})
    third = await api("sendMessage", chat_id=CHAN, text="third", reply_parameters={"message_id": second["message_id"]})
    assert third["reply_to_message"]["text"] == "second"
    assert "reply_to_message" not in third["reply_to_message"]


async def test_a_message_in_a_topic_replies_to_the_topic_by_itself(api: Api) -> None:
    sent = await api("sendMessage", chat_id=STAFF, text="x", message_thread_id=3)
    assert sent["is_topic_message"]
    assert sent["reply_to_message"]["forum_topic_created"]["name"].endswith("Engineering")


async def test_a_reply_keyboard_is_shown_but_not_given_back(api: Api, sandbox: Sandbox) -> None:
    keyboard = {"keyboard": [["Report", {"text": "Help"}]], "resize_keyboard": True}
    sent = await api("sendMessage", chat_id=CHAN, text="Hello", reply_markup=keyboard)
    assert "reply_markup" not in sent
    chan = await sandbox.phone("chan")
    assert (await chan.last())["reply_markup"]["keyboard"] == [[{"text": "Report"}, {"text": "Help"}]]
    await chan.taps("Help", settle=False)
    assert (await api.update())["message"]["text"] == "Help"


async def test_each_form_of_parameters_is_understood(api: Api) -> None:
    url = f"{api.base_url}/bot{SANDBOX_TOKEN}/sendMessage"
    params = {"chat_id": str(CHAN), "text": "家 & <b>", "reply_markup": json.dumps(button(callback_data="c"))}
    multipart = aiohttp.FormData(default_to_multipart=True)
    for name, value in params.items():
        multipart.add_field(name, value)
    async with api.session.get(url, params=params) as query:
        answers = [await query.json()]
    for data in (params, multipart):
        async with api.session.post(url, data=data) as response:
            answers.append(await response.json())
    assert [answer["result"]["text"] for answer in answers] == ["家 & <b>"] * 3
    assert all(answer["result"]["reply_markup"] == button(callback_data="c") for answer in answers)


async def test_only_the_sandboxs_token_and_known_methods_are_answered(api: Api) -> None:
    async with api.session.get(f"{api.base_url}/bot1:other/getMe") as response:
        assert (response.status, await response.json()) == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )
    assert await refused(api, "sendHologram") == "Not Found: method not found"
    assert (await api("GETME"))["is_bot"]


async def test_people_who_blocked_the_bot_or_never_wrote_are_out_of_reach(api: Api, sandbox: Sandbox) -> None:
    chan, newcomer = await sandbox.phone("chan"), await sandbox.newcomer("New")
    await chan.blocks(settle=False)
    assert await refused(api, "sendMessage", chat_id=CHAN, text="x") == "Forbidden: bot was blocked by the user"
    assert (
        await refused(api, "sendMessage", chat_id=newcomer.id, text="x")
        == "Forbidden: bot can't initiate conversation with a user"
    )
    await chan.unblocks(settle=False)
    await newcomer.sends("hello", settle=False)
    await api("sendMessage", chat_id=CHAN, text="x")
    await api("sendMessage", chat_id=newcomer.id, text="x")
    statuses = [
        update["my_chat_member"]["new_chat_member"]["status"]
        for update in await api.updates()
        if "my_chat_member" in update
    ]
    assert statuses == ["kicked", "member"]


async def test_a_file_is_uploaded_downloaded_and_sent_again(api: Api) -> None:
    form = aiohttp.FormData(
        {"chat_id": str(CHAN), "caption": "<i>dark</i>", "parse_mode": "HTML", "photo": "attach://f"}
    )
    form.add_field("f", JPEG, filename="stairs.jpg", content_type="image/jpeg")
    async with api.session.post(f"{api.base_url}/bot{SANDBOX_TOKEN}/sendPhoto", data=form) as response:
        sent = (await response.json())["result"]
    small, large = sent["photo"]
    assert (large["width"], large["height"]) == (32, 16)
    assert sent["caption"] == "dark"
    for size in (small, large):
        path = (await api("getFile", file_id=size["file_id"]))["file_path"]
        async with api.session.get(f"{api.base_url}/file/bot{SANDBOX_TOKEN}/{path}") as download:
            assert await download.read() == JPEG
    again = await api("sendPhoto", chat_id=STAFF, photo=large["file_id"], message_thread_id=3)
    assert again["photo"] == sent["photo"]
    assert (
        await refused(api, "sendVoice", chat_id=CHAN, voice=large["file_id"])
        == "Bad Request: can't use file of type Photo as VoiceNote"
    )
    assert (
        await refused(api, "sendPhoto", chat_id=CHAN, photo="AgAC")
        == "Bad Request: wrong file identifier/HTTP URL specified"
    )
    assert await refused(api, "sendPhoto", chat_id=CHAN, photo="attach://gone") == "Bad Request: file must be non-empty"
    assert (
        await refused(api, "sendPhoto", chat_id=CHAN, photo=large["file_id"], caption="x" * 1025)
        == "Bad Request: message caption is too long"
    )


async def test_files_have_their_limits(api: Api, sandbox: Sandbox) -> None:
    chan = await sandbox.phone("chan")
    await chan.sends(document=b"%PDF", file_name="plan.pdf", file_size=20 * 1024 * 1024 + 1, settle=False)
    document = (await api.update())["message"]["document"]
    assert document["file_name"] == "plan.pdf"
    assert await refused(api, "getFile", file_id=document["file_id"]) == "Bad Request: file is too big"
    assert (
        await refused(api, "getFile", file_id="AgAC")
        == "Bad Request: wrong file_id or the file is temporarily unavailable"
    )
    async with api.session.get(f"{api.base_url}/file/bot{SANDBOX_TOKEN}/photos/none.jpg") as response:
        assert response.status == 404


async def test_an_album_is_several_messages_all_or_none(api: Api, sandbox: Sandbox) -> None:
    chan = await sandbox.phone("chan")
    await chan.sends(photo=JPEG, settle=False)
    photo = (await api.update())["message"]["photo"][-1]["file_id"]
    await chan.sends(voice=OGG, settle=False)
    voice = (await api.update())["message"]["voice"]["file_id"]
    item = {"type": "photo", "media": photo}
    sent = await api("sendMediaGroup", chat_id=CHAN, media=[{**item, "caption": "two"}, item])
    assert len({message["media_group_id"] for message in sent}) == 1
    assert [message.get("caption") for message in sent] == ["two", None]
    before = len(await chan.screen())
    broken = {"type": "photo", "media": voice}
    assert (
        await refused(api, "sendMediaGroup", chat_id=CHAN, media=[item, broken])
        == "Bad Request: can't use file of type VoiceNote as Photo"
    )
    assert len(await chan.screen()) == before


async def test_chat_actions_and_locations(api: Api) -> None:
    assert await api("sendChatAction", chat_id=CHAN, action="typing") is True
    assert (
        await refused(api, "sendChatAction", chat_id=CHAN, action="dancing")
        == "Bad Request: wrong parameter action in request"
    )
    assert (await api("sendLocation", chat_id=CHAN, latitude=22.3, longitude="114.2"))["location"] == {
        "latitude": 22.3,
        "longitude": 114.2,
    }
    assert "invalid location" in await refused(api, "sendLocation", chat_id=CHAN, latitude=91, longitude=0)
