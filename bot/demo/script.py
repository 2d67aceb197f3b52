"""`python -m bot demo --script`: a whole story without a browser, each step checked."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import discord
from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from simcord import ChannelHandle, InteractionResult, ResponseMessage

from bot.demo.town import A_WHILE, DOWN, UP, Town, town
from bot.domain.text import ago

TITLE = "Which plants survive on a dark office desk?"
NEARLY = "Which plants survive on a dark desk?"
VOTES = (("Jo", UP), ("Ines", UP), ("Robin", DOWN), ("Robin", UP), ("Tomas", UP))
ANSWER = (
    "Two that forgive everything:\n\n1. **Pothos.** Water when it droops.\n"
    "2. **ZZ plant.** Water when you remember."
)


_TIMESTAMP = re.compile(r"<t:(\d+):R>")


class Wrong(Exception):
    """A step did not show what it should."""


class Story:
    """Plays the story and prints what each member sees."""

    def __init__(self, place: Town, console: Console) -> None:
        self._place = place
        self._console = console
        self._step = 0

    async def play(self) -> None:
        """Play all steps; raises Wrong at the first that shows something else."""
        thread = await self._ask()
        await self._similar()
        await self._answer(thread)
        await self._vote(thread)
        await self._accept(thread)
        await self._edit(thread)
        await self._points()

    async def _ask(self) -> ChannelHandle:
        maya = self._place.people["Maya"]
        self._say("Maya asks with /ask")
        form = await maya.slash(self._place.welcome, "ask", title=TITLE, tags="plants office")
        said = await self._place.fill(
            maya, form, body="North window, two metres away.", category="Daily Habits"
        )
        self._told("Maya", said)
        self._check("Your question **#1** is here" in _text(said), "the question has a number")
        thread = self._place.forum.threads[0]
        self._shown("everybody", self._place.card(thread, "Question"))
        return thread

    async def _similar(self) -> None:
        jo = self._place.people["Jo"]
        self._say("Jo starts to type nearly the same question")
        choices = await jo.autocomplete(
            self._place.welcome, "ask", "title", "plants for a dark desk"
        )
        self._console.print("  Jo sees:", [choice["name"] for choice in choices])
        self._check(any(TITLE in choice["name"] for choice in choices), "Maya's question shows")
        form = await jo.slash(self._place.welcome, "ask", title=NEARLY)
        said = await self._place.fill(jo, form, category="Daily Habits")
        self._told("Jo", said)
        self._check("close to yours" in _text(said), "Jo is shown what was asked already")
        await jo.click(_message(said), label="That answers it")
        self._check(len(self._place.forum.threads) == 1, "no second question was made")

    async def _answer(self, thread: ChannelHandle) -> None:
        self._say("Tomás answers with the button, Inès comments")
        await self._place.answer(self._place.people["Tomas"], thread, ANSWER)
        answer = self._place.card(thread, "Answer")
        self._shown("everybody", answer)
        await self._place.people["Ines"].send(thread, "Mine grew two metres.", reply_to=answer)
        self._check("1 answer" in _head(self._place.card(thread, "Question")), "one answer counts")

    async def _vote(self, thread: ChannelHandle) -> None:
        self._say("Votes: Jo and Inès up, Robin down and then up, Tomás for himself")
        people = self._place.people
        answer = self._place.card(thread, "Answer")
        for name, emoji in VOTES:
            await people[name].react(answer, emoji)
        self._shown("everybody", self._place.card(thread, "Answer"))
        self._check("+3 votes" in _head(self._place.card(thread, "Answer")), "three votes count")
        letters = people["Tomas"].user.dm_channel.history()
        self._console.print("  Tomás is told in private:", letters[-1].content)
        self._check("own post" in letters[-1].content, "Tomás is told why his own does not")

    async def _accept(self, thread: ChannelHandle) -> None:
        maya = self._place.people["Maya"]
        self._say("Maya accepts the answer")
        said = await maya.click(self._place.card(thread, "Answer"), label="Accept")
        self._told("Maya", said)
        self._shown("everybody", self._place.card(thread, "Question"))
        self._check("Solved" in _head(self._place.card(thread, "Question")), "it is solved")

    async def _edit(self, thread: ChannelHandle) -> None:
        tomas = self._place.people["Tomas"]
        self._say("Some minutes later Tomás edits his answer")
        await self._place.env.advance_time(A_WHILE)
        form = await tomas.click(self._place.card(thread, "Answer"), label="Edit")
        await self._place.fill(tomas, form, body=f"{ANSWER}\n3. **Snake plant.** Do not water.")
        answer = self._place.card(thread, "Answer")
        self._shown("everybody", answer)
        self._check("edited" in (answer.embeds[0].fields[0].value or ""), "the edit shows")

    async def _points(self) -> None:
        tomas = self._place.people["Tomas"]
        self._say("Tomás looks at his points")
        said = await tomas.slash(self._place.welcome, "profile")
        self._shown("Tomás", _message(said))
        wanted = 100 + 40 + 3 * 20 + 300
        description = _message(said).embeds[0].description or ""
        self._check(f"**{wanted} points**" in description, f"he has {wanted} points")
        found = await self._place.bot.forum.recount.guild(self._place.guild.id)
        self._check(found.none, "a recount finds no difference")

    def _say(self, what: str) -> None:
        self._step += 1
        self._console.rule(f"{self._step}. {what}", align="left")

    def _told(self, who: str, result: InteractionResult) -> None:
        self._console.print(f"  {who} is told: {_text(result)}", markup=False)

    def _shown(self, who: str, message: discord.Message | ResponseMessage) -> None:
        for embed in message.embeds:
            lines = [
                embed.author.name,
                f"**{embed.title}**" if embed.title else None,
                embed.description,
            ]
            lines += [f"*{field.name}*: {field.value}" for field in embed.fields]
            text = self._with_times("\n\n".join(line for line in lines if line))
            self._console.print(Panel(Markdown(text), title=f"{who} sees", title_align="left"))

    def _with_times(self, text: str) -> str:
        """Write Discord's timestamps as a client would show them."""
        now = self._place.env.now()

        def written(found: re.Match[str]) -> str:
            return ago(datetime.fromtimestamp(int(found[1]), UTC), now)

        return _TIMESTAMP.sub(written, text).replace("\n", "  \n")

    def _check(self, right: bool, what: str) -> None:
        self._console.print(f"  {'✔' if right else '✘'} {what}", markup=False)
        if not right:
            raise Wrong(what)


def _text(result: InteractionResult) -> str:
    said: Sequence[ResponseMessage | None] = [result.response, *result.followups]
    return "\n".join(message.content for message in said if message is not None)


def _message(result: InteractionResult) -> ResponseMessage:
    if result.response is None:
        raise Wrong("there was no answer")
    return result.response


def _head(message: discord.Message) -> str:
    return message.embeds[0].author.name or ""


async def play() -> int:
    """Play the story; 0 when every step was right, 1 otherwise."""
    console = Console()
    async with town() as place:
        try:
            await Story(place, console).play()
        except Wrong as wrong:
            console.print(f"This step went wrong: {wrong}", markup=False)
            return 1
    console.print("The story is told; every step was right.")
    return 0
