"""The menus of commands, by scope and language, and which of them somebody is shown (Bot API, BotCommandScope)."""

import json
import re
from typing import Any, Final

from bot.sandbox.emulator import Emulator
from bot.sandbox.params import Params, method
from bot.sandbox.refusal import bad_request
from bot.sandbox.world import Chat, Json, User, World

#: The kinds of scope, and what each must name beside its kind; it may name nothing else.
_SCOPES: Final = {
    "default": (), "all_private_chats": (), "all_group_chats": (), "all_chat_administrators": (),
    "chat": ("chat_id",), "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id"),
}  # fmt: skip
_OF_GROUPS: Final = frozenset({"chat_administrators", "chat_member"})


def shown(world: World, chat: Chat, user: User) -> list[Json]:
    """Return the menu that `user` sees in `chat`: of the narrowest scope that has one, in their language before any."""
    languages = (user.language_code.partition("-")[0], "")
    keys = (_key(scope, language) for scope in _narrowing(chat, user) for language in languages)
    return next((menu for key in keys if (menu := world.commands.get(key))), [])


def _narrowing(chat: Chat, user: User) -> list[Json]:
    here: Json = {"chat_id": chat.id}
    if chat.private:
        return [{"type": "chat", **here}, {"type": "all_private_chats"}, {"type": "default"}]
    scopes: list[Json] = [{"type": "chat_member", **here, "user_id": user.id}]
    leads = chat.members.get(user.id) in {"creator", "administrator"}
    scopes += [{"type": "chat_administrators", **here}] if leads else []
    scopes += [{"type": "chat", **here}]
    scopes += [{"type": "all_chat_administrators"}] if leads else []
    return [*scopes, {"type": "all_group_chats"}, {"type": "default"}]


def _key(scope: Json, language: str) -> str:
    return json.dumps([scope, language], sort_keys=True)


def _commands_key(emulator: Emulator, params: Params) -> str:
    """Return the scope and language that a call about commands concerns."""
    scope = params.structure("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if not isinstance(scope, dict) or not isinstance(kind, str) or kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    named = Params(scope, {})
    for name in _SCOPES[kind]:
        if name not in scope:
            raise bad_request(f"can't parse BotCommandScope: {name} is empty")
    if strange := scope.keys() - {"type", *_SCOPES[kind]}:
        raise bad_request(f'parameter "{min(strange)}" of BotCommandScope is unknown')
    known: Json = {"type": kind}
    if "chat_id" in _SCOPES[kind]:
        chat = emulator.chat(named)
        if chat.private and kind in _OF_GROUPS:
            raise bad_request("can't set commands for members of a private chat")
        known["chat_id"] = chat.id
    if "user_id" in _SCOPES[kind]:
        known["user_id"] = named.integer("user_id")
    language = params.string("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return _key(known, language)


@method("setMyCommands", required="commands", optional="scope language_code")
async def set_my_commands(emulator: Emulator, params: Params) -> bool:
    """Keep the command menu for a scope and a language."""
    commands = params.items("commands")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not isinstance(command, dict) or command.keys() != {"command", "description"}:
            raise bad_request("can't parse BotCommand: expected an Object with command and description")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command["command"])):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command["description"])) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    emulator.world.commands[_commands_key(emulator, params)] = commands
    emulator.world.changed("commands")
    return True


@method("getMyCommands", optional="scope language_code")
async def get_my_commands(emulator: Emulator, params: Params) -> list[Any]:
    """Return the command menu of exactly this scope and language."""
    return emulator.world.commands.get(_commands_key(emulator, params), [])


@method("deleteMyCommands", optional="scope language_code")
async def delete_my_commands(emulator: Emulator, params: Params) -> bool:
    """Forget the command menu of a scope and a language."""
    emulator.world.commands.pop(_commands_key(emulator, params), None)
    emulator.world.changed("commands")
    return True
