"""All services of one forum, built over one database."""

from bot.domain.observer import NOBODY, Observer
from bot.domain.settings import GuildSettings
from bot.domain.shards import ALL, Shards
from bot.services.acceptance import Acceptance
from bot.services.answers import Answers
from bot.services.cards import Cards
from bot.services.clock import Clock
from bot.services.comments import Comments
from bot.services.drafts import Drafts
from bot.services.duty import Duty
from bot.services.edits import Edits
from bot.services.members import Members
from bot.services.questions import Questions
from bot.services.recount import Recount
from bot.services.removal import Removal
from bot.services.repairs import Repairs
from bot.services.search import Search
from bot.services.settings import Settings
from bot.services.votes import Votes
from db.engine import Database


class Forum:
    """What the forum can do; a part is handed what it needs of this, never the whole."""

    def __init__(
        self,
        database: Database,
        defaults: GuildSettings,
        clock: Clock,
        shards: Shards = ALL,
        observer: Observer = NOBODY,
    ) -> None:
        self.settings = Settings(database, defaults, clock)
        self.questions = Questions(database, self.settings, clock, shards)
        self.answers = Answers(database, self.settings, clock)
        self.comments = Comments(database, clock)
        self.votes = Votes(database, self.settings, clock, observer)
        self.acceptance = Acceptance(database, self.settings, clock)
        self.edits = Edits(database, clock)
        self.removal = Removal(database, self.settings, clock)
        self.members = Members(database, self.settings, clock)
        self.search = Search(database)
        self.drafts = Drafts(database, clock)
        self.duty = Duty(database)
        self.cards = Cards(database, self.settings, shards)
        self.repairs = Repairs(database, clock, observer)
        self.recount = Recount(database, self.settings, clock)

    async def close(self) -> None:
        """Wait until everything that was received is stored; leave the duty to others."""
        await self.votes.close()
        await self.duty.close()
