"""The page's files: each is served, and each only under the policy that lets nothing foreign in."""

from pathlib import Path

import pytest

from bot.sandbox import server
from tests.sandbox.conftest import Api

FILES = sorted(path.name for path in (Path(server.__file__).parent / "page").iterdir())


@pytest.mark.parametrize("name", FILES)
async def test_every_file_of_the_page_is_served(name: str, api: Api) -> None:
    path = "/" if name == "index.html" else f"/page/{name}"
    async with api.session.get(api.base_url + path) as response:
        assert response.status == 200
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "innerHTML" not in await response.text()


def test_there_is_a_page() -> None:
    assert {"index.html", "app.js", "style.css"} <= set(FILES)
