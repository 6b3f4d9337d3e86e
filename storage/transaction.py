"""One transaction of the database as services see it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.ports.store import Chance
from storage.repositories.attachments import SqlAttachments
from storage.repositories.boards import SqlBoards
from storage.repositories.canned import SqlCanned
from storage.repositories.cards import SqlCards
from storage.repositories.contractors import SqlContractors
from storage.repositories.departments import SqlDepartments
from storage.repositories.digests import SqlDigests
from storage.repositories.directory import SqlDirectory
from storage.repositories.drafts import SqlDrafts
from storage.repositories.erasure import SqlErasure
from storage.repositories.estates import SqlEstates
from storage.repositories.fetches import SqlFetches
from storage.repositories.figures import SqlFigures
from storage.repositories.hearings import SqlHearings
from storage.repositories.households import SqlHouseholds
from storage.repositories.invites import SqlInvites
from storage.repositories.obligations import SqlObligations
from storage.repositories.outbox import SqlOutbox
from storage.repositories.paces import SqlPaces
from storage.repositories.patterns import SqlPatterns
from storage.repositories.people import SqlPeople
from storage.repositories.places import SqlPlaces
from storage.repositories.regulations import SqlRegulations
from storage.repositories.rosters import SqlRosters
from storage.repositories.search import SqlSearch
from storage.repositories.stock_takes import SqlStockTakes
from storage.repositories.texts import SqlTexts
from storage.repositories.tickets import SqlTickets
from storage.repositories.units import SqlUnits
from storage.repositories.updates import SqlUpdates
from storage.repositories.visits import SqlVisits
from storage.statements import Executor


class SqlTransaction:
    """`bot.ports.store.Transaction` on a connection that is inside a transaction; whoever began it also ends it.

    `now` is the one moment of everything that happens in it: aware and in UTC, else `ValueError` is raised, since the
    history's digests are computed over it as it stands.
    """

    def __init__(self, connection: Connection, now: datetime, chance: Chance) -> None:
        if now.utcoffset() != timedelta(0):
            raise ValueError("the moment of a transaction is in UTC")
        sql = Executor(connection)
        self.now = now
        self.chance = chance
        self.people = SqlPeople(sql)
        self.estates = SqlEstates(sql)
        self.departments = SqlDepartments(sql)
        self.contractors = SqlContractors(sql)
        self.attachments = SqlAttachments(sql, now)
        self.hearings = SqlHearings(sql, now)
        self.search = SqlSearch(sql)
        self.directory = SqlDirectory(sql)
        self.canned = SqlCanned(sql)
        self.texts = SqlTexts(sql, now, chance, self.search)
        self.tickets = SqlTickets(sql, now, self.search)
        self.figures = SqlFigures(sql)
        self.boards = SqlBoards(sql, self.tickets)
        self.drafts = SqlDrafts(sql)
        self.paces = SqlPaces(sql, now)
        self.cards = SqlCards(sql)
        self.outbox = SqlOutbox(sql, now)
        self.obligations = SqlObligations(sql)
        self.digests = SqlDigests(sql)
        self.stock_takes = SqlStockTakes(sql)
        self.patterns = SqlPatterns(sql)
        self.rosters = SqlRosters(sql, now)
        self.visits = SqlVisits(sql)
        self.regulations = SqlRegulations(sql)
        self.invites = SqlInvites(sql)
        self.units = SqlUnits(sql)
        self.households = SqlHouseholds(sql)
        self.places = SqlPlaces(sql)
        self.updates = SqlUpdates(sql, now)
        self.erasure = SqlErasure(sql, now, self.people, self.texts, self.search)
        self.fetches = SqlFetches(sql, now)
