"""Plain words that do what a command does, in three languages: nobody has to know a command (UX 1).

A word counts only where it is the whole message; in a sentence it is somebody's report.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.tickets import Kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plain word asks for: a command, and for a new report what is known of it already."""

    command: str
    answers: Mapping[str, str] = field(default_factory=dict)


_REPAIR = Wanted("new", {"kind": Kind.REPAIR})
_COMPLAINT = Wanted("new", {"kind": Kind.COMPLAINT})
_ENQUIRY = Wanted("new", {"kind": Kind.ENQUIRY})
_LIFT = Wanted("new", {"kind": Kind.REPAIR, "broken": "lift"})
_EMERGENCY = Wanted("new", {"kind": "emergency"})
_MY, _HELP, _CANCEL, _CONTACT = Wanted("my"), Wanted("help"), Wanted("cancel"), Wanted("contact")

WORDS: Mapping[str, Wanted] = {
    **dict.fromkeys(("repair", "repairs", "报修", "維修", "维修", "報修"), _REPAIR),
    **dict.fromkeys(("complaint", "complain", "投诉", "投訴"), _COMPLAINT),
    **dict.fromkeys(("question", "enquiry", "咨询", "諮詢", "查詢", "查询"), _ENQUIRY),
    **dict.fromkeys(("lift", "elevator", "电梯", "電梯", "升降機", "𨋢"), _LIFT),
    **dict.fromkeys(("emergency", "sos", "紧急", "緊急", "救命"), _EMERGENCY),
    **dict.fromkeys(("my", "my tickets", "我的", "我的工单", "我的個案", "進度", "进度"), _MY),
    **dict.fromkeys(("my work", "待办", "待辦", "我的待办", "我的待辦"), Wanted("work")),
    **dict.fromkeys(("overview", "总览", "總覽"), Wanted("overview")),
    **dict.fromkeys(
        ("on behalf", "for a caller", "代客报事", "代客登记", "代报", "代客報事", "代客登記", "代住戶登記"),
        Wanted("for"),
    ),
    **dict.fromkeys(("help", "?", "？", "帮助", "幫助", "說明", "说明"), _HELP),
    **dict.fromkeys(("cancel", "stop", "取消", "算了"), _CANCEL),
    **dict.fromkeys(("contact", "phone", "电话", "電話", "联系", "聯絡"), _CONTACT),
}


def wanted(words: str) -> Wanted | None:
    """Return what a message that is nothing but a plain word asks for, or None."""
    return WORDS.get(words.strip().rstrip("!！。.").casefold())
