"""Every flow by its id. A draft names its flow; one that no longer exists cannot be gone on with."""

from bot.flows.answer import ANSWER
from bot.flows.engine import Flow
from bot.flows.register import REGISTER
from bot.flows.report import FINDING, REPORT

FLOWS: dict[str, Flow] = {flow.id: flow for flow in (REPORT, FINDING, ANSWER, REGISTER)}
