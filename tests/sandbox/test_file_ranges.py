"""Files as the page fetches them: whole, or the bytes that a browser asks for to learn how long a voice is."""

import pytest

from tests.phones import OGG, Sandbox
from tests.sandbox.conftest import Api


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        (None, 200, OGG, None),
        ("bytes=0-", 206, OGG, f"bytes 0-{len(OGG) - 1}/{len(OGG)}"),
        ("bytes=0-3", 206, b"OggS", f"bytes 0-3/{len(OGG)}"),
        ("bytes=-2", 206, OGG[-2:], f"bytes {len(OGG) - 2}-{len(OGG) - 1}/{len(OGG)}"),
        ("bytes=60-900", 206, OGG[60:], f"bytes 60-{len(OGG) - 1}/{len(OGG)}"),
        ("bytes=900-", 416, b"", f"bytes */{len(OGG)}"),
        ("words=1-2", 416, b"", f"bytes */{len(OGG)}"),
    ],
)
async def test_the_bytes_that_are_asked_for(
    api: Api, sandbox: Sandbox, asked: str | None, status: int, content: bytes, told: str | None
) -> None:
    message = await (await sandbox.phone("chan")).sends(voice=OGG, settle=False)
    headers = {"Range": asked} if asked else {}
    url = f"{api.base_url}/sandbox/files/{message['voice']['file_id']}"
    async with api.session.get(url, headers=headers) as response:
        assert (response.status, await response.read()) == (status, content)
        assert response.headers.get("Content-Range") == told
