"""The words of a text, for finding repeats and close matches.

Splitting follows Question2Answer (qa A12): hyphens split, apostrophes go, CJK signs stand alone.
"""

import re
import unicodedata
from typing import Final

_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`](?=\w)")
_UNSEEN = re.compile("[\xad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")
_CJK = re.compile(
    "[\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_VOWEL = re.compile("[aeiouy]")
_SUFFIXES = ("ing", "ed")
_STOP = """
a about after all also am an and any are as at be been before being but by can cannot cant could did
didnt do does doesnt doing dont for from get gets getting got had has have having he hello help her
here hi him his how i id if im in into is isnt it its ive just like make me more most my need no not
of off on one or our out please should so some than thank thanks that the their them then there
these they this those to too use used using very want was way we were what whats when where which
while who whom whose why will with without wont would you your
"""
STOP_WORDS: Final = frozenset(_STOP.split())


def words(text: str) -> list[str]:
    """Split a text into lower-case words (qa A12)."""
    lower = unicodedata.normalize("NFKC", text.replace("´", "'")).lower()
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", lower))
    apart = _CJK.sub(r" \g<0> ", _APOSTROPHE.sub("", plain))
    found = "".join(char if _in_word(char) else " " for char in apart).split()
    return [word for word in found if any(map(str.isalnum, word))]


def same_words(a: str, b: str) -> bool:
    """Tell whether two texts repeat each other word for word (qa A2)."""
    return words(a) == words(b)


def overlap(title_a: str, title_b: str) -> float:
    """Say how alike two titles are, from 0 to 1; longer words weigh more."""
    a, b = _stems(title_a), _stems(title_b)
    whole = _weight(a) + _weight(b)
    return 2 * _weight(a & b) / whole if whole else 0.0


def fts_query(text: str, limit: int = 12) -> list[str]:
    """Choose the most telling distinct words, longest first, in their order in the text."""
    found = _telling(words(text))
    chosen = set(sorted(found, key=len, reverse=True)[:limit])
    return [word for word in found if word in chosen]


def _in_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char) in {"Mn", "Mc"}


def _telling(found: list[str]) -> list[str]:
    """Leave out repeats, and stop words too unless nothing else is there."""
    distinct = list(dict.fromkeys(found))
    return [word for word in distinct if word not in STOP_WORDS] or distinct


def _stems(title: str) -> set[str]:
    return {_stem(word) for word in _telling(words(title))}


def _weight(stems: set[str]) -> int:
    return sum(2 + min(len(stem), 8) for stem in stems)


def _stem(word: str) -> str:
    """Cut the commonest English endings, alike for all forms of a word."""
    if not word.isascii() or not word.isalpha():
        return word
    word = _without(word, "s") if not word.endswith("ss") else word
    for suffix in _SUFFIXES:
        word = _without(word, suffix)
    word = _without(word, "e")
    if word.endswith("y"):
        word = word[:-1] + "i"
    return word[:-1] if word[-2:-1] == word[-1] else word


def _without(word: str, suffix: str) -> str:
    """Take an ending off when at least three letters and a vowel stay."""
    rest = word.removesuffix(suffix)
    return rest if len(rest) >= 3 and _VOWEL.search(rest) else word
