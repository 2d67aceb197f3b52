from bot.domain.views import Report
from bot.services.forum import Forum
from tests.world import ADA, FORUM, GUILD, OTHER_GUILD, Clock, ask


async def test_repairs_are_told_newest_first(forum: Forum, clock: Clock) -> None:
    first = Report(votes_added=3, comments_changed=1)
    await forum.repairs.record(GUILD, first)
    then = clock.now
    clock.pass_by(hours=1)
    second = Report(tags_mended=1)
    await forum.repairs.record(GUILD, second)
    await forum.repairs.record(OTHER_GUILD, Report(posts_removed=1))
    assert await forum.repairs.latest(GUILD) == [(clock.now, second), (then, first)]
    assert await forum.repairs.latest(GUILD, limit=1) == [(clock.now, second)]


async def test_where_nothing_was_repaired_nothing_is_recorded(forum: Forum) -> None:
    await forum.repairs.record(GUILD, Report())
    assert await forum.repairs.latest(GUILD) == []


async def test_until_when_all_is_known_is_remembered_for_any_server(
    forum: Forum, clock: Clock
) -> None:
    await forum.settings.register(GUILD, "One")
    assert await forum.repairs.seen_at(GUILD) is None
    await forum.repairs.seen([GUILD, OTHER_GUILD])
    assert await forum.repairs.seen_at(GUILD) == clock.now
    assert await forum.repairs.seen_at(OTHER_GUILD) == clock.now


async def test_questions_active_since_a_moment_are_listed_latest_first(
    forum: Forum, clock: Clock
) -> None:
    await ask(forum)
    clock.pass_by(days=1)
    since = clock.now
    second = await ask(forum)
    clock.pass_by(days=1)
    third = await ask(forum)
    gone = await ask(forum, ADA)
    await forum.removal.delete(GUILD, gone, ADA, is_moderator=False)
    active = await forum.repairs.active(FORUM, since)
    assert [place.id for place in active] == [third, second]
    assert await forum.repairs.active(FORUM + 1, since) == []
