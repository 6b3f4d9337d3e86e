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
    problem = "can't parse BotCommandScope: "
    scope = params.structure("scope")
    if scope is None:
        scope = {"type": "default"}
    if not isinstance(scope, dict):
        raise bad_request(problem + "BotCommandScope must be an Object")
    if "type" not in scope:
        raise bad_request(problem + 'Can\'t find field "type"')
    kind = str(scope["type"])
    if kind not in _SCOPES:
        raise bad_request(problem + "Unsupported type specified")
    named = Params(scope, {})
    for name in _SCOPES[kind]:
        if name not in scope:
            raise bad_request(f'{problem}Can\'t find field "{name}"')
    if strange := scope.keys() - {"type", *_SCOPES[kind]}:
        raise bad_request(f'parameter "{min(strange)}" of BotCommandScope is unknown')
    known: Json = {"type": kind}
    if "chat_id" in _SCOPES[kind]:
        chat = emulator.chat(named)
        if chat.private and kind in _OF_GROUPS:
            raise bad_request("can't use specified scope in private chats")
        known["chat_id"] = chat.id
    if "user_id" in _SCOPES[kind]:
        known["user_id"] = named.integer("user_id")
    language = params.string("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return _key(known, language)


def _check_command(command: object) -> None:
    problem = "can't parse BotCommand: "
    if not isinstance(command, dict):
        raise bad_request(problem + "expected an Object")
    for name in ("command", "description"):
        if name not in command:
            raise bad_request(f'{problem}Can\'t find field "{name}"')
        if not isinstance(command[name], str):
            raise bad_request(f'{problem}Field "{name}" must be of type String')
    for name, most, what in (("command", 32, "command"), ("description", 256, "command description")):
        if not command[name].strip():
            raise bad_request(f"{what} must be non-empty")
        if len(command[name].strip()) > most:
            raise bad_request(f"{what} length must not exceed {most}")
    if strange := command.keys() - {"command", "description"}:
        raise bad_request(f'field "{min(strange)}" of BotCommand is not carried by the sandbox')
    if not re.fullmatch(r"[a-z0-9_]+", command["command"]):
        raise bad_request("BOT_COMMAND_INVALID")


@method("setMyCommands", required="commands", optional="scope language_code")
async def set_my_commands(emulator: Emulator, params: Params) -> bool:
    """Keep the command menu for a scope and a language."""
    commands = params.items("commands")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command)
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
