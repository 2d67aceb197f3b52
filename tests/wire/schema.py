"""Discord's own specification, held against every request and every response."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

SPECIFICATION: Final = Path(__file__).parents[3] / "shared" / "reference" / "discord-openapi.json"
MEDIA: Final = {"title": "GUILD_MEDIA", "const": 16}
"""Documented, as are ids written as numbers in requests; the specification has neither."""
_URN: Final = "urn:discord"
Validator = jsonschema_rs.Draft202012Validator


@cache
def _document(side: str) -> Any:
    """The specification, where it lies; without it only the rules written by hand are held."""
    if not SPECIFICATION.exists():
        return None
    found = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    kinds = found["components"]["schemas"]
    kinds["ChannelTypes"]["oneOf"].append(MEDIA)
    if side == "request":
        kinds["SnowflakeType"]["type"] = ["string", "integer"]
    return found


@cache
def _registry(side: str) -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(_URN, _document(side))], draft=jsonschema_rs.Draft202012)


@cache
def _validator(side: str, *path: str) -> Validator | None:
    found = _document(side)
    for part in path:
        found = found.get(part) if found else None
    if found is None:
        return None
    steps = "/".join(part.replace("~", "~0").replace("/", "~1") for part in path)
    reference = f"{_URN}#/{steps}".replace("{", "%7B").replace("}", "%7D")
    return Validator({"$ref": reference}, registry=_registry(side))


def request_problems(method: str, template: str, body: Any) -> list[str]:
    """What the specification has against a request's JSON."""
    content = ("requestBody", "content", "application/json", "schema")
    return list(_problems(_validator("request", "paths", template, method.lower(), *content), body))


def response_problems(method: str, template: str, status: int, body: Any) -> list[str]:
    """What the specification has against an answer of the double."""
    content = ("responses", str(status), "content", "application/json", "schema")
    return list(
        _problems(_validator("response", "paths", template, method.lower(), *content), body)
    )


def names_route(method: str, template: str) -> bool:
    """Say whether the specification has this route; everything passes where it is missing."""
    document = _document("request")
    return document is None or method.lower() in document["paths"].get(template, {})


def _problems(validator: Validator | None, body: Any) -> Iterator[str]:
    if validator is None or validator.is_valid(body):
        return
    for error in validator.iter_errors(body):
        place = "/".join(map(str, error.instance_path))
        yield f"{place}: {error.message[:300]}"
