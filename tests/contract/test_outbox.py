"""The outbox: what waits, what is joined, what became of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.people import Department
from bot.flows.draft import Draft, Media, MediaKind
from bot.flows.screen import Action, Press, Quote, Screen, text
from bot.ports.outbox import (
    AnswerReceipt,
    Audience,
    Card,
    Content,
    Enclosure,
    Head,
    IfUnknown,
    Lane,
    Letter,
    LetterState,
    Menu,
    Notice,
    OpenTopic,
    Posted,
    React,
    Sheet,
    ShowCard,
    Strip,
    TapAnswer,
)
from bot.ports.store import Transaction
from storage.schema import outbox
from tests.contract.stores import GROUP, NOON, RESIDENT_CHAT, Desk

MINUTE = timedelta(minutes=1)
SUPERGROUP = -1009999999999


def a_notice(desk: Desk, words: str = "Your lift is being repaired.") -> Letter:
    return Letter(RESIDENT_CHAT, desk.estate.id, Notice(Screen((text(words),))), reader_id=desk.resident.id)


def a_card(desk: Desk, tx: Transaction) -> Card:
    ticket = desk.files(tx)
    return tx.cards.add(Card(0, Audience.GROUP, GROUP, 7, None, desk.estate.id, ticket_id=ticket.id, message_id=33))


def waiting(tx: Transaction) -> Sequence[Posted]:
    return [tx.outbox.get(head.id) for head in tx.outbox.heads(0, 100)]


def test_a_letter_waits_as_it_was_put(desk: Desk) -> None:
    with desk.transaction() as tx:
        card = a_card(desk, tx)
        assert card.ticket_id is not None
        text_id, _ = tx.texts.add(card.ticket_id, desk.clerk.id, "answer", "On our way.")
        letter = Letter(
            RESIDENT_CHAT,
            desk.estate.id,
            ShowCard(card.id),
            reader_id=desk.resident.id,
            thread_id=9,
            lane=Lane.BULK,
            silent=True,
            reply_to_card=card.id,
            if_unknown=IfUnknown.HOLD,
            receipt=AnswerReceipt(card.ticket_id, text_id),
        )
        letter_id = tx.outbox.put(letter)
        posted = Posted(letter_id, letter, LetterState.PENDING, NOON, attempts=0, tries=0, plain=False)
        assert tx.outbox.get(letter_id) == posted
        assert tx.outbox.standing(letter_id) == (LetterState.PENDING, Head(letter_id, RESIDENT_CHAT, Lane.BULK, NOON))
        for read in (tx.outbox.get, tx.outbox.standing):
            with pytest.raises(LookupError):
                read(letter_id + 1)


@pytest.mark.parametrize(
    "content",
    [
        Notice(
            Screen(
                (text("Ticket {number} since {at}", number="LF-1", at=NOON), Quote("<b>\ud83d\x00 电梯", limit=9)),
                ((Press(text("Claim"), Action("claim", "ref-1", 3), "success"),),),
            )
        ),
        Sheet("figures", text("Told"), (text("Who"),), (("=1", text("all"), 2, 0.5, None), ())),
        Enclosure((Media(MediaKind.PHOTO, "f", "u", 1), Media(MediaKind.VIDEO, "g", "v", None, "video/mp4", 3))),
        TapAnswer("query-1"),
        TapAnswer("query-2", text("That button is no longer current."), alert=True),
        Strip(33),
        React(33, "👀"),
        OpenTopic(4, text("Security")),
        Menu(),
    ],
)
def test_each_kind_of_content_is_read_as_it_was_put(desk: Desk, content: Content) -> None:
    with desk.transaction() as tx:
        letter_id = tx.outbox.put(Letter(RESIDENT_CHAT, desk.estate.id, content))
        assert tx.outbox.get(letter_id).letter.content == content


def test_heads_come_in_the_order_in_which_they_were_put(desk: Desk) -> None:
    with desk.transaction() as tx:
        first, second, third = (tx.outbox.put(a_notice(desk)) for _ in range(3))
        tx.outbox.mark(second, LetterState.SENDING)
        assert [head.id for head in tx.outbox.heads(0, 10)] == [first, third]
        assert [head.id for head in tx.outbox.heads(first, 10)] == [third]
        assert [head.id for head in tx.outbox.heads(0, 1)] == [first]
        assert tx.outbox.interrupted() == (second,)
        head = tx.outbox.heads(0, 1)[0]
        assert (head.chat_id, head.lane, head.not_before) == (RESIDENT_CHAT, Lane.NOTICE, NOON)


def test_answers_are_under_way_until_they_were_tried(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.outbox.put(a_notice(desk))
        ticket = desk.files(tx)
        text_id, _ = tx.texts.add(ticket.id, desk.clerk.id, "answer", "Somebody comes today.")
        owed = replace(a_notice(desk), receipt=AnswerReceipt(ticket.id, text_id))
        waiting, sending, tried, sent = (tx.outbox.put(owed) for _ in range(4))
        tx.outbox.mark(sending, LetterState.SENDING, attempts=1)
        tx.outbox.mark(tried, LetterState.PENDING, attempts=1)
        tx.outbox.mark(sent, LetterState.SENT, attempts=1)
        assert tx.outbox.answers_under_way() == (waiting, sending)


def test_those_who_watch_see_how_many_letters_wait_in_each_lane(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.outbox.put(a_notice(desk))
        tx.outbox.mark(tx.outbox.put(a_notice(desk)), LetterState.SENT)
        tx.outbox.put(replace(a_notice(desk), lane=Lane.BULK))
        assert tx.outbox.waiting() == {Lane.TAP: 0, Lane.NOTICE: 1, Lane.BULK: 1}


def test_a_drawing_that_waits_is_joined_by_the_next(desk: Desk) -> None:
    with desk.transaction() as tx:
        card = a_card(desk, tx)
        tx.outbox.show(card, Lane.BULK, silent=True)
        tx.outbox.show(card, Lane.TAP, silent=True)
        tx.outbox.show(card, Lane.NOTICE, silent=True)
        (posted,) = waiting(tx)
        assert posted.letter == Letter(
            GROUP, desk.estate.id, ShowCard(card.id), thread_id=7, lane=Lane.TAP, silent=True
        )
        tx.outbox.show(card, Lane.BULK)
        tx.outbox.show(card, Lane.BULK, silent=True)
        assert not waiting(tx)[0].letter.silent
        assert tx.outbox.put(Letter(GROUP, desk.estate.id, ShowCard(card.id))) == posted.id


def test_drawings_of_different_cards_are_not_joined(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.outbox.show(a_card(desk, tx))
        tx.outbox.show(a_card(desk, tx))
        assert len(waiting(tx)) == 2


def test_a_drawing_that_is_on_its_way_is_followed_by_another(desk: Desk) -> None:
    with desk.transaction() as tx:
        card = a_card(desk, tx)
        tx.outbox.show(card)
        tx.outbox.mark(waiting(tx)[0].id, LetterState.SENDING)
        tx.outbox.show(card)
        assert len(waiting(tx)) == 1


def test_a_drawing_that_owes_a_receipt_is_never_joined(desk: Desk) -> None:
    with desk.transaction() as tx:
        card = a_card(desk, tx)
        assert card.ticket_id is not None
        text_id, _ = tx.texts.add(card.ticket_id, desk.clerk.id, "answer", "On our way.")
        owing = Letter(GROUP, desk.estate.id, ShowCard(card.id), receipt=AnswerReceipt(card.ticket_id, text_id))
        tx.outbox.show(card)
        tx.outbox.put(owing)
        second = tx.outbox.put(owing)
        tx.outbox.show(card)
        assert [posted.letter.receipt is None for posted in waiting(tx)] == [True, False, False]
        tx.outbox.mark(second, LetterState.SENDING)
        tx.outbox.mark(second, LetterState.PENDING)
        assert len(waiting(tx)) == 3


def test_a_drawing_that_has_to_be_repeated_takes_the_place_of_the_one_put_meanwhile(desk: Desk) -> None:
    with desk.transaction() as tx:
        card = a_card(desk, tx)
        tx.outbox.show(card, Lane.BULK, silent=True)
        first = waiting(tx)[0].id
        tx.outbox.mark(first, LetterState.SENDING, attempts=1)
        tx.outbox.show(card, Lane.TAP)
        second = waiting(tx)[0].id
        tx.outbox.mark(first, LetterState.PENDING, tries=1, not_before=NOON + MINUTE)
        (posted,) = waiting(tx)
        assert (posted.id, posted.attempts, posted.tries, posted.not_before) == (first, 1, 1, NOON + MINUTE)
        assert (posted.letter.lane, posted.letter.silent) == (Lane.TAP, False)
        assert tx.outbox.get(second).state is LetterState.DROPPED


def test_what_is_not_said_of_a_letter_stays_as_it_was(desk: Desk) -> None:
    with desk.transaction() as tx:
        letter_id = tx.outbox.put(a_notice(desk))
        tx.outbox.mark(
            letter_id, LetterState.PENDING, not_before=NOON + MINUTE, outcome="429", attempts=2, tries=1, plain=True
        )
        tx.outbox.mark(letter_id, LetterState.SENDING)
        posted = tx.outbox.get(letter_id)
        assert (posted.not_before, posted.attempts, posted.tries, posted.plain) == (NOON + MINUTE, 2, 1, True)
        tx.outbox.mark(letter_id, LetterState.PENDING, attempts=0, tries=0, plain=False)
        posted = tx.outbox.get(letter_id)
        assert (posted.not_before, posted.attempts, posted.tries, posted.plain) == (NOON + MINUTE, 0, 0, False)


@pytest.mark.parametrize(
    ("state", "settled"),
    [
        (LetterState.PENDING, False),
        (LetterState.SENDING, False),
        (LetterState.SENT, True),
        (LetterState.UNREACHABLE, True),
        (LetterState.DROPPED, True),
        (LetterState.DEAD, True),
    ],
)
def test_a_letter_is_settled_when_nothing_more_will_be_done_about_it(
    desk: Desk, state: LetterState, settled: bool
) -> None:
    with desk.transaction() as tx:
        letter_id = tx.outbox.put(a_notice(desk))
    with desk.transaction(NOON + MINUTE) as tx:
        tx.outbox.mark(letter_id, state, outcome="why")
        with pytest.raises(LookupError):
            tx.outbox.mark(letter_id + 1, state)
    with desk.store.connection() as connection:
        found = connection.execute(select(outbox.c.state, outbox.c.outcome, outbox.c.settled_at)).one()
        assert found == (state.value, "why", NOON + MINUTE if settled else None)


def test_settled_letters_are_forgotten_in_time_and_their_ids_are_not_given_again(desk: Desk) -> None:
    with desk.transaction() as tx:
        kept, sent, dead = (tx.outbox.put(a_notice(desk)) for _ in range(3))
        tx.outbox.mark(sent, LetterState.SENT)
        tx.outbox.mark(dead, LetterState.DEAD)
        assert tx.updates.forget(NOON, NOON, 10) == 0
        assert tx.updates.forget(NOON + MINUTE, NOON + MINUTE, 1) == 1
        assert tx.updates.forget(NOON + MINUTE, NOON + MINUTE, 10) == 1
        assert [posted.id for posted in waiting(tx)] == [kept]
        assert tx.outbox.put(a_notice(desk)) > dead


def test_a_chat_that_goes_on_under_another_id_takes_everything_with_it(desk: Desk) -> None:
    with desk.transaction() as tx:
        card = a_card(desk, tx)
        tx.drafts.save(Draft("d1", "answer", 1, desk.clerk.id, GROUP, "words", NOON + MINUTE))
        tx.outbox.show(card)
        going = tx.outbox.put(Letter(GROUP, desk.estate.id, Strip(31)))
        tx.outbox.mark(going, LetterState.SENDING)
        strip = tx.outbox.put(Letter(GROUP, desk.estate.id, Strip(32)))
        gone = tx.outbox.put(Letter(GROUP, desk.estate.id, Notice(Screen(()))))
        tx.outbox.mark(gone, LetterState.SENT)
        other = tx.outbox.put(a_notice(desk))

        tx.outbox.rechat(GROUP, SUPERGROUP)

        assert [(posted.letter.chat_id, posted.id == other) for posted in waiting(tx)] == [
            (SUPERGROUP, False),
            (RESIDENT_CHAT, True),
        ]
        assert tx.outbox.get(going).letter.chat_id == GROUP, "its outcome will be about the chat it went to"
        assert tx.outbox.get(gone).letter.chat_id == GROUP
        # Message ids begin anew in the other chat.
        assert tx.outbox.get(strip).state is LetterState.DROPPED
        assert tx.cards.get(card.id) == replace(card, chat_id=SUPERGROUP, message_id=None)
        assert tx.drafts.current(desk.clerk.id, SUPERGROUP, NOON)
        assert tx.estates.by_group(SUPERGROUP) == replace(desk.estate, group_chat=SUPERGROUP)

        tx.outbox.rechat(GROUP, SUPERGROUP)  # Telegram tells both chats
        assert len(waiting(tx)) == 2


def test_what_was_meant_for_a_lost_topic_goes_to_its_chat(desk: Desk) -> None:
    with desk.transaction() as tx:
        card = a_card(desk, tx)
        tx.outbox.show(card)
        elsewhere = tx.outbox.put(Letter(GROUP, desk.estate.id, Notice(Screen(())), thread_id=8))
        service = tx.departments.add(Department(0, desk.estate.id, "service", thread_id=7))
        security = tx.departments.add(Department(0, desk.estate.id, "security", thread_id=8))
        other = tx.estates.add(replace(desk.estate, code="HV", group_chat=GROUP - 1))
        namesake = tx.departments.add(Department(0, other.id, "service", thread_id=7))

        tx.outbox.unthread(GROUP, 7)

        assert waiting(tx)[0].letter.thread_id is None
        assert tx.outbox.get(elsewhere).letter.thread_id == 8
        assert tx.cards.get(card.id) == replace(card, thread_id=None)
        assert tx.estates.get(desk.estate.id) == replace(desk.estate, group_thread=None)
        assert tx.departments.of_estate(desk.estate.id) == (replace(service, thread_id=None), security)
        assert tx.departments.get(namesake.id) == namesake
