import pytest

from bot.domain.errors import NotFound
from bot.services.drafts import KEPT_FOR
from bot.services.forum import Forum
from tests.world import ADA, BEN, GUILD, OTHER_GUILD, Clock

TYPED = {"title": "How do bees…", "body": "  as typed\u202e "}


async def test_a_draft_comes_back_as_it_was_typed(forum: Forum, clock: Clock) -> None:
    number = await forum.drafts.keep(GUILD, ADA, "question", TYPED)
    draft = await forum.drafts.find(GUILD, ADA, number)
    assert (draft.id, draft.kind, draft.fields, draft.at) == (number, "question", TYPED, clock.now)


async def test_without_a_number_the_newest_draft_is_found(forum: Forum) -> None:
    await forum.drafts.keep(GUILD, ADA, "question", TYPED)
    newest = await forum.drafts.keep(GUILD, ADA, "answer", {"body": "…"})
    await forum.drafts.keep(GUILD, BEN, "answer", {"body": "Ben's"})
    assert (await forum.drafts.find(GUILD, ADA)).id == newest


async def test_another_members_draft_is_never_found(forum: Forum) -> None:
    number = await forum.drafts.keep(GUILD, ADA, "question", TYPED)
    for guild, member in [(GUILD, BEN), (OTHER_GUILD, ADA)]:
        for wanted in (number, None):
            with pytest.raises(NotFound):
                await forum.drafts.find(guild, member, wanted)


async def test_another_members_draft_is_neither_changed_nor_dropped(forum: Forum) -> None:
    number = await forum.drafts.keep(GUILD, ADA, "question", TYPED)
    for guild, member in [(GUILD, BEN), (OTHER_GUILD, ADA)]:
        other = await forum.drafts.keep_over(guild, member, "question", {"title": "Mine"}, number)
        assert other.id != number
    await forum.drafts.drop(GUILD, BEN, number)
    await forum.drafts.drop(OTHER_GUILD, ADA, number)
    assert (await forum.drafts.find(GUILD, ADA, number)).fields == TYPED


async def test_a_draft_can_be_typed_further(forum: Forum) -> None:
    number = await forum.drafts.keep(GUILD, ADA, "question", TYPED)
    new = {"title": "How do bees sleep?"}
    again = await forum.drafts.keep_over(GUILD, ADA, "question", new, number)
    assert again.id == number
    assert (await forum.drafts.find(GUILD, ADA)).fields == {**TYPED, **new}


async def test_a_draft_never_becomes_one_of_another_kind(forum: Forum) -> None:
    number = await forum.drafts.keep(GUILD, ADA, "question", TYPED)
    other = await forum.drafts.keep_over(GUILD, ADA, "edit", {"post": "7"}, number)
    assert (other.kind, other.fields) == ("edit", {"post": "7"})
    assert (await forum.drafts.find(GUILD, ADA, number)).fields == TYPED


async def test_a_posted_draft_is_gone_and_its_number_is_never_used_again(forum: Forum) -> None:
    number = await forum.drafts.keep(GUILD, ADA, "question", TYPED)
    await forum.drafts.drop(GUILD, ADA, number)
    with pytest.raises(NotFound):
        await forum.drafts.find(GUILD, ADA)
    assert await forum.drafts.keep(GUILD, BEN, "question", TYPED) > number


async def test_drafts_that_nobody_came_back_for_are_swept_away(forum: Forum, clock: Clock) -> None:
    await forum.drafts.keep(GUILD, ADA, "question", TYPED)
    clock.now += KEPT_FOR
    await forum.drafts.sweep()
    await forum.drafts.find(GUILD, ADA)
    clock.pass_by(seconds=1)
    await forum.drafts.sweep()
    with pytest.raises(NotFound):
        await forum.drafts.find(GUILD, ADA)
