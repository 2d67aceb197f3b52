"""Who may do what: one table of every command, button, form, menu and reaction.

Each row is done by everybody at the same time, each to a question and an answer of their own,
past whatever Discord would check before: the words shown are the bot's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import discord
from discord import app_commands
from simcord import ChannelHandle, InteractionResult, MemberActor
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.domain.drafts import AnswerDraft, QuestionDraft
from bot.domain.votes import Vote
from bot.services.people import Asker
from tests.e2e.hostile import Hostile, Person, answered, settled
from tests.e2e.town import DOWN, UP, Town, build

WHO: Final = {
    "member": "has nothing to do with the post",
    "suspended": "the same, with suspended votes",
    "asker": "asked the question",
    "author": "wrote the answer",
    "moderator": "may manage threads on this server",
    "admin": "may do everything on this server",
    "elsewhere": "may manage threads in another channel, and acts there",
    "outsider": "cannot see the forum",
    "stranger": "acts on another server, where nothing of this belongs",
    "private": "acts in private messages",
    "forged": "sends an id with a number that no database holds",
    "replayed": "is asker and admin; Discord tells of each act twice",
}
TOGETHER: Final = {
    "editors": ("author", "moderator", "admin"),
    "choosers": ("asker", "moderator", "admin"),
    "helpers": ("asker", "author", "moderator", "admin"),
    "afar": ("elsewhere", "outsider", "stranger"),
}
"""Those who are told the same."""

GONE = "That post is not here any more."
PRIVATE = "This works on a server, not in private messages."
UNKNOWN = "This button or form is from another version of this bot"
NO_DRAFT = "There is no draft of yours here."
NO_FORUM = "There is no forum for questions here yet."
NO_POST = "That message is no question or answer of this forum."
NOT_MINE = "Only its author can do this."
EDITORS = "Only its author or a moderator can edit this."
DELETERS = "Only its author or a moderator can delete this."
CHOOSERS = "Only the asker (or a moderator) can accept an answer."
HELPERS = "Its author, the asker or a moderator can turn it into an answer."
NO_THREAD = "Only a message in a question's thread can become an answer."
MANAGER = "You need the permission **Manage Server** for this."
THREADS = "You need the permission **Manage Threads** for this."
NOTHING = "nothing"
ACCEPTED = "This is the accepted answer now."
TAKEN_BACK = "No answer is accepted now."
FORM = "form askwell:"


@dataclass(frozen=True)
class Row:
    """One act, on what, and what each is told; `anybody` stands for those who are not named."""

    act: str
    on: str
    said: dict[str, str]
    given: dict[str, Any]

    @property
    def kind(self) -> str:
        return self.act.partition(" ")[0]

    @property
    def name(self) -> str:
        return self.act.partition(" ")[2]

    def told(self, who: str) -> str | None:
        """What somebody is told; None where the act cannot be."""
        if who == "forged" and self.kind not in {"press", "submit"}:
            return None
        if who == "outsider" and self.kind == "react":
            return None
        if who == "replayed" and who not in self.said:
            return self.said.get("admin", self.said.get("asker", self.said["anybody"]))
        return self.said.get(who, self._usual().get(who, self.said["anybody"]))

    def _usual(self) -> dict[str, str]:
        about = [self.on, *map(str, self.given.values())]
        of_post = any("{q}" in part or "{a}" in part for part in about)
        foreign = dict.fromkeys(("stranger", "outsider"), GONE) if of_post else {}
        return {"forged": UNKNOWN, "private": PRIVATE, **foreign}


def row(act: str, on: str, anybody: str, **rest: Any) -> Row:
    """Write a row: what is said of a group is said of each in it."""
    said = {"anybody": anybody}
    for group, members in TOGETHER.items():
        if group in rest:
            said |= dict.fromkeys(members, rest.pop(group))
    said |= {who: rest.pop(who) for who in WHO if who in rest}
    return Row(act, on, said, rest)


TEXT = {"body": "Quite another text, long enough, number {n}."}
ASKED = {"title": "What is number {n} good for?", "body": "I wonder.", "category": "Gadgets"}

# fmt: off
TABLE: Final = (
    row("command draft", "", NO_DRAFT, asker=FORM + "answered-again:{d}:{q}"),
    row("command privacy", "", "**What is kept**", private="**What is kept**"),
    row("command help", "", "**Ask**: `/ask`"),
    row("command profile", "", "points** (ranked"),
    row("command ask", "", FORM + "asked", outsider=NO_FORUM),
    row("command answer", "", FORM + "answered:{q}", afar="This works in a question's thread."),
    row("command edit", "", EDITORS, editors=FORM + "edited:{a}:1:0", number="{a}"),
    row("command why", "", "You have not voted on this.", number="{a}",
        outsider="You have not voted on this.", stranger="There is no post #{a} on this server."),
    row("command setup", "", MANAGER, private=MANAGER, admin="Everything was set up already."),
    row("command settings show", "", MANAGER, private=MANAGER, admin="- `up_arrow`"),
    row("command settings set", "", MANAGER, private=MANAGER, admin="**tags_max** is **4** now.",
        name="tags_max", value="4"),
    row("command settings rule", "", MANAGER, private=MANAGER, admin="**asked** is worth **30**",
        name="asked", worth=30),
    row("command settings welcome", "", MANAGER, private=MANAGER, admin=FORM + "welcome"),
    row("command settings forget", "", MANAGER, private=MANAGER, admin="takes no more questions",
        forum="{spare}"),
    row("command category list", "", MANAGER, private=MANAGER, admin="- Gadgets"),
    row("command category add", "", MANAGER, private=MANAGER, admin="**More {n}** is a category.",
        name="More {n}"),
    row("command category remove", "", MANAGER, private=MANAGER, admin="removed from 0 questions",
        name="More {n}"),
    row("command repairs", "", THREADS, private=THREADS, moderator="Nothing had to be repaired",
        admin="Nothing had to be repaired", elsewhere="Nothing had to be repaired"),
    row("press ask", "", FORM + "asked", outsider=NO_FORUM),
    row("submit asked", "", "Your question **#", outsider=NO_FORUM, fields=ASKED),
    row("submit asked", "{d1}", "The title is empty.", outsider=NO_FORUM,
        asker="Your question **#"),
    row("press draft", "{d2}", NO_DRAFT, asker=FORM + "asked:{d2}"),
    row("press ask-anyway", "{d2}", NO_DRAFT, asker="Your question **#"),
    row("press ask-answered", "{d3}", "Good to hear."),
    row("press answer", "{q}", FORM + "answered:{q}"),
    row("submit answered", "{q}", "Your answer is here", fields=TEXT),
    row("submit answered-again", "{d}:{q}", "The answer is empty.", asker="Your answer is here",
        outsider="The answer is empty.", stranger="The answer is empty."),
    row("press notify", "{q}:0", NOT_MINE, asker="You will not be told of answers.",
        outsider=NOT_MINE),
    row("press image", "{q}", NOT_MINE, asker=FORM + "image-sent:{q}", outsider=NOT_MINE),
    row("submit image-sent", "{q}", NOT_MINE, asker="There was no image.", outsider=NOT_MINE),
    row("press more", "{a}", "['History']", editors="['History', 'Delete']"),
    row("press history", "{a}", "This post was never edited."),
    row("press edit", "{a}", EDITORS, editors=FORM + "edited:{a}:1:0"),
    row("submit edited", "{a}:1:0", EDITORS, editors="Your edit is saved", fields=TEXT),
    row("press accept", "{a}", CHOOSERS, choosers=ACCEPTED),
    row("press take-back", "{a}", CHOOSERS, choosers=TAKEN_BACK),
    row("menu Accept answer", "{a}", CHOOSERS, choosers=ACCEPTED,
        stranger="That message is no answer."),
    row("react ✅", "{a}", NOTHING, choosers="accepted", stranger=NOTHING, private=NOTHING),
    row(f"react {UP}", "{a}", "counted", author="own_post", suspended="suspended",
        stranger=NOTHING, private=NOTHING),
    row(f"react {DOWN}", "{a}", "counted", author="own_post", suspended="suspended",
        stranger=NOTHING, private=NOTHING),
    row("menu Did my vote count?", "{q}", "You have not voted on this.", stranger=NO_POST,
        outsider="You have not voted on this."),
    row("menu Ask as question", "{a}", FORM + "asked", outsider=NO_FORUM, stranger=FORM + "asked"),
    row("menu Edit post", "{a}", EDITORS, editors=FORM + "edited:{a}:2:0", stranger=NO_POST),
    row("menu Turn into answer", "{c}", HELPERS, helpers="That message is an answer now",
        stranger=NO_THREAD),
    row("submit welcome", "", MANAGER, private=MANAGER, admin="welcome",
        fields={"welcome": "Good day {n}"}),
    row("press delete", "{a}", DELETERS, editors="Delete this answer?"),
    row("press delete-sure", "{a}", DELETERS, editors="The answer #{a} is deleted."),
)
# fmt: on


@dataclass(frozen=True)
class Part:
    """Somebody, where they act, and the posts they act on."""

    who: str
    person: Person
    channel: ChannelHandle | None
    names: dict[str, Any]
    messages: dict[str, int]
    thread_id: int

    def fill(self, text: Any) -> Any:
        """Put the numbers of one's own posts into a text."""
        if isinstance(text, dict):
            return {name: self.fill(part) for name, part in text.items()}
        return self.names["spare"] if text == "{spare}" else str(text).format(**self.names)


