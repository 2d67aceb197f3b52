"""A member's profile, the help page, and what is kept about people."""

import discord

from bot.domain.reputation import Cause
from bot.domain.text import escape, plain
from bot.services.members import Profile

SHOWN = 5
CAUSES = {
    Cause.ASKED: "asked",
    Cause.ANSWERED: "answered",
    Cause.ACCEPTING: "accepted an answer",
    Cause.ACCEPTED: "answer accepted",
    Cause.VOTES: "votes received",
    Cause.VOTED: "voted",
    Cause.CAPPED: "daily limit",
    Cause.BONUS: "bonus",
}
HELP = (
    "**Ask**: `/ask`, or the button under the welcome message. Similar questions show while "
    "you type the title.\n"
    "**Answer**: press **Answer** on a question's card, or use `/answer` in its thread.\n"
    "**Comment**: write in the thread; reply to a card to comment on it.\n"
    "**Vote**: react with {up} or {down}. Take the reaction away to take the vote back.\n"
    "**Accept**: the asker presses **Accept** on the best answer, or reacts with ✅.\n"
    "**Edit**: press **Edit** on your card; **More** shows its history.\n"
    "**Your points**: `/profile`. **Why a vote did not count**: `/why`. "
    "**What you typed and did not post**: `/draft`. **What is kept about you**: `/privacy`."
)
PRIVACY = (
    "**What is kept**: your Discord id and your name on this server, what you post in question "
    "threads with its earlier versions, your votes, and your points with their causes.\n"
    "**A name to display**: members see only that name. Your id is kept with the post, so that "
    "you can edit it; nobody on this server is shown it, only who runs this bot could look it "
    "up. Such posts earn no points, because points would give you away.\n"
    "**Notices**: if you want to be told of answers, you get a private message, and nothing "
    "else is ever sent there. Switch it off with the button you get after asking.\n"
    "**How to remove it**: delete your posts with **More → Delete**, and take your reactions "
    "away. Deleted posts stay in the bot's own records; who runs this bot can remove them there."
)


def profile(shown: Profile) -> discord.Embed:
    """Draw a profile; points are written in full here, as Question2Answer does (qa A6)."""
    counts = shown.counts
    embed = discord.Embed(
        title=escape(shown.name)[:256],
        description=f"**{plain(shown.points)} points** (ranked #{plain(shown.rank)})",
        colour=discord.Colour.blurple(),
    )
    embed.add_field(name="Questions", value=plain(counts.questions))
    accepted = f"{plain(counts.answers)} ({plain(counts.accepted)} accepted)"
    embed.add_field(name="Answers", value=accepted)
    embed.add_field(name="Comments", value=plain(counts.comments))
    received = f"{plain(counts.ups_received)} up, {plain(counts.downs_received)} down"
    embed.add_field(name="Votes received", value=received)
    embed.add_field(name="Votes given", value=plain(counts.votes_given))
    if shown.latest:
        lines = [
            f"{line.amount:+,} {CAUSES[line.cause]}"
            + (f" (#{line.post_id})" if line.post_id else "")
            + f" {discord.utils.format_dt(line.at, 'R')}"
            for line in shown.latest[:SHOWN]
        ]
        embed.add_field(name="Latest points", value="\n".join(lines), inline=False)
    return embed
