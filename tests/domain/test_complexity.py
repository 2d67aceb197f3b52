"""What hostile texts cost: work grows with the length of a text, not with its square.

Processor time is compared between two lengths, never with a clock: eight times the text may
cost some more than eight times the work, but not sixty-four times.
"""

import time
from collections.abc import Callable

import pytest

from bot.domain.diff import readable
from bot.domain.drafts import parse_question, parse_tags
from bot.domain.emoji import emoji_key, is_emoji
from bot.domain.errors import Invalid
from bot.domain.masks import unmask
from bot.domain.pages import split
from bot.domain.settings import GuildSettings
from bot.domain.text import cut_at_word, escape, plain_title, visible
from bot.domain.words import fts_query, overlap, words

SHORT, TIMES, AT_MOST = 4_000, 8, 26
HOSTILE: dict[str, tuple[str, str, str]] = {
    "blanks inside": ("a", " ", "b"),
    "blank braille": ("a", "\u2800", "b"),
    "line breaks": ("a", "\n", "b"),
    "dots": ("", ".", "a"),
    "dots and brackets": ("", ".)", "a"),
    "backticks": ("", "`a``b", ""),
    "fences": ("", "```\n", ""),
    "open brackets": ("", "[", ""),
    "half links": ("", "[a](http://", ""),
    "long half link": ("[a](http://", "a", ""),
    "link and blanks": ("[a](", " ", ""),
    "label of a name": ("[", "a.", "](http://b.c)"),
    "joiners": ("", "\u200d", ""),
    "selectors": ("", "\ufe0f", ""),
    "marks on a letter": ("a", "\u0301", ""),
    "flags": ("", "\U0001f1e6", ""),
    "tagged flag": ("\U0001f3f4", "\U000e0061", ""),
    "backslashes": ("", "\\", ""),
    "signs at": ("", "@", ""),
    "apostrophes": ("", "a'", ""),
    "hashes": ("", "#", ""),
    "numbers": ("", "1.", ""),
    "ligature of many": ("", "\ufdfa", ""),
    "colons": ("", "<a:b", ""),
}


def parsed(text: str) -> None:
    """Check a question of this text, as a form does."""
    with pytest.raises(Invalid):
        parse_question(GuildSettings(), (), title=text, body=text, tags=text, display_name=text)


READERS: dict[str, Callable[[str], object]] = {
    "visible": visible,
    "plain_title": plain_title,
    "escape": escape,
    "cut_at_word": lambda text: cut_at_word(text, 100),
    "unmask": unmask,
    "split": lambda text: split(text, len(text) // 4, len(text) // 4),
    "words": words,
    "fts_query": fts_query,
    "overlap": lambda text: overlap(text, text[::-1]),
    "parse_tags": parse_tags,
    "parse_question": parsed,
    "is_emoji": is_emoji,
    "emoji_key": emoji_key,
    "readable": lambda text: readable(text, text[: len(text) // 2] + "\n" + text[1:]),
}


def of_length(shape: tuple[str, str, str], length: int) -> str:
    head, middle, tail = shape
    return head + middle * (length // len(middle)) + tail


def cost(reader: Callable[[str], object], text: str) -> int:
    """The least processor time in nanoseconds of a few readings."""
    times = []
    for _ in range(3):
        began = time.thread_time_ns()
        reader(text)
        times.append(time.thread_time_ns() - began)
    return min(times)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("shape", HOSTILE)
def test_a_hostile_text_costs_what_its_length_is_worth(reader: str, shape: str) -> None:
    read = READERS[reader]
    short = cost(read, of_length(HOSTILE[shape], SHORT))
    trifle = 400_000  # Below this, noise says more than the text.
    long = cost(read, of_length(HOSTILE[shape], SHORT * TIMES))
    assert long <= AT_MOST * max(short, trifle)


LINES = [chr(0x4E00 + number % 100) for number in range(4_000)]


@pytest.mark.parametrize("joint", ["\n", " "])
def test_a_difference_of_very_many_parts_costs_what_its_length_is_worth(joint: str) -> None:
    def compare(count: int) -> int:
        old, new = joint.join(LINES[:count]), joint.join(reversed(LINES[:count]))
        return cost(lambda text: readable(text, new), old)

    assert compare(4_000) <= AT_MOST * max(compare(500), 400_000)
