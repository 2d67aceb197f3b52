"""The steps of asking that a command, a button and a draft share."""

import logging
import re
from collections.abc import Mapping, Sequence

import discord

from bot.domain.drafts import QuestionDraft, parse_question
from bot.domain.errors import Invalid, Repeated, Unavailable, UserError
from bot.domain.text import answers_text, escape
from bot.services.drafts import draft_behind, origin
from bot.services.forum import Forum
from bot.services.questions import Place
from bot.services.search import Match
from bot.services.settings import ForumRow, Server
from bot.ui import modals
from bot.ui.buttons import Press, row
from bot.ui.errors import answer_error
from bot.ui.ids import custom_id
from bot.ui.images import ImageRefused, fetch, unpack
from bot.ui.keeping import keep
from bot.ui.links import jump
from bot.ui.people import asker, guild_of
from bot.ui.publisher import Publisher
from bot.ui.replies import say
from bot.ui.rights import seen
from bot.ui.router import Interaction

log = logging.getLogger(__name__)
KIND = "question"
NUMBER = re.compile(r"^#(\d{1,12})$")


class Asking:
    """Takes a question from what was typed to a thread; nothing typed is lost on the way."""

    def __init__(self, forum: Forum, publisher: Publisher) -> None:
        self._forum = forum
        self._publisher = publisher

    async def open_form(self, interaction: Interaction, typed: Mapping[str, str]) -> None:
        """Show the form, filled with what is known already."""
        server = await self._ready(interaction)
        given = {name: text for name, text in typed.items() if text}
        _check_forum(seen(interaction, server.open_forums), given.get("forum", ""))
        if given:
            draft_id = await self._keep(interaction, given)
            await self._show(interaction, server, draft_id, given)
        else:
            form = modals.question(custom_id("asked"), server.settings, server.categories, {})
            await interaction.response.send_modal(form)

    async def reopen(
        self, interaction: Interaction, draft_id: int, typed: Mapping[str, str]
    ) -> None:
        """Show the form of a kept draft."""
        await self._show(interaction, await self._ready(interaction), draft_id, typed)

    async def submitted(self, interaction: Interaction, draft_id: int | None) -> None:
        """Take a filled form: keep it first, then check it, then post it."""
        typed = modals.submission(interaction).fields
        draft = await keep(interaction, self._forum.drafts, KIND, typed, draft_id)
        await self.post(interaction, draft.id, draft.fields, look_first=True)

    async def post(
        self,
        interaction: Interaction,
        draft_id: int,
        typed: Mapping[str, str],
        *,
        look_first: bool,
    ) -> None:
        """Post a kept draft; a refusal says why and offers the draft again."""
        again = Press("Open my draft again", "draft", (draft_id,), discord.ButtonStyle.primary)
        try:
            server = await self._ready(interaction)
            draft = _parse(server, typed)
            if look_first and await self._show_close(interaction, server, draft, draft_id):
                return
            forum = _forum_for(seen(interaction, server.open_forums), typed)
            image, note = await _image(interaction, forum.channel_id, typed)
            link, post_id = await self._post(interaction, draft_id, draft, forum, image)
        except Repeated as repeated:
            where = await self._link(guild_of(interaction), repeated.post_id)
            await say(interaction, f"{repeated}\n{where}", row(again))
        except (UserError, Unavailable, discord.HTTPException) as error:
            await answer_error(interaction, error, row(again))
        else:
            told = f"Your question **#{post_id}** is here: {link}{note}"
            await say(interaction, told, _after(post_id, draft))

    async def _post(
        self,
        interaction: Interaction,
        draft_id: int,
        draft: QuestionDraft,
        forum: ForumRow,
        image: discord.File | None,
    ) -> tuple[str, int]:
        """Put a question on Discord."""
        who = asker(interaction)
        name = image.filename if image else None
        made_from = origin(KIND, draft_id)
        post_id = await self._forum.questions.ask(who, forum.channel_id, draft, made_from, name)
        link = await self._publisher.publish_now(who.guild_id, post_id, image)
        return link, post_id

    async def finish(self, client: discord.Client, place: Place) -> str:
        """Post what a crash left stored only, with the image that its draft holds for a day."""
        image = await self._image_left(client, place) if place.image else None
        return await self._publisher.publish(place.guild_id, place.id, image, resumed=True)

    async def _image_left(self, client: discord.Client, place: Place) -> discord.File | None:
        draft_id = draft_behind(place.origin)
        if draft_id is None:
            return None
        try:
            draft = await self._forum.drafts.find(place.guild_id, place.author_id, draft_id)
            return await fetch(unpack(client, draft.fields["image"]))
        except UserError as lost:
            log.warning("the image of post %s is lost: %s", place.id, lost)
            await self._forum.questions.illustrate(place.id, None)
            return None

    async def _show_close(
        self, interaction: Interaction, server: Server, draft: QuestionDraft, draft_id: int
    ) -> bool:
        """Show the asker alone what was asked already; False when nothing is close."""
        guild_id = guild_of(interaction)
        forums = [row.channel_id for row in seen(interaction, server.forums)]
        most = server.settings.similar_shown
        found = await self._forum.search.close(guild_id, draft.title, most, forums)
        if not found:
            return False
        lines = "\n".join(match_line(guild_id, match) for match in found)
        text = f"These questions are close to yours. Does one of them answer it?\n{lines}"
        buttons = row(
            Press("Post anyway", "ask-anyway", (draft_id,), discord.ButtonStyle.primary),
            Press("That answers it", "ask-answered", (draft_id,), discord.ButtonStyle.success),
            Press("Change my question", "draft", (draft_id,)),
        )
        await say(interaction, text, buttons)
        return True

    async def lead_to(self, interaction: Interaction, number: int) -> None:
        """Answer with the link to a question that was picked from the suggestions."""
        await say(interaction, await self._link(guild_of(interaction), number))

    async def _link(self, guild_id: int, post_id: int) -> str:
        place = await self._forum.questions.find(guild_id, post_id)
        return f"Here it is: {jump(guild_id, place.thread_id, place.message_id)}"

    async def _ready(self, interaction: Interaction) -> Server:
        server = await self._forum.settings.server(guild_of(interaction))
        if not seen(interaction, server.open_forums):
            raise UserError(
                "There is no forum for questions here yet. "
                "Somebody who may manage this server can run `/setup`."
            )
        return server

    async def _keep(self, interaction: Interaction, typed: Mapping[str, str]) -> int:
        return await self._forum.drafts.keep(
            guild_of(interaction), interaction.user.id, KIND, typed
        )

    async def _show(
        self, interaction: Interaction, server: Server, draft_id: int, typed: Mapping[str, str]
    ) -> None:
        where = custom_id("asked", draft_id)
        form = modals.question(where, server.settings, server.categories, typed)
        await interaction.response.send_modal(form)


