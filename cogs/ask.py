"""Asking: `/ask`, the panel's button, "Ask as question", and what follows."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import Unavailable
from bot.domain.pages import utf16
from bot.domain.text import cut_at_word, escape, visible
from bot.services.forum import Forum
from bot.ui import modals
from bot.ui.asking import NUMBER, Asking
from bot.ui.ids import custom_id
from bot.ui.images import fetch, pack
from bot.ui.people import asker, guild_of
from bot.ui.publisher import Publisher
from bot.ui.replies import say, think
from bot.ui.rights import seen
from bot.ui.router import Interaction, Router
from bot.ui.tables import category_choices

if TYPE_CHECKING:
    from bot.app import ForumBot

CHOICE_LIMIT = 100


class Ask(commands.Cog):
    """Questions, from the first word typed to the thread."""

    def __init__(
        self,
        forum: Forum,
        asking: Asking,
        publisher: Publisher,
        router: Router,
        tree: app_commands.CommandTree[commands.Bot],
    ) -> None:
        self._forum = forum
        self._asking = asking
        self._publisher = publisher
        router.add("ask", self.pressed, 0)
        router.add("asked", self.submitted, 0, 1)
        router.add("ask-anyway", self.post_anyway, 1)
        router.add("ask-answered", self.answered_already, 1)
        router.add("notify", self.notify, 2)
        router.add("image", self.image_pressed, 1)
        router.add("image-sent", self.image_sent, 1)
        self._menu = app_commands.ContextMenu(name="Ask as question", callback=self.ask_as_question)
        self._menu.guild_only = True
        tree.add_command(self._menu)

    @app_commands.command(description="Ask a question; similar ones show while you type its title")
    @app_commands.guild_only()
    @app_commands.rename(forum_channel="forum")
    @app_commands.describe(
        title="Your question in one sentence; pick a suggestion to go there instead",
        category="What it is about",
        tags="Up to five words with spaces between",
        image="A picture that helps",
        name="A name to display instead of yours",
        notify="Tell me when somebody answers (yes, if you say nothing)",
        forum_channel="Which forum, when there are several",
    )
    async def ask(
        self,
        interaction: Interaction,
        title: str = "",
        category: str = "",
        tags: str = "",
        image: discord.Attachment | None = None,
        name: str = "",
        notify: bool = True,
        forum_channel: discord.ForumChannel | None = None,
    ) -> None:
        """Open the form, filled with the options; or lead to the question that was picked."""
        picked = NUMBER.match(title.strip())
        if picked:
            await self._asking.lead_to(interaction, int(picked[1]))
            return
        typed = {"title": title, "category": category, "tags": tags, "name": name}
        typed["notify"] = "" if notify else "no"
        typed["forum"] = str(forum_channel.id) if forum_channel else ""
        typed["image"] = pack(image) if image else ""
        await self._asking.open_form(interaction, typed)

    @ask.autocomplete("title")
    async def suggest_titles(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Show similar questions; what was typed stays the first choice."""
        typed = visible(current)
        if not typed:
            return []
        guild_id = guild_of(interaction)
        rows = (await self._forum.settings.server(guild_id)).forums
        forums = [row.channel_id for row in seen(interaction, rows)]
        try:
            found = await self._forum.search.similar(guild_id, typed, 24, forums)
        except Unavailable:  # What was typed can still be chosen.
            found = []
        fits = utf16(typed) <= CHOICE_LIMIT
        label = cut_at_word(f"Ask: {typed}", CHOICE_LIMIT)
        own = [app_commands.Choice(name=label, value=typed)] if fits else []
        return own + [
            app_commands.Choice(
                name=cut_at_word(
                    f"{'✅ ' if match.solved else ''}Go to: {match.title}", CHOICE_LIMIT
                ),
                value=f"#{match.post_id}",
            )
            for match in found
        ]

    @ask.autocomplete("category")
    async def suggest_categories(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Show the server's categories."""
        server = await self._forum.settings.server(guild_of(interaction))
        return category_choices(server.categories, current)

    async def ask_as_question(self, interaction: Interaction, message: discord.Message) -> None:
        """Open the form filled with a message's text."""
        text = message.content
        if message.author.id != interaction.user.id and text:
            text = f"{text}\n\n— {escape(message.author.display_name)}, {message.jump_url}"
        title = cut_at_word(visible(message.content.split("\n")[0]), 120) if text else ""
        await self._asking.open_form(interaction, {"title": title, "body": text})

    async def pressed(self, interaction: Interaction, _numbers: tuple[int, ...]) -> None:
        """Open an empty form."""
        await self._asking.open_form(interaction, {})

    async def submitted(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Take a filled form."""
        await self._asking.submitted(interaction, numbers[0] if numbers else None)

    async def post_anyway(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Post although something similar was asked."""
        await think(interaction)
        draft = await self._forum.drafts.find(
            guild_of(interaction), interaction.user.id, numbers[0]
        )
        await self._asking.post(interaction, draft.id, draft.fields, look_first=False)

    async def answered_already(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Forget the draft: an older question answers it."""
        await self._forum.drafts.drop(guild_of(interaction), interaction.user.id, numbers[0])
        await say(interaction, "Good to hear. An up-vote there thanks those who helped.")

    async def notify(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Switch notices of answers on or off."""
        post_id, wanted = numbers
        await self._forum.questions.notify(asker(interaction), post_id, wanted=bool(wanted))
        told = "You will be told of answers." if wanted else "You will not be told of answers."
        await say(interaction, told)

    async def image_pressed(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Open the form that takes an image."""
        await self._forum.questions.to_illustrate(asker(interaction), numbers[0])
        await interaction.response.send_modal(modals.image(custom_id("image-sent", numbers[0])))

    async def image_sent(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Add the image to the question's card."""
        await think(interaction)
        place = await self._forum.questions.to_illustrate(asker(interaction), numbers[0])
        files = modals.submission(interaction).files
        image = await fetch(files[0] if files else None)
        if image is None:
            await say(interaction, "There was no image. Press **Add an image** to try again.")
            return
        await self._publisher.attach(place, image)
        await say(interaction, "The image is on your question now.")


async def setup(bot: "ForumBot") -> None:
    """Load."""
    await bot.add_cog(Ask(bot.forum, bot.asking, bot.publisher, bot.router, bot.tree))
