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
    key: bool = False
    """Whether it is what a key below the chat says: nobody writes that by chance, so it counts at any moment."""


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
    **dict.fromkeys(("📷 report", "📷 报事", "📷 報告"), Wanted("report", key=True)),
    **dict.fromkeys(("🧹 fixed it", "🧹 已处理", "🧹 已處理"), Wanted("fixed", key=True)),
    **dict.fromkeys(("📋 mine", "📋 我的"), Wanted("my", key=True)),
    **dict.fromkeys(("☎️ help", "☎️ 帮助", "☎️ 求助"), Wanted("help", key=True)),
    **dict.fromkeys(("contact", "phone", "电话", "電話", "联系", "聯絡"), _CONTACT),
}

#: Nothing but thanks: it wants no answer, least of all a question.
_THANKS = frozenset(
    (
        *("thanks", "thank you", "thank you very much", "many thanks", "ok thanks", "ok thank you", "thx"),
        *("谢谢", "谢谢您", "谢谢你", "谢谢你们", "多谢", "感谢", "好的谢谢", "好的，谢谢", "辛苦了"),
        *("謝謝", "謝謝您", "謝謝你", "謝謝你們", "多謝", "多謝晒", "唔該", "唔該晒", "感謝", "好的，謝謝", "辛苦了"),
        *("👍", "👌", "🙏", "❤", "❤️", "👍👍", "🙏🙏"),
    )
)


def is_thanks(words: str) -> bool:
    """Whether a message says nothing but thanks."""
    return words.strip().rstrip("!！。.~～").casefold() in _THANKS


def wanted(words: str) -> Wanted | None:
    """Return what a message that is nothing but a plain word asks for, or None."""
    return WORDS.get(words.strip().rstrip("!！。.").casefold())