class Scene:
    """A server with everybody on it, and another one with a stranger."""

    def __init__(self, place: Town) -> None:
        self.place = place
        self.elsewhere = build(place.env, place.bot, place.config)

    async def people(self) -> list[Part]:
        """Have everybody come, and ask and answer a question for each of them."""
        await self.elsewhere.set_up("Gadgets")
        for guild in (self.place, self.elsewhere):
            await guild.choose("similar_shown", "0")
        spares = {}
        for who in ("admin", "replayed"):
            spares[who] = self.place.guild.create_forum_channel(f"spare-{who}")
            await self.place.admin.slash(self.place.welcome, "setup", forum=spares[who])
        persons = {who: self._person(who) for who in WHO}
        parts = [
            await self._part(number, who, persons[who], spares.get(who, spares["admin"]))
            for number, who in enumerate(WHO)
        ]
        await self.place.quiet()
        return parts

    def _person(self, who: str) -> Person:
        guild = self.elsewhere.guild if who == "stranger" else self.place.guild
        grants = {
            "moderator": discord.Permissions(manage_threads=True),
            "admin": discord.Permissions.all(),
            "replayed": discord.Permissions.all(),
        }
        roles = [guild.create_role(who, permissions=grants[who])] if who in grants else []
        member = guild.add_member(self.place.env.create_user(who), roles=roles)
        if who == "elsewhere":
            self._overwrite(self.place.welcome, member, allow="manage_threads")
        if who == "outsider":
            for channel in guild.channels.values():
                if channel.id != self.place.welcome.id:
                    self._overwrite(channel, member, deny="view_channel")
        return member.user if who == "private" else member

    def _overwrite(
        self, channel: ChannelHandle, member: MemberActor, *, allow: str = "", deny: str = ""
    ) -> None:
        bits = [discord.Permissions(**{name: True}).value if name else 0 for name in (allow, deny)]
        overwrite = Overwrite(member.id, OverwriteType.MEMBER, *bits)
        self.place.env.backend.set_overwrite(channel.id, overwrite)

    async def _part(self, number: int, who: str, person: Person, spare: ChannelHandle) -> Part:
        forum, guild = self.place.bot.forum, self.place.guild.id
        ada, ben = self.place.member(f"ada-{number}"), self.place.member(f"ben-{number}")
        asker = person.id if who in {"asker", "replayed"} else ada.id
        author = person if who == "author" else ben
        if who == "suspended":
            await forum.members.suspend(guild, person.id, discord.utils.utcnow().replace(year=2999))
        question = await forum.questions.ask(
            Asker(guild, asker, "ada"),
            self.place.forum.id,
            QuestionDraft(f"Question number {number}?", f"It is {number}.", None, (), None, False),
            f"rights:{number}",
        )
        await self.place.bot.publisher.publish(guild, question)
        answer = await forum.answers.answer(
            Asker(guild, author.id, "ben"), question, AnswerDraft("So it is.", None), f"r:{number}"
        )
        await self.place.bot.publisher.publish(guild, answer)
        place = await forum.questions.find(guild, question)
        card = await forum.questions.find(guild, answer)
        thread = next(item for item in self.place.threads if item.id == place.thread_id)
        assert isinstance(author, MemberActor)
        comment = await author.send(thread, f"A remark, number {number}.")
        names = {"n": number, "q": question, "a": answer, "spare": spare}
        for draft in ("d1", "d2", "d3"):
            typed = {"title": f"Is {draft} about {number}?", "body": f"It is {draft}, {number}."}
            typed["category"] = "Gadgets"
            names[draft] = await forum.drafts.keep(guild, asker, "question", typed)
        typed = {"question": str(question), "body": f"As I said, it is {number} and {who}."}
        names["d"] = await forum.drafts.keep(guild, asker, "answer", typed)
        messages = {"q": place.message_id or 0, "a": card.message_id or 0, "c": comment.id}
        return Part(who, person, self._channel(who, thread), names, messages, thread.id)

    def _channel(self, who: str, thread: ChannelHandle) -> ChannelHandle | None:
        if who == "stranger":
            return self.elsewhere.welcome
        return self.place.welcome if who in {"elsewhere", "outsider"} else thread

    def act(self, done: Row, part: Part) -> InteractionResult | None:
        """Have somebody do what a row says; a reaction has no answer."""
        hostile = Hostile(self.place, part.person, part.channel)
        hostile.times = 2 if part.who == "replayed" else 1
        if done.kind == "react":
            self._react(done.name, part)
            return None
        if done.kind == "menu":
            message = part.messages[done.on.strip("{}")]
            return hostile.menu(done.name, part.thread_id, message)
        if done.kind == "command":
            given = part.fill(done.given)
            numbers = {name: int(given[name]) for name in ("number", "worth") if name in given}
            return hostile.command(done.name, **{**given, **numbers})
        wanted = ":".join(filter(None, ["askwell", done.name, part.fill(done.on)]))
        wanted += ":9223372036854775808" if part.who == "forged" else ""
        if done.kind == "press":
            return hostile.press(wanted)
        return hostile.submit(wanted, part.fill(done.given.get("fields", {})))

    def _react(self, emoji: str, part: Part) -> None:
        backend, message = self.place.env.backend, part.messages["a"]
        if part.who not in {"stranger", "private"}:
            backend.set_reaction(part.thread_id, message, emoji, part.person.id, True)
            return
        payload = {
            "user_id": str(part.person.id),
            "channel_id": str(part.thread_id),
            "message_id": str(message),
            "emoji": {"id": None, "name": emoji},
            "burst": False,
            "type": 0,
        }
        if part.who == "stranger":
            payload["guild_id"] = str(self.elsewhere.guild.id)
        backend.emit("MESSAGE_REACTION_ADD", payload)

    async def outcome(self, done: Row, part: Part) -> str:
        """What came of a reaction."""
        forum, guild = self.place.bot.forum, self.place.guild.id
        if done.name == "✅":
            question = await forum.questions.find(guild, part.names["q"])
            return "accepted" if question.accepted_id == part.names["a"] else NOTHING
        found = await forum.votes.explain(guild, part.names["a"], part.person.id)
        assert found is not None
        wanted = Vote.UP if done.name == UP else Vote.DOWN
        return "counted" if found.vote is wanted else str(found.refusal or NOTHING)


