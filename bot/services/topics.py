"""The topics of the staff group: one for each department, opened by the bot where it may (UX 8).

Where there is none, since the group has no topics, the bot may not open any or it was deleted, all goes to the general
place of the group, which is the service centre's topic as soon as that is there.
"""

from dataclasses import replace

from bot.domain.people import SERVICE, Estate
from bot.flows.labels import department_name
from bot.ports.outbox import IfUnknown, Lane, Letter, OpenTopic
from bot.ports.store import Transaction


def open_missing(tx: Transaction, estate: Estate) -> None:
    """Have a topic opened for each department that has none. Whether the bot may is told by the answer."""
    if estate.group_chat is None:
        return
    for department in tx.departments.of_estate(estate.id):
        if department.thread_id is None:
            content = OpenTopic(department.id, department_name(department))
            # Twice a topic of the same name would be in the way of people; none at all is not.
            letter = Letter(estate.group_chat, estate.id, content, lane=Lane.BULK, if_unknown=IfUnknown.HOLD)
            tx.outbox.put(letter)


def wanted(tx: Transaction, department_id: int, chat_id: int) -> bool:
    """Whether that group is still the staff group and the department still without a topic in it."""
    department = tx.departments.get(department_id)
    return department.thread_id is None and tx.estates.get(department.estate_id).group_chat == chat_id


def opened(tx: Transaction, department_id: int, chat_id: int, thread_id: int) -> None:
    """Note the topic that was opened for a department, unless the group has gone meanwhile."""
    if not wanted(tx, department_id, chat_id):
        return
    department = tx.departments.get(department_id)
    tx.departments.update(replace(department, thread_id=thread_id))
    estate = tx.estates.get(department.estate_id)
    if department.code == SERVICE and estate.group_thread is None:
        tx.estates.update(replace(estate, group_thread=thread_id))


def forget(tx: Transaction, estate_id: int) -> None:
    """Forget all topics along with their group."""
    for department in tx.departments.of_estate(estate_id):
        if department.thread_id is not None:
            tx.departments.update(replace(department, thread_id=None))
