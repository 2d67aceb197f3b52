import pytest

from bot.domain.emoji import emoji_key, is_emoji


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("⬆️", "⬆"),
        (" ❤️ ", "❤"),
        ("<:up:123456789012345678>", "<a:other:123456789012345678>"),
    ],
)
def test_two_writings_of_one_emoji_are_the_same(one: str, other: str) -> None:
    assert emoji_key(one) == emoji_key(other)


def test_different_emoji_stay_different() -> None:
    assert emoji_key("⬆️") != emoji_key("⬇️")
    assert emoji_key("<:a1:123456789012345678>") != emoji_key("<:a1:123456789012345679>")


@pytest.mark.parametrize(
    "text", ["⬆️", "👍🏽", "👩‍🚀", "🇩🇪", "1️⃣", "#️⃣", "❤", "<:up:123456789012345678>", " 👍 "]
)
def test_an_emoji_is_one(text: str) -> None:
    assert is_emoji(text)


@pytest.mark.parametrize(
    "text", ["", " ", "up", "+1", "a⬆️", "1", "é", "<:up:12>", "\ufe0f", "\u200d", "👍" * 9, "⬆\n⬇"]
)
def test_other_texts_are_no_emoji(text: str) -> None:
    assert not is_emoji(text)
