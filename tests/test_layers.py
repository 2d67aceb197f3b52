import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
DATABASE: Final = frozenset({"sqlalchemy", "alembic", "aiosqlite", "asyncpg"})
PLOTTING: Final = frozenset({"matplotlib", "PIL"})
ANYTHING: Final = frozenset({"*"})
MAY_IMPORT: Final = {
    "bot.domain": frozenset[str](),
    "db": frozenset({"bot.domain"}) | DATABASE,
    "bot.services": frozenset({"bot.domain", "db"}),
    "bot.ui": frozenset({"bot.domain", "bot.services", "discord"}) | PLOTTING,
    "cogs": frozenset({"bot.domain", "bot.services", "bot.ui", "discord"}),
    "bot.config": frozenset({"pydantic", "pydantic_core"}),
    "bot.app": frozenset(
        {
            "bot.config",
            "bot.domain",
            "bot.metrics",
            "bot.services",
            "bot.ui",
            "db",
            "discord",
            "pydantic",
        }
    ),
    # Numbers for a monitoring system: it is told what happens, and asks nobody but its observers.
    "bot.metrics": frozenset({"bot.domain", "aiohttp", "prometheus_client"}),
    "bot.__main__": ANYTHING,
    "bot.demo": ANYTHING,
    "bot.doctor": ANYTHING,
    "bot.cli": ANYTHING,
    "bot.logs": frozenset({"bot.config", "pydantic"}),
}
ONLY_FOR_TYPES: Final = {"cogs": frozenset({"bot.app"})}
EVERYWHERE: Final = sys.stdlib_module_names | {"typing_extensions"}
NAMELESS: Final = {"utils", "helpers", "manager", "common", "util", "helper", "managers", "misc"}
MOST_LINES: Final = 400


@dataclass(frozen=True)
class Import:
    name: str
    line: int
    for_types: bool


def modules() -> dict[str, Path]:
    """Every module of the product by its dotted name."""
    paths = [path for top in ("bot", "cogs", "db") for path in sorted((ROOT / top).rglob("*.py"))]
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in paths
    }


MODULES: Final = modules()


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def layer_of(module: str) -> str | None:
    return next((layer for layer in MAY_IMPORT if within(module, layer)), None)


def for_types_only(node: ast.If) -> bool:
    return ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def names_of(node: ast.AST) -> list[str]:
    """What a statement imports; `from bot import app` may mean the module `bot.app`."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(level=level) if level:
            return ["a relative import"]
        case ast.ImportFrom(module=str(module), names=names):
            return [f"{module}.{alias.name}" for alias in names]
        case ast.Call(
            func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            return [name]
    return []


def imports(node: ast.AST, *, for_types: bool = False) -> Iterator[Import]:
    for name in names_of(node):
        yield Import(name, getattr(node, "lineno", 0), for_types)
    typed = set(node.body) if isinstance(node, ast.If) and for_types_only(node) else set()
    for child in ast.iter_child_nodes(node):
        yield from imports(child, for_types=for_types or child in typed)


def allowed(layer: str, found: Import) -> bool:
    may = MAY_IMPORT[layer] | {layer}
    if found.for_types:
        may |= ONLY_FOR_TYPES.get(layer, frozenset())
    standard = found.name.split(".")[0] in EVERYWHERE
    return "*" in may or standard or any(within(found.name, package) for package in may)


def offences(module: str, source: str) -> list[str]:
    """Each import of a module's source that the table does not allow."""
    layer = layer_of(module)
    assert layer is not None, f"{module} belongs to no layer of the table"
    return [
        f"{module}:{found.line} imports {found.name}"
        for found in imports(ast.parse(source))
        if not allowed(layer, found)
    ]


@pytest.mark.parametrize("layer", sorted(MAY_IMPORT.keys() - {"bot.doctor"}))
def test_each_layer_has_code_to_look_at(layer: str) -> None:
    found = [name for name in MODULES if within(name, layer)]
    assert any(MODULES[name].read_text(encoding="utf-8").strip() for name in found), layer


