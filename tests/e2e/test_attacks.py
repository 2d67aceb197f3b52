"""What a hostile member might try, and what comes of it: nothing, in plain words."""

import discord
import pytest
import pytest_asyncio
from simcord import ChannelHandle, MemberActor
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.domain.drafts import AnswerDraft
from bot.domain.errors import NotFound
from bot.domain.posts import State
from bot.domain.text import votes_text
from bot.services.people import Asker
from tests.e2e.hostile import Hostile, answered, command, press, settled, submit
from tests.e2e.test_names import seen
from tests.e2e.town import ANSWER, BODY, DOWN, UP, Town, build, filled, labels, offer, told
from tests.e2e.watch import away, lock
from tests.world import sql

TITLE = "Why does my radio only hum?"
SECRET = "How do we ban the loud members?"


async def states(place: Town, question: int) -> list[str]:
    """The states of all answers that a question ever had."""
    found = "SELECT state FROM posts WHERE question_id = :id AND kind = 'answer' ORDER BY 1"
    return [str(row[0]) for row in await sql(place.bot.database, found, id=question)]


async def number(place: Town, thread: ChannelHandle) -> int:
    """The number of a thread's question."""
    return (await place.bot.forum.questions.here(place.guild.id, thread.id)).id


async def agrees(place: Town) -> bool:
    """Whether every score and all points are what posts and ballots say."""
    return (await place.bot.forum.recount.guild(place.guild.id)).none


def hide(place: Town, channel: ChannelHandle, member: MemberActor) -> None:
    """Deny a member to see a channel."""
    deny = discord.Permissions(view_channel=True).value
    overwrite = Overwrite(member.id, OverwriteType.MEMBER, 0, deny)
    place.env.backend.set_overwrite(channel.id, overwrite)


# Parallel and repeated acts


