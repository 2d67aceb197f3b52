"""What Discord refuses although its specification would let it pass."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from tests.wire.refusals import Refused
from tests.wire.state import Json

CONTENT: Final = 2000
EMBEDS: Final = 6000
MODAL_PARTS: Final = 5
COMMAND: Final = 8000
COMMANDS: Final = {1: 100, 2: 15, 3: 15}
_EMBED_LIMITS: Final = {"title": 256, "description": 4096}
_NAME: Final = re.compile(r"^[-_'\w]{1,32}$")


def check_message(body: Json) -> None:
    """Refuse a message that says too much, or the same id twice."""
    _refuse(_message_problems(body))


def check_not_empty(body: Json, *, files: bool) -> None:
    """Refuse a message with nothing in it."""
    said = any(body.get(name) for name in ("content", "embeds", "components", "sticker_ids"))
    if not said and not files:
        raise Refused(50006)


def check_modal(data: Json) -> None:
    """Refuse a form that Discord would not open."""
    problems = list(_repeated(data.get("components", ())))
    if not 1 <= len(data.get("components", ())) <= MODAL_PARTS:
        problems.append("components: Must be between 1 and 5 in length.")
    _refuse(problems)


def check_choices(choices: Sequence[Any]) -> None:
    """Refuse more suggestions than the list shows, or none of a choice's length."""
    problems = ["choices: Must be 25 or fewer in length."] if len(choices) > 25 else []
    problems += [
        "choices: name and value must be between 1 and 100 in length."
        for choice in choices
        if not 1 <= len(choice["name"]) <= 100 or not 1 <= len(str(choice["value"])) <= 100
    ]
    _refuse(problems)


def check_commands(commands: Sequence[Json]) -> None:
    """Refuse commands that break a rule of names, numbers or sizes."""
    problems = [problem for command in commands for problem in _command_problems(command)]
    kinds = Counter(command.get("type", 1) for command in commands)
    if any(number > COMMANDS[kind] for kind, number in kinds.items()):
        raise Refused(30032)
    names = Counter((command.get("type", 1), command["name"]) for command in commands)
    problems += [f"{name}: names must be unique" for (_, name), n in names.items() if n > 1]
    _refuse(problems)


def _refuse(problems: Iterable[str]) -> None:
    found = list(problems)
    if found:
        raise Refused(50035, *found)


def _message_problems(body: Json) -> Iterator[str]:
    if len(body.get("content") or "") > CONTENT:
        yield "content: Must be 2000 or fewer in length."
    embeds = body.get("embeds") or ()
    if sum(map(_embed_length, embeds)) > EMBEDS:
        yield "embeds: Embed size exceeds maximum size of 6000"
    for embed in embeds:
        for name, limit in _EMBED_LIMITS.items():
            if len((embed.get(name) or "").strip()) > limit:
                yield f"embeds/{name}: Must be {limit} or fewer in length."
    rows = body.get("components") or ()
    if len(rows) > 5:
        yield "components: Must be 5 or fewer in length."
    yield from _repeated(rows)


def _embed_length(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or ():
        texts += [field["name"], field["value"]]
    return sum(len(text.strip()) for text in texts if text)


def _repeated(components: Iterable[Json]) -> Iterator[str]:
    ids = Counter(_custom_ids(components))
    for name, number in ids.items():
        if number > 1:
            yield f"custom_id: Component custom id cannot be duplicated: {name}"


def _custom_ids(components: Iterable[Json]) -> Iterator[str]:
    for component in components:
        if "custom_id" in component:
            yield component["custom_id"]
        inner = component.get("component")
        yield from _custom_ids([*component.get("components", ()), *([inner] if inner else ())])


def _command_problems(command: Json) -> Iterator[str]:
    name, slash = command["name"], command.get("type", 1) == 1
    if slash and (not _NAME.match(name) or name != name.lower()):
        yield f"{name}: Command name is invalid"
    if not slash and (not 1 <= len(name) <= 32 or command.get("description")):
        yield f"{name}: Context menu commands have a name of 1 to 32 and no description"
    if slash and not 1 <= len(command.get("description", "")) <= 100:
        yield f"{name}: description must be between 1 and 100 in length."
    if _command_length(command) > COMMAND:
        yield f"{name}: Command exceeds maximum size (8000)"
    yield from _option_problems(command)


def _option_problems(command: Json) -> Iterator[str]:
    options = command.get("options") or ()
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        yield f"{command['name']}: Required options must be placed before non-required options"
    if len(options) > 25 or any(len(o.get("choices") or ()) > 25 for o in options):
        yield f"{command['name']}: options and choices must be 25 or fewer"
    for option in options:
        if not _NAME.match(option["name"]) or option["name"] != option["name"].lower():
            yield f"{command['name']}: option {option['name']} has an invalid name"
        yield from _option_problems(option)


def _command_length(command: Json) -> int:
    own = len(command["name"]) + len(command.get("description", ""))
    for choice in command.get("choices") or ():
        own += len(choice["name"]) + len(str(choice["value"]))
    return own + sum(map(_command_length, command.get("options") or ()))
