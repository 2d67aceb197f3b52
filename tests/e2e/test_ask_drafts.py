"""Between typing and posting: close matches, repeats, refusals, failures. Nothing is lost."""

import logging

import pytest
from simcord import InteractionResult, MemberActor

from tests.e2e.town import BODY, Town, filled, labels, offer, told

TITLE = "Why does my radio only hum?"
CLOSE = "Why does my old radio only hum?"


async def test_close_matches_are_shown_to_the_asker_alone_before_posting(place: Town) -> None:
    first = await place.ask(place.member("ada"), TITLE)
    ben = place.member("ben")
    shown = await ben.slash(place.welcome, "ask", title=CLOSE)
    result = await place.fill(ben, shown, body=BODY)

    assert f"[{TITLE}](https://discord.com/channels/{place.guild.id}/{first.id})" in told(result)
    assert "0 answers" in told(result)
    assert labels(result) == ["Post anyway", "That answers it", "Change my question"]
    assert offer(result).ephemeral
    assert len(place.threads) == 1


async def test_a_match_with_an_accepted_answer_is_marked_as_solved(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    first = await place.ask(ada, TITLE)
    await place.answer(ben, first)
    await ada.click(place.card(first, 1), label="Accept")
    shown = await ben.slash(place.welcome, "ask", title=CLOSE)
    said = told(await place.fill(ben, shown, body=BODY))
    assert f"✅ [{TITLE}]" in said
    assert "1 answer" in said


async def test_the_shown_matches_can_be_switched_off(place: Town) -> None:
    await place.choose("similar_shown", "0")
    await place.ask(place.member("ada"), TITLE)
    ben = place.member("ben")
    shown = await ben.slash(place.welcome, "ask", title=CLOSE)
    assert "is here" in told(await place.fill(ben, shown, body=BODY))


async def _held_up(place: Town) -> tuple[MemberActor, InteractionResult]:
    await place.ask(place.member("ada"), TITLE)
    asker = place.member("ben")
    shown = await asker.slash(place.welcome, "ask", title=CLOSE, tags="hum")
    return asker, await place.fill(asker, shown, body=BODY)


async def test_post_anyway_posts(place: Town) -> None:
    ben, result = await _held_up(place)
    posted = await ben.click(offer(result), label="Post anyway")
    assert "is here" in told(posted)
    assert [thread.name for thread in place.threads] == [TITLE, CLOSE]
    gone = await ben.slash(place.welcome, "draft")
    assert "no draft" in place.refused(gone)


async def test_post_anyway_works_after_a_restart(place: Town) -> None:
    ben, result = await _held_up(place)
    await place.restart()
    await ben.click(offer(result), label="Post anyway")
    assert [thread.name for thread in place.threads] == [TITLE, CLOSE]


async def test_a_double_click_on_post_anyway_posts_once(place: Town) -> None:
    ben, result = await _held_up(place)
    await place.at_once(ben, offer(result), "Post anyway", times=3)
    assert [thread.name for thread in place.threads] == [TITLE, CLOSE]
    later = await ben.click(offer(result), label="Post anyway")
    assert len(place.threads) == 2
    assert "no draft" in told(later)


async def test_that_answers_it_posts_nothing_and_forgets_the_draft(place: Town) -> None:
    ben, result = await _held_up(place)
    done = await ben.click(offer(result), label="That answers it")
    assert "Good to hear" in told(done)
    assert len(place.threads) == 1
    assert "no draft" in place.refused(await ben.slash(place.welcome, "draft"))


async def test_change_my_question_opens_what_was_typed_and_posts_the_changed_one(
    place: Town,
) -> None:
    ben, result = await _held_up(place)
    form = await ben.click(offer(result), label="Change my question")
    assert filled(form) == {
        "title": CLOSE,
        "body": BODY,
        "category": "Gadgets",
        "tags": "hum",
        "name": "",
    }
    done = await place.fill(ben, form, title="How do I mend a torn book?")
    assert "is here" in told(done)
    assert place.threads[-1].name == "How do I mend a torn book?"


async def test_nobody_can_post_or_open_the_draft_of_another(place: Town) -> None:
    ben, result = await _held_up(place)
    assert "no draft" in place.refused(await place.member("cy").slash(place.welcome, "draft"))
    drafts = place.bot.forum.drafts
    held = await drafts.find(place.guild.id, ben.id)
    assert held.fields["title"] == CLOSE
    assert labels(result)


async def test_a_word_for_word_repeat_is_refused_with_a_link(place: Town) -> None:
    first = await place.ask(place.member("ada"), TITLE)
    ben = place.member("ben")
    shown = await ben.slash(place.welcome, "ask")
    result = await place.fill(ben, shown, title=TITLE.upper(), body=BODY)
    if "Post anyway" in labels(result):
        result = await ben.click(offer(result), label="Post anyway")
    assert "word for word" in told(result)
    assert f"/{first.id}" in told(result)
    assert labels(result) == ["Open my draft again"]
    assert len(place.threads) == 1


async def test_a_refused_draft_says_every_problem_and_opens_again_as_it_was_typed(
    place: Town,
) -> None:
    ada = place.member("ada")
    typed = {"title": "Too short", "body": BODY, "tags": "a b c d e f g", "name": "Shy"}
    shown = await ada.slash(place.welcome, "ask")
    result = await place.fill(ada, shown, **typed)
    assert "The title has 9 characters. Make it a little longer: 12 to 120." in told(result)
    assert "There are 7 tags. Keep up to 5." in told(result)
    assert place.threads == []

    form = await ada.click(offer(result), label="Open my draft again")
    assert filled(form) == {**typed, "category": "Gadgets"}


async def test_a_refused_draft_opens_again_after_a_restart_also_by_command(place: Town) -> None:
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask", notify=False)
    result = await place.fill(ada, shown, title="Too short", body=BODY)
    await place.restart()

    assert filled(await ada.click(offer(result), label="Open my draft again"))["body"] == BODY
    form = await ada.slash(place.welcome, "draft")
    assert filled(form)["title"] == "Too short"
    done = await place.fill(ada, form, title=TITLE)
    assert "Notify me of answers" in labels(done)
    assert len(place.threads) == 1


async def test_a_form_opened_twice_loses_nothing_when_sent_twice(place: Town) -> None:
    ada = place.member("ada")
    await ada.slash(place.welcome, "ask", title=TITLE)
    one = await ada.slash(place.welcome, "draft")
    two = await ada.slash(place.welcome, "draft")
    await place.fill(ada, one, body=BODY)
    second = await place.fill(ada, two, title="Too short", body="All that I typed since.")
    assert labels(second) == ["Open my draft again"]
    form = await ada.slash(place.welcome, "draft")
    assert filled(form)["body"] == "All that I typed since."


@pytest.mark.parametrize("status", [500, 503, 403])
async def test_a_failure_of_discord_keeps_the_draft_and_posts_nothing_later(
    place: Town, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    ada = place.member("ada")
    place.env.inject_error("POST", f"/channels/{place.forum.id}/threads", status=status)
    shown = await ada.slash(place.welcome, "ask")
    result = await place.fill(ada, shown, title=TITLE, body=BODY)
    assert "/draft" in told(result)
    assert labels(result) == ["Open my draft again"]
    assert place.threads == []

    await place.restart()
    assert place.threads == []
    assert await place.points(ada) == 100
    assert len(await ada.autocomplete(place.welcome, "ask", "title", "radio")) == 1

    form = await ada.click(offer(result), label="Open my draft again")
    changed = "Why does my radio hum all day?"
    assert "is here" in told(await place.fill(ada, form, title=changed))
    (thread,) = place.threads
    assert thread.name == changed
    assert place.card(thread).embeds[0].title == changed
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


async def test_an_unexpected_failure_has_an_id_that_is_in_the_log(
    place: Town, caplog: pytest.LogCaptureFixture
) -> None:
    ada = place.member("ada")
    place.env.inject_error("POST", f"/channels/{place.forum.id}/threads", status=500)
    shown = await ada.slash(place.welcome, "ask")
    with caplog.at_level(logging.ERROR):
        said = told(await place.fill(ada, shown, title=TITLE, body=BODY))
    number = said.split("(error ")[1].split(")")[0]
    assert any(number in record.getMessage() and record.exc_info for record in caplog.records)
    assert "not your fault" in said


async def test_the_second_of_two_messages_failing_loses_no_question(place: Town) -> None:
    ada = place.member("ada")
    long_text = "A line of the story.\n" * 150 + "🦆" * 800
    place.env.inject_error("POST", "/channels/*/messages", status=500)
    shown = await ada.slash(place.welcome, "ask")
    result = await place.fill(ada, shown, title=TITLE, body=long_text)
    assert labels(result) == ["Open my draft again"]
    form = await ada.click(offer(result), label="Open my draft again")
    done = await place.fill(ada, form)
    assert "is here" in told(done)
    (thread,) = place.threads
    pages = [item.embeds[0].description for item in thread.history() if item.embeds]
    assert sum(str(page).count("🦆") for page in pages) == 800
    assert sum(str(page).count("A line of the story.") for page in pages) == 150


async def test_a_deleted_forum_keeps_the_draft_until_there_is_another(place: Town) -> None:
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask")
    place.env.backend.delete_channel(place.forum.id)
    await place.env.settle()

    result = await place.fill(ada, shown, title=TITLE, body=BODY)
    assert "no forum" in told(result)
    assert "`/setup`" in told(result)

    await place.admin.slash(place.welcome, "setup")
    form = await ada.click(offer(result), label="Open my draft again")
    assert "is here" in told(await place.fill(ada, form))
    assert len(place.threads) == 1


async def test_a_forum_deleted_while_the_bot_was_away_keeps_the_draft_too(place: Town) -> None:
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask")
    backend = place.env.backend
    emit = backend.emit
    backend.emit = lambda *_args, **_more: None  # type: ignore[method-assign]
    backend.delete_channel(place.forum.id)
    backend.emit = emit  # type: ignore[method-assign]
    result = await place.fill(ada, shown, title=TITLE, body=BODY)
    assert labels(result) == ["Open my draft again"]

    await place.restart()
    await place.admin.slash(place.welcome, "setup")
    form = await ada.click(offer(result), label="Open my draft again")
    assert "is here" in told(await place.fill(ada, form))


async def test_an_interaction_that_expired_still_keeps_what_was_typed(place: Town) -> None:
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask")
    place.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062, times=2)
    result = await place.fill(ada, shown, title=TITLE, body=BODY)
    assert not result.acknowledged
    assert place.threads == []

    form = await ada.slash(place.welcome, "draft")
    assert filled(form)["title"] == TITLE
    assert filled(form)["body"] == BODY


async def test_a_category_removed_while_the_form_was_open_is_asked_for_again(place: Town) -> None:
    await place.admin.slash(place.welcome, "category add", name="Radios")
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask", category="Radios", title=TITLE)
    await place.admin.slash(place.welcome, "category remove", name="Radios")
    result = await place.fill(ada, shown, body=BODY, category="Radios")
    assert "Choose one of: Gadgets." in told(result)
    form = await ada.click(offer(result), label="Open my draft again")
    assert "is here" in told(await place.fill(ada, form, category="Gadgets"))