async def test_everybody_may_do_what_the_table_says_and_nothing_else(place: Town) -> None:
    scene = Scene(place)
    parts = await scene.people()
    wrong: list[str] = []
    for done in TABLE:
        acting = [part for part in parts if done.told(part.who) is not None]
        results = [scene.act(done, part) for part in acting]
        await settled(place)
        for part, result in zip(acting, results, strict=True):
            wanted = part.fill(done.told(part.who))
            got = answered(result) if result else await scene.outcome(done, part)
            if wanted not in got or not got:
                wrong.append(f"{done.act}, {part.who}: {got!r}, not {wanted!r}")
    assert not wrong, "\n".join(wrong)
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


def _known(place: Town) -> Iterator[str]:
    for command in place.bot.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            yield f"command {command.qualified_name}"
    for kind in (discord.AppCommandType.message, discord.AppCommandType.user):
        yield from (f"menu {menu.name}" for menu in place.bot.tree.get_commands(type=kind))
    yield from place.bot.router.actions


async def test_the_table_names_every_command_button_form_and_menu(bare: Town) -> None:
    known = set(_known(bare))
    assert len(known) > 35
    table = {
        row.name if row.kind in {"press", "submit"} else row.act
        for row in TABLE
        if row.kind != "react"
    }
    assert table == known


def test_the_table_has_every_reaction_that_means_something() -> None:
    assert {row.name for row in TABLE if row.kind == "react"} == {UP, DOWN, "✅"}


def test_every_row_says_something_of_everybody() -> None:
    for done in TABLE:
        assert set(done.said) <= {"anybody", *WHO}
        assert all(done.said.values())