def test_the_code_that_is_looked_at_imports_something() -> None:
    seen = [
        found.name
        for path in MODULES.values()
        for found in imports(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert len(seen) > 100
    assert {"discord", "sqlalchemy", "pydantic"} <= {name.split(".")[0] for name in seen}


def test_each_module_belongs_to_one_layer() -> None:
    roofs = {"bot"}
    assert [name for name in MODULES if layer_of(name) is None and name not in roofs] == []


def test_a_package_that_is_only_a_roof_holds_no_code() -> None:
    tree = ast.parse(MODULES["bot"].read_text(encoding="utf-8"))
    assert [type(node).__name__ for node in tree.body] == ["Expr"]


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"bot"}))
def test_a_module_imports_only_what_its_layer_may(module: str) -> None:
    assert offences(module, MODULES[module].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("bot.domain.votes", "import discord"),
        ("bot.domain.votes", "import db.engine"),
        ("bot.domain.votes", "from bot.services import votes"),
        ("bot.domain.votes", "from bot import services"),
        ("bot.domain.votes", "from bot import *"),
        ("bot.domain.votes", "from . import posts"),
        ("bot.domain.votes", "from .posts import Post"),
        ("bot.domain.votes", "def f():\n    import sqlalchemy"),
        ("bot.domain.votes", "if TYPE_CHECKING:\n    import discord"),
        ("bot.domain.votes", "importlib.import_module('discord')"),
        ("bot.services.votes", "from sqlalchemy import select"),
        ("bot.services.votes", "from bot.ui.cards import card"),
        ("bot.services.votes", "import discord.ext.commands"),
        ("bot.ui.cards", "from db.queries import posts"),
        ("db.queries.posts", "from bot.services.votes import Votes"),
        ("cogs.vote", "import db"),
        ("cogs.vote", "from bot.app import ForumBot"),
        ("cogs.vote", "from bot import app"),
        ("cogs.vote", "if TYPE_CHECKING:\n    pass\nelse:\n    from bot import app"),
        ("cogs.vote", "if TYPE_CHECKING:\n    from bot.config import Config"),
        ("bot.app", "import sqlalchemy.ext.asyncio"),
        ("bot.app", "from cogs.vote import Vote"),
        ("bot.config", "from bot.domain.votes import Vote"),
    ],
)
def test_a_forbidden_import_is_seen_in_each_of_its_forms(module: str, source: str) -> None:
    assert len(offences(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("bot.domain.votes", "from bot.domain.posts import Post"),
        ("bot.domain.votes", "from bot.domain import posts"),
        ("bot.domain.votes", "import json, collections.abc"),
        ("cogs.vote", "if TYPE_CHECKING:\n    from bot.app import ForumBot"),
        ("cogs.vote", "if typing.TYPE_CHECKING:\n    from bot.app import ForumBot"),
        ("cogs.vote", "from discord.ext import commands"),
        ("bot.app", "from bot import config, services"),
        ("bot.demo", "import simcord, cogs.vote"),
    ],
)
def test_an_allowed_import_passes(module: str, source: str) -> None:
    assert offences(module, source) == []


@pytest.mark.parametrize(
    ("package", "homes"),
    [
        ("sqlalchemy", {"db"}),
        (
            "discord",
            {"bot.ui", "cogs", "bot.app", "bot.demo", "bot.__main__", "bot.doctor", "bot.cli"},
        ),
        ("prometheus_client", {"bot.metrics"}),
    ],
)
def test_a_library_is_named_only_where_it_lives(package: str, homes: set[str]) -> None:
    named = {
        module
        for module, path in MODULES.items()
        for found in imports(ast.parse(path.read_text(encoding="utf-8")))
        if within(found.name, package)
    }
    assert named, f"nothing imports {package}: is the search broken?"
    assert {module for module in named if layer_of(module) not in homes} == set()


def test_each_module_is_named_after_what_it_holds() -> None:
    assert [name for name in MODULES if NAMELESS & set(name.split("."))] == []


def test_no_file_is_too_long_to_read_at_once() -> None:
    lines = {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()
    }
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}
