"""Health and metrics over HTTP, on a port of the kernel's choice."""

import io
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.adapters.http import MAX_BODY, Server, create, serve
from bot.adapters.metrics import Metrics
from bot.adapters.supervisor import Fatal, Health, LoopHealth


class Desk:
    """A server whose health the test decides."""

    def __init__(self) -> None:
        self.health = Health(ok=True, loops={"poll": LoopHealth("running", 0.3, 0)})
        self.metrics = Metrics()


async def _echo(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.read())), headers={"Content-Security-Policy": "default-src 'self'"})


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def server(desk: Desk) -> AsyncIterator[Server]:
    application = create(lambda: desk.health, desk.metrics)
    application.router.add_post("/echo", _echo)
    server = await serve(application, "127.0.0.1", 0)
    yield server
    await server.close()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
        yield session


async def test_health_says_how_each_loop_is(client: aiohttp.ClientSession) -> None:
    async with client.get("/health") as answer:
        assert answer.status == 200
        assert await answer.json() == {
            "ok": True,
            "loops": {"poll": {"state": "running", "beat_age_s": 0.3, "restarts": 0}},
        }


async def test_ill_health_is_a_503(client: aiohttp.ClientSession, desk: Desk) -> None:
    desk.health = Health(ok=False, loops={"poll": LoopHealth("stuck", 61.0, 2)})
    async with client.get("/health") as answer:
        assert answer.status == 503
        assert (await answer.json())["loops"]["poll"]["state"] == "stuck"


async def test_metrics_are_in_the_text_format_of_prometheus(client: aiohttp.ClientSession, desk: Desk) -> None:
    desk.metrics.received.inc(3)
    desk.metrics.handled.labels(outcome="done").inc()
    async with client.get("/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == desk.metrics.content_type
        text = await answer.text()
    assert "shouwen_updates_received_total 3.0" in text
    assert 'shouwen_updates_handled_total{outcome="done"} 1.0' in text


def test_a_lane_that_has_run_empty_is_shown_so() -> None:
    metrics = Metrics()
    metrics.show_outbox({"tap": 2, "bulk": 9})
    metrics.show_outbox({"tap": 1, "bulk": 0})
    text = metrics.exposition().decode()
    assert 'shouwen_outbox_pending{lane="tap"} 1.0' in text
    assert 'shouwen_outbox_pending{lane="bulk"} 0.0' in text


async def test_two_bots_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.received.inc()
    assert b"shouwen_updates_received_total 0.0" in other.exposition()


async def test_answers_are_guarded_and_tell_no_versions(client: aiohttp.ClientSession) -> None:
    for path in ("/health", "/nowhere"):
        async with client.get(path) as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert "Server" not in answer.headers


async def test_a_page_keeps_its_own_policy(client: aiohttp.ClientSession) -> None:
    async with client.post("/echo", data=b"x" * MAX_BODY) as answer:
        assert answer.headers.getall("Content-Security-Policy") == ["default-src 'self'"]
        assert await answer.text() == str(MAX_BODY)


async def test_a_body_over_the_limit_is_refused(client: aiohttp.ClientSession) -> None:
    async with client.post("/echo", data=io.BytesIO(b"x" * (MAX_BODY + 1))) as answer:
        assert answer.status == 413


async def test_a_port_that_is_taken_is_said_in_a_sentence(server: Server, desk: Desk) -> None:
    with pytest.raises(Fatal, match=f"Cannot listen on 127.0.0.1 port {server.port}: .*SHOUWEN_HTTP_PORT"):
        await serve(create(lambda: desk.health, desk.metrics), "127.0.0.1", server.port)
