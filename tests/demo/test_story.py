"""The demo's forum and its story."""

import pytest

from bot.demo import script
from bot.demo.town import settle_in, town


async def test_the_scripted_story_ends_well_and_prints_what_each_member_sees(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await script.play() == 0
    printed = capsys.readouterr().out
    assert "✘" not in printed
    assert "Tomás sees" in printed


async def test_a_step_that_goes_wrong_ends_the_story_with_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "VOTES", (("Jo", "👍"), ("Tomas", "⬆️")))

    assert await script.play() == 1
    assert "This step went wrong: three votes count" in capsys.readouterr().out


async def test_the_demo_opens_with_a_living_forum() -> None:
    async with town() as place:
        thread = await settle_in(place)
        question, answer = place.card(thread, "Question"), place.card(thread, "Answer")
        assert (question.embeds[0].author.name or "").startswith("+81 votes")
        assert (answer.embeds[0].author.name or "").startswith("+73 votes · ✅ Accepted")
        byline = question.embeds[0].fields[0].value or ""
        assert "in **Mental Health** by Maya (6.0k points)" in byline
        assert "edited" in byline
        assert 2500 < len(answer.embeds[0].description or "") < 2700
        assert len(place.forum.threads) == 3
