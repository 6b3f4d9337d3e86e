"""Every flow by its id. A draft names its flow; one that no longer exists cannot be gone on with."""

from bot.flows.answer import ANSWER
from bot.flows.behalf import FOR
from bot.flows.desk import (
    CALLED,
    DECLINE,
    GRADE,
    HANDLE,
    JUDGE,
    MERGE,
    PROMISE,
    REACHED,
    REJECT,
    SPLIT,
    SUM_UP,
    TELL_HQ,
    TRANSFER,
    VOID,
)
from bot.flows.directory import ENTRY
from bot.flows.findings import FINDING, FIXED, HELPED, MADE_SAFE, TOLD
from bot.flows.flow import Flow
from bot.flows.measure import MEASURE
from bot.flows.register import REGISTER
from bot.flows.reply import ADD, DISAGREE, REOPEN, REPLY
from bot.flows.report import REPORT
from bot.flows.rostering import AWAY, TURN
from bot.flows.visit import REVISE, VISIT
from bot.flows.visitor import CORRECT, RECORD, REVIEW

FLOWS: dict[str, Flow] = {
    flow.id: flow
    for flow in (
        REPORT,
        FINDING,
        FIXED,
        TOLD,
        MADE_SAFE,
        HELPED,
        FOR,
        REGISTER,
        TURN,
        AWAY,
        ENTRY,
        ANSWER,
        JUDGE,
        GRADE,
        TRANSFER,
        DECLINE,
        PROMISE,
        CALLED,
        REACHED,
        HANDLE,
        REJECT,
        VOID,
        SPLIT,
        MERGE,
        TELL_HQ,
        SUM_UP,
        RECORD,
        REVIEW,
        MEASURE,
        REPLY,
        ADD,
        DISAGREE,
        REOPEN,
        VISIT,
        REVISE,
        CORRECT,
    )
}
