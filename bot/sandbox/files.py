"""Files that people and the bot have sent, and the identifiers by which the Bot API speaks of them."""

import base64
import hashlib
import struct
from dataclasses import dataclass, field
from typing import Any, Final

from bot.sandbox.refusal import bad_request

DOWNLOAD_LIMIT: Final = 20 * 1024 * 1024
"""Bytes of the largest file that getFile hands out."""
_PREFIXES: Final = {
    "photo": "AgACAgUAAx", "video": "BAACAgUAAx", "voice": "AwACAgUAAx",
    "audio": "CQACAgUAAx", "document": "BQACAgUAAx", "sticker": "CAACAgUAAx",
    "animation": "CgACAgUAAx", "video_note": "DQACAgUAAx",
}  # fmt: skip
_TITLES: Final = {
    "photo": "Photo", "video": "Video", "voice": "VoiceNote",
    "audio": "Audio", "document": "Document", "sticker": "Sticker",
    "animation": "Animation", "video_note": "VideoNote",
}  # fmt: skip
_EXTENSIONS: Final = {
    "photo": "jpg", "video": "mp4", "voice": "oga", "audio": "mp3", "document": "bin", "sticker": "webp",
    "animation": "mp4", "video_note": "mp4",
}  # fmt: skip
_MIME_TYPES: Final = {
    "video": "video/mp4", "voice": "audio/ogg", "audio": "audio/mpeg", "animation": "video/mp4",
}  # fmt: skip
_FOLDERS: Final = {
    "photo": "photos", "video": "videos", "voice": "voice",
    "audio": "music", "document": "documents", "sticker": "stickers",
    "animation": "animations", "video_note": "video_notes",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file; a photo's small preview shares the content under an identifier of its own."""

    file_id: str
    kind: str
    content: bytes
    size: int
    """Bytes as told to the bot; a declared size may exceed the content, to try what is too big."""
    path: str
    """Where it is downloaded, below `/file/bot<token>/`."""
    media: Any
    """How a message speaks of it: `PhotoSize`s in order of size, or the object of its kind."""


@dataclass(slots=True)
class FileStore:
    """All files by identifier."""

    by_id: dict[str, StoredFile] = field(default_factory=dict)
    by_path: dict[str, StoredFile] = field(default_factory=dict)
    _count: int = 0

    def add(self, kind: str, content: bytes, *, size: int | None = None, **details: Any) -> StoredFile:
        """Keep a file and describe it as Telegram would.

        Args:
            kind: `photo`, `video`, `animation`, `voice`, `video_note`, `audio`, `document` or `sticker`.
            content: The bytes.
            size: The size told in bytes, if not that of `content`.
            details: Fields that the sender's client tells: `file_name`, `mime_type`, `duration`, `emoji` and such.
        """
        self._count += 1
        size = len(content) if size is None else size
        file_id, unique_id = self._identifiers(kind, content, "y")
        base = {"file_id": file_id, "file_unique_id": unique_id, "file_size": size}
        path = f"{_FOLDERS[kind]}/file_{self._count}.{_EXTENSIONS[kind]}"
        if kind == "photo":
            width, height = _dimensions(content)
            scale = min(1.0, 90 / max(width, height))
            small_id, small_unique_id = self._identifiers(kind, content, "s")
            small = {
                "file_id": small_id, "file_unique_id": small_unique_id, "file_size": min(size, 1_500),
                "width": max(1, int(width * scale)), "height": max(1, int(height * scale)),
            }  # fmt: skip
            media: Any = [small, {**base, "width": width, "height": height}]
            preview = StoredFile(small_id, kind, content, len(content), path, media)
            self.by_id[small_id] = preview
        elif kind == "video_note":
            media = {"length": 384, "duration": 3, **base, **details}
        elif kind in {"video", "animation", "sticker"}:
            width, height = (512, 512) if kind == "sticker" else (1280, 720)
            defaults = {"type": "regular", "is_animated": False, "is_video": False} if kind == "sticker" else {}
            media = {"width": width, "height": height, **defaults, **base, **details}
        else:
            media = {**base, **details}
        if kind in _MIME_TYPES:
            media.setdefault("mime_type", _MIME_TYPES[kind])
            media.setdefault("duration", 3)
        stored = StoredFile(file_id, kind, content, size, path, media)
        self.by_id[file_id] = self.by_path[path] = stored
        return stored

    def _identifiers(self, kind: str, content: bytes, size: str) -> tuple[str, str]:
        """Return the file_id, new each time, and the file_unique_id, the same for the same content."""
        digest = base64.urlsafe_b64encode(hashlib.sha256(content + size.encode()).digest()).decode()
        return f"{_PREFIXES[kind]}{digest[:24]}{self._count:06d}{size}", f"AQAD{digest[:11]}{size}"

    def restore(self, stored: StoredFile) -> None:
        """Take over a file that an earlier run has kept."""
        self.by_id[stored.file_id] = stored
        sizes = stored.media if isinstance(stored.media, list) else [stored.media]
        if sizes[-1]["file_id"] == stored.file_id:
            self._count += 1
            self.by_path[stored.path] = stored

    def known(self, file_id: str, kind: str) -> StoredFile:
        """Return the file to be sent again as `kind`."""
        stored = self.by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if stored.kind != kind:
            raise bad_request(f"can't use file of type {_TITLES[stored.kind]} as {_TITLES[kind]}")
        return stored

    def described(self, file_id: str) -> dict[str, Any]:
        """Return the `File` object of getFile."""
        stored = self.by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if stored.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        media = stored.media
        sizes = media if isinstance(media, list) else [media]
        own = next(size for size in sizes if size["file_id"] == file_id)
        return {
            "file_id": file_id, "file_unique_id": own["file_unique_id"],
            "file_size": stored.size, "file_path": stored.path,
        }  # fmt: skip


def _dimensions(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG or JPEG; a usual size for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return max(1, width), max(1, height)
    at = 2
    while content.startswith(b"\xff\xd8") and at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return max(1, width), max(1, height)
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return 1280, 960