async def test_a_form_sent_twice_at_once_makes_one_answer(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    question = await number(place, thread)
    form = f"askwell:answered:{question}"
    twice = [Hostile(place, ben).submit(form, {"body": ANSWER}) for _ in range(2)]
    await settled(place)
    said = sorted(answered(result) for result in twice)
    assert said[0].startswith("An answer here says exactly this already.")
    assert said[1].startswith("Your answer is here")
    assert await states(place, question) == ["open"]
    assert await agrees(place)


async def test_a_form_sent_twice_at_once_makes_one_question(place: Town) -> None:
    ada = place.member("ada")
    typed = {"title": TITLE, "body": BODY, "category": "Gadgets"}
    twice = [Hostile(place, ada).submit("askwell:asked", typed) for _ in range(2)]
    await settled(place)
    assert len(place.threads) == 1
    assert sorted("word for word" in answered(result) for result in twice) == [False, True]


async def test_one_answer_each_cannot_be_outrun(place: Town) -> None:
    await place.choose("several_answers", "no")
    ben = place.member("ben")
    question = await number(place, await place.ask(place.member("ada"), TITLE))
    for text in ("The first of two answers.", "A second, quite different one."):
        Hostile(place, ben).submit(f"askwell:answered:{question}", {"body": text})
    await settled(place)
    assert await states(place, question) == ["open"]


async def test_of_two_answers_accepted_at_once_one_is_accepted(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    await place.answer(place.member("ben"), thread)
    await place.answer(place.member("cy"), thread, body="Or turn the right knob instead.")
    question = await number(place, thread)
    for answer in (question + 1, question + 2):
        Hostile(place, ada).press(f"askwell:accept:{answer}")
    await settled(place)
    marks = [str(card.embeds[0].author.name) for card in place.cards(thread)[1:]]
    assert sum("Accepted" in mark for mark in marks) == 1
    assert await agrees(place)


async def test_an_answer_to_a_question_deleted_meanwhile_does_not_stay(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    question = await number(place, await place.ask(ada, TITLE))
    Hostile(place, ben).submit(f"askwell:answered:{question}", {"body": ANSWER})
    Hostile(place, ada).press(f"askwell:delete-sure:{question}")
    await settled(place)
    await place.quiet()
    assert "open" not in await states(place, question)
    assert await place.points(ben) == 100
    assert await agrees(place)


async def test_an_answer_stored_but_not_shown_goes_with_its_question(place: Town) -> None:
    forum, guild = place.bot.forum, place.guild.id
    ada, ben = place.member("ada"), place.member("ben")
    question = await number(place, await place.ask(ada, TITLE))
    who = Asker(guild, ben.id, "ben")
    answer = await forum.answers.answer(who, question, AnswerDraft(ANSWER, None), "attack:1")
    await forum.removal.delete(guild, question, ada.id, is_moderator=False)
    with pytest.raises(NotFound):
        await place.bot.publisher.publish(guild, answer)
    assert await forum.answers.opened(guild, answer, 77, []) is None
    assert await states(place, question) == [State.DELETED]
    assert await agrees(place)


async def test_an_edit_during_a_deletion_brings_nothing_back(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    question = await number(place, thread)
    typed = {"title": TITLE, "body": "Another text.", "category": "Gadgets"}
    Hostile(place, ada).press(f"askwell:delete-sure:{question}")
    Hostile(place, ada).submit(f"askwell:edited:{question}:1:0", typed)
    await settled(place)
    await place.quiet()
    with pytest.raises(NotFound):
        await place.bot.forum.questions.find(place.guild.id, question)
    assert await place.bot.forum.search.similar(place.guild.id, TITLE, 5) == []
    assert await agrees(place)


async def test_a_deleted_question_is_not_renamed_into_being_found(place: Town) -> None:
    forum, guild = place.bot.forum, place.guild.id
    thread = await place.post(place.member("ben"), TITLE, BODY)
    await forum.removal.delete(guild, await number(place, thread), 0, is_moderator=True)
    assert not await forum.questions.retitle(guild, thread.id, SECRET)
    found = await sql(place.bot.database, "SELECT count(*) FROM post_search")
    assert found == [(0,)]
    await place.quiet()


async def test_a_question_closed_while_the_form_was_open_takes_no_answer_and_no_image(
    place: Town,
) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    question = await number(place, thread)
    form = await ben.click(place.card(thread), label="Answer")
    lock(place, thread)
    await place.env.settle()
    result = await place.fill(ben, form, body=ANSWER)
    assert "This question is closed" in told(result)
    assert labels(result) == ["Open my draft again"]
    for action in ("image", "image-sent"):
        said = told(await press(place, ada, f"askwell:{action}:{question}"))
        assert said == "This question is closed, so it cannot be edited."


async def test_quick_changes_of_mind_end_as_the_reactions_stand(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    card, backend = place.card(thread), place.env.backend
    for turn in range(12):
        backend.set_reaction(thread.id, card.id, UP, ben.id, turn % 3 != 2)
        backend.set_reaction(thread.id, card.id, DOWN, ben.id, turn % 2 == 0)
    backend.set_reaction(thread.id, card.id, UP, ben.id, True)
    await settled(place)
    await place.quiet()
    stored = backend.get_message(thread.id, card.id)
    shown = {item.emoji: ben.id in item.user_ids for item in stored.reactions}
    assert await place.score(thread) == votes_text(shown[UP] - shown[DOWN])
    assert not (shown[UP] and shown[DOWN])
    assert await agrees(place)


# Rights that change


async def test_a_right_lost_while_a_form_was_open_counts_no_more(place: Town) -> None:
    role = place.guild.create_role("mods", permissions=discord.Permissions(manage_threads=True))
    mod = place.guild.add_member(place.env.create_user("mod"), roles=[role])
    thread = await place.ask(place.member("ada"), TITLE)
    form = await mod.click(place.card(thread), label="Edit")
    place.env.backend.get_guild(place.guild.id).members[mod.id].role_ids.clear()
    result = await place.fill(mod, form, body="Mine now.")
    assert told(result) == "Only its author or a moderator can edit this."
    assert labels(result) == ["Open my draft again"]
    assert place.card(thread).embeds[0].description == BODY


async def test_the_welcome_form_of_one_who_manages_no_more_changes_nothing(place: Town) -> None:
    said = told(await submit(place, place.member("eve"), "askwell:welcome", {"welcome": "Pwned"}))
    assert said.startswith("You need the permission **Manage Server** for this.")
    assert (await place.bot.forum.settings.of(place.guild.id)).welcome != "Pwned"


# Other people's and other servers' things


async def test_what_somebody_cannot_see_is_not_suggested_to_them(place: Town) -> None:
    eve, mod = place.member("eve"), place.admin
    hidden = place.guild.create_forum_channel("staff")
    await mod.slash(place.welcome, "setup", forum=hidden)
    hide(place, hidden, eve)
    form = await mod.slash(place.welcome, "ask", forum=hidden)
    assert "is here" in told(await place.fill(mod, form, title=SECRET, body=BODY))
    for words in (SECRET, "ban"):
        offered = await eve.autocomplete(place.welcome, "ask", "title", words)
        assert not any(SECRET in choice["name"][4:] for choice in offered if "#" in choice["value"])
    form = await eve.slash(place.welcome, "ask", title=SECRET + " Or the quiet ones?")
    said = told(await place.fill(eve, form, body=BODY))
    assert "close to yours" not in said
    offered = await mod.autocomplete(place.welcome, "ask", "title", "ban loud")
    assert any(SECRET in choice["name"] for choice in offered)


async def test_a_question_never_lands_in_a_forum_that_its_asker_cannot_see(place: Town) -> None:
    eve = place.member("eve")
    more = place.guild.create_forum_channel("more")
    await place.admin.slash(place.welcome, "setup", forum=more)
    hide(place, place.forum, eve)
    thread = await place.ask(eve, TITLE)
    assert place.env.backend.get_channel(thread.id).parent_id == more.id
    said = answered(await command(place, eve, "ask", title=TITLE, forum=place.forum))
    assert said.startswith(f"<#{place.forum.id}> takes no questions. Ask in <#{more.id}>")


@pytest_asyncio.fixture
async def elsewhere(place: Town) -> Town:
    """Another server with the same bot, its own question and its own category."""
    other = build(place.env, place.bot, place.config)
    await other.set_up("Rockets")
    return other


async def test_another_servers_things_are_neither_found_nor_changed(
    place: Town, elsewhere: Town
) -> None:
    boss, guild = elsewhere.admin, place.guild.id
    (gadgets,) = (await place.bot.forum.settings.server(guild)).categories
    await place.ask(place.member("ada"), SECRET)
    refused = [
        await command(elsewhere, boss, "settings forget", forum=place.forum),
        await command(elsewhere, boss, "setup", forum=place.forum),
        await command(elsewhere, boss, "category remove", name=str(gadgets.id)),
        await command(elsewhere, boss, "category remove", name="Gadgets"),
        await command(
            elsewhere, boss, "settings set", name="reports_channel", value=str(place.welcome.id)
        ),
        await command(elsewhere, boss, "ask", title=TITLE, forum=place.forum),
        await command(elsewhere, boss, "ask", title="#1"),
    ]
    for result in refused:
        assert answered(result), "nobody may be left without an answer"
        assert not answered(result).startswith(("form", "-")), answered(result)
    server = await place.bot.forum.settings.server(guild)
    assert [row.channel_id for row in server.open_forums] == [place.forum.id]
    assert [item.name for item in server.categories] == ["Gadgets"]


async def test_another_servers_things_are_not_suggested(place: Town, elsewhere: Town) -> None:
    await place.ask(place.member("ada"), SECRET)
    boss, where = elsewhere.admin, elsewhere.welcome
    titles = await boss.autocomplete(where, "ask", "title", "ban loud members")
    assert [choice["value"] for choice in titles] == ["ban loud members"]
    for name, option in (("ask", "category"), ("category remove", "name")):
        offered = await boss.autocomplete(where, name, option, "")
        assert [choice["name"] for choice in offered] == ["Rockets"]


async def test_a_draft_is_nobody_elses(place: Town, elsewhere: Town) -> None:
    ada, eve = place.member("ada"), place.member("eve")
    drafts, guild = place.bot.forum.drafts, place.guild.id
    typed = {"title": SECRET, "body": "Only for me.", "question": "1"}
    mine = [await drafts.keep(guild, ada.id, kind, typed) for kind in ("question", "answer")]
    for draft in mine:
        for action in ("draft", "ask-anyway", "ask-answered"):
            assert SECRET not in answered(await press(place, eve, f"askwell:{action}:{draft}"))
        for form in (f"asked:{draft}", f"answered-again:{draft}:1", f"edited:1:1:{draft}"):
            await submit(place, eve, f"askwell:{form}", {"tags": "x"})
    kept = await drafts.find(guild, eve.id)
    assert SECRET not in str(kept.fields)
    for draft in mine:
        assert (await drafts.find(guild, ada.id, draft)).fields == typed
    assert place.threads == []


async def test_a_forged_field_of_a_form_is_not_read(place: Town) -> None:
    eve = place.member("eve")
    image = '{"id": "1", "filename": "x.png", "size": 1, "url": "http://169.254.169.254/"}'
    forged = {
        "image": image,
        "forum": "1",
        "notify": "no",
        "question": "x",
        "post": "x",
        "kind": "x",
    }
    typed = {"title": TITLE, "body": BODY, "category": "Gadgets", **forged}
    assert "is here" in answered(await submit(place, eve, "askwell:asked", typed))
    question = await number(place, place.threads[0])
    said = answered(
        await submit(place, eve, f"askwell:answered:{question}", {"body": ANSWER, **forged})
    )
    assert said.startswith("Your answer is here")
    await submit(place, eve, f"askwell:answered:{question}", {"body": "short", **forged})
    assert set((await place.bot.forum.drafts.find(place.guild.id, eve.id)).fields) <= {
        "body",
        "question",
    }


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("page.html", "text/html", None),
        ("image.png", "text/html", None),
        ("image.svg", "image/svg+xml", None),
        ("../../etc/x.png", "image/png", ".._.._etc_x.png"),
        ('"><script>.gif', "image/gif", "___script_.gif"),
    ],
)
async def test_only_images_with_harmless_names_are_shown(
    place: Town, name: str, kind: str, shown: str | None
) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    stored = place.env.backend.cdn.store_attachment(5, thread.id, name, b"bytes", None)
    sent = {**stored, "content_type": kind}
    Hostile(place, ada, thread).submit(
        f"askwell:image-sent:{await number(place, thread)}",
        {"image": ["5"]},
        resolved={"attachments": {"5": sent}},
    )
    await settled(place)
    url_shown = place.card(thread).embeds[0].image.url
    assert url_shown == (f"attachment://{shown}" if shown else None)


# Names to display


async def test_the_mark_that_would_unmask_an_asker_is_taken_off_and_counts(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE, name="Nightowl")
    answer = await place.answer(place.member("ben"), thread)
    await ada.react(answer, "✅")
    assert "Solved" in str(place.card(thread).embeds[0].author.name)
    assert "✅" not in [str(item.emoji) for item in place.card(thread, 1).reactions]
    await place.restart()
    assert "Solved" in str(place.card(thread).embeds[0].author.name)


async def test_the_mark_put_on_while_the_bot_was_away_is_taken_off_too(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE, name="Nightowl")
    answer = await place.answer(place.member("ben"), thread)
    with away(place):
        place.env.backend.set_reaction(thread.id, answer.id, "✅", ada.id, True)
    await place.restart()
    assert "Solved" in str(place.card(thread).embeds[0].author.name)
    assert "✅" not in [str(item.emoji) for item in place.card(thread, 1).reactions]


async def test_turning_a_message_into_an_answer_tells_nobody_who_answered(place: Town) -> None:
    await place.choose("several_answers", "no")
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    await place.answer(ben, thread, name="Helper")
    remark = await ben.send(thread, "Have you looked at the fuse?")
    said = told(await ada.context_menu(thread, "Turn into answer", remark))
    assert said.startswith("That message is an answer now")
    again = await ben.send(thread, "Or at the plug?")
    own = place.refused(await ben.context_menu(thread, "Turn into answer", again))
    assert "one answer each" in own


async def test_a_masked_author_shows_in_no_place_that_others_see(place: Town) -> None:
    ada, eve = place.member("ada-the-shy"), place.member("eve")
    thread = await place.ask(ada, TITLE, name="Nightowl")
    question = await number(place, thread)
    more = await press(place, eve, f"askwell:more:{question}")
    said = [answered(more), answered(await press(place, eve, f"askwell:history:{question}"))]
    said += [
        answered(await press(place, eve, f"askwell:{what}:{question}"))
        for what in ("edit", "delete", "image", "answer")
    ]
    said += [answered(await command(place, eve, "why", number=question))]
    said += [str(await eve.autocomplete(place.welcome, "ask", "title", "radio hum"))]
    said += [str(place.env.backend.get_channel(thread.id).owner_id), seen(place)]
    for text in said:
        assert ada.name not in text
        assert str(ada.id) not in text


# Injection


EVIL = "[@everyone](http://x.y) **`~|\u202e"


async def test_a_hostile_nickname_is_text_wherever_it_shows(place: Town) -> None:
    eve, ada = place.member(EVIL), place.member("ada")
    thread = await place.ask(ada, TITLE)
    await place.answer(eve, thread)
    await place.env.advance_time(400)
    form = await eve.click(place.card(thread, 1), label="Edit")
    await place.fill(eve, form, body=ANSWER + " Edited.")
    more = await ada.click(place.card(thread, 1), label="More")
    history = told(await ada.click(offer(more), label="History"))
    (letter,) = place.letters(ada)
    remark = await eve.send(thread, "A remark to be asked about.")
    asked = filled(await ada.context_menu(thread, "Ask as question", remark))["body"]
    bylines = [str(card.embeds[0].fields[0].value) for card in place.cards(thread)]
    top = str(place.card(thread).embeds[0].fields[-1].value)
    for text in (*bylines[1:], top, history.split("```")[0], letter, asked):
        assert "\\[@\u200beveryone\\]\\(http\\://x.y\\) \\*\\*\\`\\~\\|" in text, text
        assert "\u202e" not in text


async def test_a_code_fence_cannot_break_out_of_the_history(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE, body="```\nbefore\n```")
    form = await ada.click(place.card(thread), label="Edit")
    await place.fill(ada, form, body="```\nafter\n```\n@everyone [a](https://b.c)")
    said = told(await press(place, ada, f"askwell:history:{await number(place, thread)}"))
    assert said.count("```") == 2
    assert said.rstrip().endswith("```")


async def test_a_title_of_ones_own_post_cannot_turn_text_around(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.post(ben, "Why \u202egnorw\u202c is\u200b this", BODY)
    card = place.card(thread).embeds[0]
    assert card.title == "Why gnorw is this"
    offered = await ben.autocomplete(place.welcome, "ask", "title", "gnorw")
    assert all("\u202e" not in choice["name"] for choice in offered)


@pytest.mark.parametrize("scheme", ["https://", "HTTPS://", "hTTp://"])
async def test_a_link_that_lies_is_unmasked_however_it_is_written(place: Town, scheme: str) -> None:
    thread = await place.ask(
        place.member("eve"), TITLE, body=f"[discord.com]({scheme}evil.example/login) helps"
    )
    shown = str(place.card(thread).embeds[0].description)
    assert f"(leads to <{scheme}evil.example/login>)" in shown


# Limits


async def test_a_form_never_has_to_offer_more_categories_than_discord_shows(place: Town) -> None:
    settings, guild = place.bot.forum.settings, place.guild.id
    for index in range(24):
        await settings.add_category(guild, f"Topic {index}")
    said = place.refused(await place.admin.slash(place.welcome, "category add", name="One more"))
    assert said == "There are 25 categories, as many as a form can offer."
    assert (await settings.add_category(guild, "TOPIC 3")).name == "Topic 3"
    form = await place.member("ada").slash(place.welcome, "ask")
    assert form.modal is not None
    assert len(str(form.modal).split("'label': 'Topic")) == 25
    offered = await place.member("ada").autocomplete(place.welcome, "ask", "category", "")
    assert len(offered) == 25


@pytest.mark.parametrize("typed", ["🦆" * 60, "🦆" * 100, "a" * 100, "a" * 6000, "\u202e" * 50])
async def test_suggestions_keep_to_discords_limits(place: Town, typed: str) -> None:
    await place.post(place.member("ben"), "🦆" * 50 + "a" * 50, BODY)
    offered = await place.member("ada").autocomplete(place.welcome, "ask", "title", typed)
    offered += await place.admin.autocomplete(place.welcome, "settings set", "name", typed)
    assert len(offered) <= 25
    for choice in offered:
        for part in ("name", "value"):
            assert 1 <= len(choice[part].encode("utf-16-le")) // 2 <= 100


async def test_a_welcome_as_long_as_can_be_still_fits(place: Town) -> None:
    guild = place.bot.get_guild(place.guild.id)
    assert guild is not None
    guild.name = "*" * 100
    form = await place.admin.slash(place.welcome, "settings welcome")
    said = told(await place.fill(place.admin, form, welcome="{server}" * 250))
    assert "The welcome message is up to date" in said
    (panel,) = [item for item in place.welcome.history() if item.components]
    assert 4000 < len(str(panel.embeds[0].description)) <= 4096
