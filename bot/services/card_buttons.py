"""The buttons of a ticket's cards and notices: exactly what their reader may do (`domain/policy`)."""

from bot.domain import policy
from bot.domain.people import Person
from bot.domain.policy import Act
from bot.domain.tickets import Ticket
from bot.flows.labels import ACT
from bot.flows.screen import Action, Press, Screen, Style, text
from bot.ports.store import Transaction
from bot.services import posts
from bot.services.cards import AGAIN, MORE

#: What the card of a group offers whoever may: it is read by many.
_IN_GROUP = (Act.CLAIM, Act.ACCEPT, Act.VERIFY, Act.REJECT, Act.UNMERGE)

#: What is rarer stands below "More".
RARE = frozenset(
    {
        Act.ADD,
        Act.READ,
        Act.CLOCKS,
        Act.PROMISE,
        Act.ASK,
        Act.PROPOSE,
        Act.CALLED,
        Act.ASK_NEAREST,
        Act.NOTE,
        Act.GRADE,
        Act.SPLIT,
        Act.MERGE,
        Act.VOID,
        Act.GIVE_BACK,
    }
)

#: What of it is not rare on site.
_ON_SITE = frozenset({Act.ASK_NEAREST, Act.NOTE})
_STYLES: dict[Act, Style] = {
    Act.CLAIM: "primary",
    Act.ACCEPT: "success",
    Act.VERIFY: "success",
    Act.HANDLE: "success",
    Act.SOLVED: "success",
    Act.AGREE: "success",
}


def buttons(
    tx: Transaction, ticket: Ticket, reader: Person | None, *, only: frozenset[Act] | None = None, named: bool = False
) -> tuple[tuple[Press, ...], ...]:
    """Return what `reader` can do to `ticket` now; None is a group of colleagues.

    `only` leaves the others out; else the rarer ones stand below "More", but before who works on site: nobody looks
    further on their feet. `named` says of which ticket, where several share a message. Two buttons stand in a row, but
    one where they are named: a phone cuts what is longer, and with it the number.
    """
    rare = RARE
    if reader is None:
        acts = tuple(act for act in _IN_GROUP if policy.possible(ticket, act, tx.now))
        acts = tuple(act for act in acts if act is not Act.ACCEPT or ticket.transfer_department is not None)
        more = ticket.open
    else:
        acts = policy.offered(posts.with_duties(tx, reader), ticket, tx.now, only)
        on_site = policy.is_on_foot(reader)
        more = ticket.open and Act.NOTE in acts and not on_site
        rare = RARE - _ON_SITE if on_site else RARE
    if Act.UNSEND in acts:  # the quicker way of the two
        acts = tuple(act for act in acts if act is not Act.WITHDRAW)
    shown = [act for act in acts if (act in only if only is not None else act not in rare)]
    presses = [_press(ticket, act, named=named) for act in shown]
    if more and only is None:
        presses.append(Press(text("⋯ More"), Action(MORE, ticket.ref, ticket.version)))
    return _rows(presses, 1 if named else 2)


def more(tx: Transaction, ticket: Ticket, reader: Person) -> Screen:
    """Return everything else that `reader` can do to `ticket`, as a message of its own."""
    acts = [act for act in policy.offered(posts.with_duties(tx, reader), ticket, tx.now) if act is not Act.ADD]
    return Screen(
        (text("No. {number}: what would you like to do?", number=ticket.number),),
        _rows([_press(ticket, act, named=False) for act in acts], 2),
    )


def not_solved(own: Ticket) -> tuple[tuple[Press, ...], ...]:
    """Return the button by which somebody whose ticket goes on in another one says that it is not solved (ST-4)."""
    return ((Press(ACT[Act.REOPEN], Action(AGAIN, own.ref, own.version)),),)


def _press(ticket: Ticket, act: Act, *, named: bool) -> Press:
    label = text("{act} {number}", act=ACT[act], number=ticket.number) if named else ACT[act]
    return Press(label, Action(act.value, ticket.ref, ticket.version), _STYLES.get(act))


def _rows(presses: list[Press], wide: int) -> tuple[tuple[Press, ...], ...]:
    return tuple(tuple(presses[i : i + wide]) for i in range(0, len(presses), wide))
