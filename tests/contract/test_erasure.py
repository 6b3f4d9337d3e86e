"""Taking away what tells who somebody is: every place of it, and nothing that is anybody else's."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import String, Text, select

from bot.domain.history import first_break
from bot.domain.homes import Request
from bot.domain.patterns import HOME, Found, Recurrence
from bot.domain.people import NAMELESS
from bot.flows.draft import Draft, DraftState, Item, Media, MediaKind
from bot.ports.inbox import RawUpdate
from bot.ports.outbox import Audience, Card, Letter, LetterState, React
from bot.ports.search import Reader
from bot.ports.store import Fetch, Source
from storage.inbox import admit_updates
from storage.schema import inbox, metadata
from tests.contract.stores import GROUP, NOON, RESIDENT_CHAT, Desk

HOUR = timedelta(hours=1)
PHOTO = Media(MediaKind.PHOTO, "file-1", "unique-1", 1000)
SOUND = Media(MediaKind.VOICE, "file-2", "unique-2", 2000)

#: Every column that can hold words, and what becomes of it. A new one has to be put somewhere: is it about somebody?
#: - taken: emptied or deleted with whom it is about
#: - passing: kept for a short while by itself (handled updates, sent letters, what was begun)
#: - codes: stable codes, hashes, references that chance gave
#: - estate: about the estate, its staff on duty, its companies and its places
TAKEN = {
    "people": {"name", "unit", "staff_number", "phone", "writes_as"},
    "texts": {"content"},
    "ticket_terms": {"header", "body"},
    "searches": {"token", "words"},
    "attachments": {"file_id", "unique_id", "mime", "album", "kind"},
    "fetches": {"unique_id", "file_id", "sha256", "state", "reason"},
    "media": {"sha256"},
    "hearings": {"state", "words"},
    "discards": {"sha256"},
    "drafts": {"answers", "items", "options"},
    "home_requests": {"ref", "words"},
    "patterns": {"subject"},
}
PASSING = {"inbox": {"raw", "identity"}, "outbox": {"body"}}
CODES = {
    "people": {"language"},
    "roles": {"role"},
    "tickets": {"ref", "number", "kind", "severity", "stage", "channel", "regulation", "category", "details",
                "jurisdiction", "outcome", "root_cause"},
    "history": {"name", "data", "previous", "digest"},
    "texts": {"role", "digest"},
    "drafts": {"ref", "flow", "step", "state"},
    "cards": {"audience", "draft_ref"},
    "outbox": {"kind", "if_unknown", "state", "outcome"},
    "inbox": {"state", "reason", "reference"},
    "obligations": {"rule", "state"},
    "standstills": {"reason"},
    "timers": {"rule", "stage", "state"},
    "digests": {"rule"},
    "stock_takes": {"state"},
    "patterns": {"recurrence", "category", "tickets", "state", "decision"},
    "visits": {"rule", "state", "way", "answers"},
    "invites": {"digest", "role"},
    "asked_once": {"what"},
    "unit_codes": {"digest"},
    "place_tokens": {"token"},
}  # fmt: skip
ESTATE = {
    "estates": {"code", "name", "timezone", "language", "phone", "emergency_phone"},
    "departments": {"code", "name"},
    "directory": {"kind", "code", "name", "names", "address", "phone", "hours", "chat"},
    "shifts": {"role", "days"},
    "canned": {"code", "titles", "words", "kinds", "categories"},
    "contractors": {"code", "name", "trade"},
    "regulations": {"version", "toml", "own", "decided_by"},
    "units": {"label", "key"},
    "places": {"kind", "code", "name", "names"},
}


def test_of_every_column_that_holds_words_it_is_known_what_becomes_of_it() -> None:
    words = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String | Text)
    }
    known = [(t, name) for group in (TAKEN, PASSING, CODES, ESTATE) for t, names in group.items() for name in names]
    assert len(known) == len(set(known)) > 80
    assert words == set(known)


def test_the_words_of_a_matter_go_and_its_history_stays_whole(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx, "The lift is stuck.")
        other = desk.files(tx, "The door squeaks.")
        tx.texts.add(ticket.id, desk.clerk.id, "note", "Ms Chan sounded cross.", Source(GROUP, 9))
        tx.texts.add(ticket.id, desk.clerk.id, "lesson", "Oil it each spring.")
        tx.erasure.forget_matter(ticket.id, {"lesson"})
    with desk.transaction() as tx:
        assert [passage.content for passage in tx.texts.of(ticket.id)] == ["", "", "Oil it each spring."]
        assert [passage.content for passage in tx.texts.of(other.id)] == ["The door squeaks."]
        assert tx.texts.by_source(Source(GROUP, 9)) is None
        assert first_break(tx.tickets.history(ticket.id)) is None


def test_what_somebody_wrote_in_anothers_matter_goes_alone(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx, "The lift is stuck.")
        tx.texts.add(ticket.id, desk.technician.id, "reopening", "It is stuck again.")
        tx.erasure.forget_words(ticket.id, desk.technician.id)
        assert [passage.content for passage in tx.texts.of(ticket.id)] == ["The lift is stuck.", ""]


def test_it_is_found_by_its_number_and_what_stays_alone(desk: Desk) -> None:
    reader = Reader(desk.estate.id, desk.clerk.id)
    with desk.transaction() as tx:
        ticket = desk.files(tx, "The lift is stuck.")
        tx.texts.add(ticket.id, desk.clerk.id, "lesson", "Oil it each spring.")
        assert tx.search.find(reader, "chan", 5) == tx.search.find(reader, "lift", 5) == (ticket.id,)
        tx.erasure.forget_matter(ticket.id, {"lesson"})
        for query in ("chan", "3A", "lift", "stuck"):
            assert tx.search.find(reader, query, 5) == ()
        for query in (ticket.number, "spring"):
            assert tx.search.find(reader, query, 5) == (ticket.id,)


def test_what_was_taken_out_of_the_index_is_wiped_in_steps_that_come_to_an_end(desk: Desk) -> None:
    reader = Reader(desk.estate.id, desk.clerk.id)
    with desk.transaction() as tx:
        tickets = [desk.files(tx, f"Matter {number} of many, each in words of its own") for number in range(50)]
        tx.erasure.forget_matter(tickets[7].id, set())
    for step in range(20):
        with desk.transaction() as tx:
            if not tx.search.compact(begin=step == 0):
                break
    else:
        raise AssertionError("it never ends")
    with desk.transaction() as tx:
        assert len(tx.search.find(reader, "matter", 99)) == 49


def test_files_go_with_their_matter_unless_another_has_them(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, other = desk.files(tx), desk.files(tx)
        tx.attachments.own([tx.attachments.reserve(PHOTO, None), tx.attachments.reserve(SOUND, None)], ticket.id)
        tx.attachments.own([tx.attachments.reserve(SOUND, None)], other.id)
        tx.fetches.done(Fetch("unique-1", "file-1", 0), "photo", 10)
        tx.fetches.done(Fetch("unique-2", "file-2", 0), "sound", 10)
        tx.erasure.forget_matter(ticket.id, set())
        assert tx.attachments.of(ticket.id) == ()
        assert [one.media.unique_id for one in tx.attachments.of(other.id)] == ["unique-2"]
        assert tx.fetches.discards(9) == ("photo",)
        tx.erasure.forget_matter(other.id, set())
        assert set(tx.fetches.discards(9)) == {"photo", "sound"}
        assert tx.fetches.next_due() == NOON
        tx.fetches.discarded("photo")
        tx.fetches.keep_for_now("sound", NOON + HOUR)
        assert (tx.fetches.discards(9), tx.fetches.next_due()) == ((), NOON + HOUR)


def test_bytes_that_two_files_share_stay_as_long_as_one_of_them(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, other = desk.files(tx), desk.files(tx)
        tx.attachments.own([tx.attachments.reserve(PHOTO, None)], ticket.id)
        tx.attachments.own([tx.attachments.reserve(SOUND, None)], other.id)
        for name in ("unique-1", "unique-2"):
            tx.fetches.done(Fetch(name, "file", 0), "same", 10)
        tx.erasure.forget_matter(ticket.id, set())
        assert tx.fetches.discards(9) == ()
        tx.erasure.forget_matter(other.id, set())
        assert tx.fetches.discards(9) == ("same",)


def test_a_file_that_was_erased_while_it_was_fetched_is_removed_again(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        tx.attachments.own([tx.attachments.reserve(PHOTO, None)], ticket.id)
        (fetch,) = tx.fetches.due(9)
        tx.erasure.forget_matter(ticket.id, set())
        assert (tx.fetches.due(9), tx.fetches.discards(9)) == ((), ())
        tx.fetches.done(fetch, "late", 10)
        assert tx.fetches.discards(9) == ("late",)


def test_bytes_that_come_again_before_they_are_removed_stay(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, other = desk.files(tx), desk.files(tx)
        tx.attachments.own([tx.attachments.reserve(PHOTO, None)], ticket.id)
        tx.fetches.done(Fetch("unique-1", "file-1", 0), "same", 10)
        tx.erasure.forget_matter(ticket.id, set())
        tx.attachments.own([tx.attachments.reserve(PHOTO, None)], other.id)
        tx.fetches.done(Fetch("unique-1", "file-1", 0), "same", 10)
        assert tx.fetches.discards(9) == ()


def a_draft(desk: Desk, ref: str, *, of_clerk: bool = False, ticket_id: int | None = None) -> Draft:
    person, chat = (desk.clerk.id, 5000000002) if of_clerk else (desk.resident.id, RESIDENT_CHAT)
    items, options = (Item(1, "The tap drips."),), {"who": (("p1", "Ms Chan, 3A"),)}
    return Draft(ref, "report", 1, person, chat, "what", NOON + HOUR, {"a": "b"}, items, ticket_id, options=options)


def test_what_they_began_goes_and_so_does_what_colleagues_began_about_their_matter(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        tx.drafts.save(a_draft(desk, "theirs"))
        tx.drafts.save(a_draft(desk, "about", of_clerk=True, ticket_id=ticket.id))
        tx.drafts.save(a_draft(desk, "elsewhere", of_clerk=True))
        tx.erasure.forget_matter(ticket.id, set())
        tx.erasure.forget_person(desk.resident)
        theirs, about, elsewhere = (tx.drafts.by_ref(ref) for ref in ("theirs", "about", "elsewhere"))
        assert theirs is not None
        assert about is not None
        assert elsewhere is not None
        assert (theirs.items, theirs.answers, theirs.options, theirs.chat_id) == ((), {}, {}, 0)
        assert theirs.state is DraftState.EXPIRED
        assert (about.items, about.options) == ((), {})
        assert elsewhere.items


def test_where_they_lived_and_what_they_asked_goes(desk: Desk) -> None:
    with desk.transaction() as tx:
        unit = tx.units.add(desk.estate.id, "3-12A")
        old = tx.households.move_in(unit.id, desk.resident.id, NOON)
        tx.households.update(replace(old, until=NOON))
        last = tx.households.move_in(unit.id, desk.resident.id, NOON)
        tx.households.ask(Request("ref", desk.estate.id, desk.resident.id, "The green door", NOON))
        assert [home.id for home in tx.households.homes_of(desk.resident.id)] == [old.id, last.id]
        assert [request.words for request in tx.households.requests_of(desk.resident.id)] == ["The green door"]
        tx.erasure.forget_person(desk.resident)
        assert tx.households.homes_of(desk.resident.id) == ()
        assert tx.households.request("ref") is None
        assert tx.households.move_in(unit.id, desk.clerk.id, NOON).id > last.id, "buttons still name the old one"


def test_what_came_again_in_their_home_came_again_in_some_home(desk: Desk) -> None:
    lift = Found(Recurrence.REPAIRS, "lift", f"{HOME}3-12A", (1, 2, 3))
    with desk.transaction() as tx:
        tx.households.move_in(tx.units.add(desk.estate.id, "3-12A").id, desk.resident.id, NOON)
        theirs = tx.patterns.enter(desk.estate.id, NOON.date(), lift, NOON, NOON)
        other = tx.patterns.enter(desk.estate.id, NOON.date(), replace(lift, subject=f"{HOME}1-1"), NOON, NOON)
        assert theirs is not None
        assert other is not None
        tx.erasure.forget_person(desk.resident)
        assert tx.patterns.get(theirs.id) == replace(theirs, found=replace(lift, subject=f"{HOME}#{theirs.id}"))
        assert tx.patterns.get(other.id) == other


def test_nothing_leads_to_their_chat_any_more(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        card = tx.cards.add(
            Card(0, Audience.FILER, RESIDENT_CHAT, None, desk.resident.id, desk.estate.id, ticket.id, None, 77)
        )
        staffs = tx.cards.add(Card(0, Audience.GROUP, GROUP, None, None, desk.estate.id, ticket.id, None, 78))
        letter = tx.outbox.put(Letter(RESIDENT_CHAT, desk.estate.id, React(77, "👌"), desk.resident.id))
        others = tx.outbox.put(Letter(GROUP, desk.estate.id, React(78, "👌")))
        tx.units.count_wrong_code(RESIDENT_CHAT, NOON, NOON - HOUR)
        tx.search.remember(desk.clerk.id, "t", "Ms Chan")
        tx.erasure.forget_person(desk.resident)
        assert tx.cards.of_ticket(ticket.id) == (staffs,)
        assert tx.cards.by_message(RESIDENT_CHAT, 77) is None
        left = tx.cards.get(card.id)
        assert (left.chat_id, left.ticket_id, left.message_id) == (0, None, None)
        assert tx.outbox.get(letter).state is LetterState.DROPPED
        assert tx.outbox.get(others).state is LetterState.PENDING
        assert tx.units.wrong_codes(RESIDENT_CHAT, NOON - HOUR) == ()
        assert tx.search.recall(desk.clerk.id, "t") is None, "it may have been a name"
        assert tx.people.by_account(RESIDENT_CHAT) is None
        person = tx.people.get(desk.resident.id)
        assert (person.name, person.erased_at, person.estate_id) == (NAMELESS, NOON, desk.estate.id)


def test_updates_that_were_set_aside_lose_what_they_said(desk: Desk) -> None:
    raws = [f'{{"update_id": {number}, "message": {{"chat": {{"id": {chat}}}}}}}' for number, chat in enumerate(
        (RESIDENT_CHAT, 77, f"{RESIDENT_CHAT}0", f"7{RESIDENT_CHAT}")
    )]  # fmt: skip
    with desk.store.connection() as connection:
        admit_updates(connection, [RawUpdate(number, raw) for number, raw in enumerate(raws)], NOON)
    with desk.transaction() as tx:
        for update in tx.updates.pending(0, 9):
            tx.updates.quarantine(update.seq, "bug", "U1")
        tx.erasure.forget_person(desk.resident)
    with desk.store.connection() as connection:
        kept = connection.execute(select(inbox.c.raw, inbox.c.identity).order_by(inbox.c.seq)).all()
    assert kept[0] == ("", "erased|1")
    assert [raw for raw, _ in kept[1:]] == raws[1:]


def test_what_was_handled_is_not_kept_as_it_came(desk: Desk) -> None:
    with desk.store.connection() as connection:
        admit_updates(connection, [RawUpdate(1, '{"update_id": 1, "message": {}}')], NOON)
    with desk.transaction() as tx:
        assert tx.updates.begin(tx.updates.pending(0, 1)[0].seq)
    with desk.store.connection() as connection:
        assert connection.execute(select(inbox.c.raw)).scalars().all() == [""]


def test_who_asked_is_looked_at_when_it_is_due_the_first_first(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.erasure.next_due() is None
        tx.people.update(replace(desk.resident, erase_at=NOON + HOUR))
        tx.people.update(replace(desk.technician, erase_at=NOON))
        assert tx.erasure.next_due() == NOON
        assert [person.id for person in tx.erasure.due(NOON, 9)] == [desk.technician.id]
        assert [person.id for person in tx.erasure.due(NOON + HOUR, 1)] == [desk.technician.id]
        assert not tx.erasure.any_since(NOON)
        tx.erasure.forget_person(desk.resident)
        assert [person.id for person in tx.erasure.due(NOON + HOUR, 9)] == [desk.technician.id]
        assert tx.erasure.any_since(NOON)
        assert not tx.erasure.any_since(NOON + HOUR)