def _parse(server: Server, typed: Mapping[str, str]) -> QuestionDraft:
    return parse_question(
        server.settings,
        server.categories,
        title=typed.get("title", ""),
        body=typed.get("body", ""),
        category=typed.get("category", ""),
        tags=typed.get("tags", ""),
        display_name=typed.get("name", ""),
        notify=typed.get("notify", "yes") != "no",
    )


def _check_forum(forums: Sequence[ForumRow], named: str) -> None:
    """Refuse a channel that takes no questions, before anything is typed for it."""
    if named and named not in {str(forum.channel_id) for forum in forums}:
        there = ", ".join(f"<#{forum.channel_id}>" for forum in forums)
        raise Invalid([f"<#{named}> takes no questions. Ask in {there}, or leave the forum empty."])


def _forum_for(forums: Sequence[ForumRow], typed: Mapping[str, str]) -> ForumRow:
    """The forum that was named, or the first one: the other may be gone by now."""
    named = typed.get("forum", "")
    return next((forum for forum in forums if str(forum.channel_id) == named), forums[0])


async def _image(
    interaction: Interaction, forum_id: int, typed: Mapping[str, str]
) -> tuple[discord.File | None, str]:
    """The image that came with the command; or none, and why."""
    if not typed.get("image"):
        return None, ""
    channel = interaction.guild.get_channel(forum_id) if interaction.guild else None
    if channel is not None and not channel.permissions_for(channel.guild.me).attach_files:
        return None, f"\nI may not add images in {channel.mention}, so yours was left out."
    try:
        return await fetch(unpack(interaction.client, typed["image"])), ""
    except ImageRefused as refused:
        return None, f"\n{refused}"


def _after(post_id: int, draft: QuestionDraft) -> discord.ui.View:
    """What the asker may still want: to be told of answers or not, and an image."""
    label = "Do not notify me" if draft.notify else "Notify me of answers"
    return row(
        Press(label, "notify", (post_id, int(not draft.notify)), emoji="🔔"),
        Press("Add an image", "image", (post_id,), emoji="🖼️"),
    )


def match_line(guild_id: int, match: Match) -> str:
    """One question in a list: state, linked title, number of answers."""
    sign = "✅ " if match.solved else ""
    title = escape(match.title)
    link = jump(guild_id, match.thread_id)
    return f"- {sign}[{title}]({link}) · {answers_text(match.answers)}"
