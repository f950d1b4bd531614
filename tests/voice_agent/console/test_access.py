"""Role × action: every route, every page and every method of the application layer, with every role and with none."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from voice_agent.console import pages
from voice_agent.console.access import ALLOWED, SCOPES, Action, Actor, NotAllowed, Role, authorise
from voice_agent.console.api import admin, desk, live, past, quality
from voice_agent.console.api import events as api_events
from voice_agent.console.application.console import Console
from voice_agent.console.pages.registry import PAGES
from voice_agent.console.rehearsal import RehearsedConsole

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXPECTED = {
    Action.SEE_WALLBOARD: set(Role),
    Action.KEEP_OWN_ACCOUNT: set(Role),
    Action.SEE_LIVE_CALLS: {Role.SUPERVISOR, Role.ADMINISTRATOR},
    **{
        action: {Role.SUPERVISOR}
        for action in (
            Action.READ_LIVE_CALL,
            Action.LISTEN,
            Action.WHISPER,
            Action.BARGE,
            Action.TAKE_OVER,
            Action.TRANSFER,
            Action.HANG_UP,
            Action.HINT,
        )
    },
    Action.WORK_AT_DESK: {Role.HUMAN_AGENT, Role.SUPERVISOR},
    Action.SEARCH_KNOWLEDGE: {Role.HUMAN_AGENT, Role.SUPERVISOR, Role.QA},
    Action.SEARCH_HISTORY: {Role.SUPERVISOR, Role.QA},
    Action.READ_RECORD: {Role.SUPERVISOR, Role.QA},
    Action.PLAY_RECORDING: {Role.SUPERVISOR, Role.QA},
    Action.READ_QUALITY: {Role.SUPERVISOR, Role.QA},
    Action.SCORE_CALLS: {Role.QA},
    Action.MAKE_FIXTURE: {Role.QA},
    Action.MANAGE_ACCOUNTS: {Role.ADMINISTRATOR},
    Action.MANAGE_API_KEYS: {Role.ADMINISTRATOR},
    Action.READ_AUDIT: {Role.AUDITOR},
}
"""Written a second time, by hand: a slip in the table is a slip in one of two places."""

ROUTES = [
    route
    for part in (admin, desk, live, past, quality)
    for route in part.routes().router.routes
    if isinstance(route, APIRoute)
]
AREAS = ("wallboard", "live", "steering", "desk", "past", "quality", "accounts", "keys", "audit", "knowledge")
PAGE_FILES = sorted(Path(pages.__file__).parent.glob("*.py"))


def action_of(route: APIRoute) -> Action:
    assert route.openapi_extra, f"{route.path} names no action"
    return Action(route.openapi_extra["x-action"])


async def test_the_table_says_what_was_meant() -> None:
    assert set(EXPECTED) == set(Action)
    for action, roles in EXPECTED.items():
        assert {role for role in Role if action in ALLOWED[role]} == roles, action


async def test_nobody_may_do_anything_and_scopes_give_what_they_name() -> None:
    for action in Action:
        with pytest.raises(NotAllowed):
            authorise(None, action)
    for scope, actions in SCOPES.items():
        assert Actor.program("key", frozenset({scope})).allowed == actions
    assert Actor.program("key", frozenset({"no such scope"})).allowed == frozenset()
    given = frozenset().union(*SCOPES.values())
    assert not given & {Action.LISTEN, Action.WHISPER, Action.BARGE, Action.TAKE_OVER, Action.WORK_AT_DESK}
    assert not given & {Action.SCORE_CALLS, Action.MAKE_FIXTURE}
    assert not given & {Action.MANAGE_ACCOUNTS, Action.MANAGE_API_KEYS, Action.READ_AUDIT}


def methods(console: Console) -> Iterator[tuple[str, object]]:
    for area in AREAS:
        part = getattr(console, area)
        for name, method in inspect.getmembers(part, inspect.iscoroutinefunction):
            if not name.startswith("_"):
                yield f"{area}.{name}", method


async def test_every_method_of_the_application_layer_lets_in_only_who_may(rehearsed: RehearsedConsole) -> None:
    found = dict(methods(rehearsed.console))
    assert len(found) > 35
    for name, method in found.items():
        action = getattr(method, "action", None)
        assert action in Action, f"{name} names no action"
        for role in (None, *Role):
            actor = None if role is None else Actor.person("somebody", role)
            if role is None or role not in EXPECTED[action]:
                with pytest.raises(NotAllowed):
                    await method(actor)  # type: ignore[operator]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{min(route.methods)} {route.path}")
async def test_every_route_lets_in_only_who_may(
    route: APIRoute, by_role: Mapping[Role | None, httpx.AsyncClient]
) -> None:
    action = action_of(route)
    path = "/api/v1" + re.sub(r"\{\w+\}", "nothing-of-that-name", route.path)
    [method] = route.methods
    for role, asking in by_role.items():
        status = (await asking.request(method, path, json={})).status_code
        if role is None:
            assert status == 401, (path, role)
        elif role in EXPECTED[action]:
            assert status not in (401, 403), (path, role, status)
        else:
            assert status == 403, (path, role, status)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
async def test_every_page_lets_in_only_who_may(page: object, by_role: Mapping[Role | None, httpx.AsyncClient]) -> None:
    path = re.sub(r"\{\w+\}", "nothing-of-that-name", page.path)  # type: ignore[attr-defined]
    for role, asking in by_role.items():
        answer = await asking.get(path)
        if role is None:
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")
        else:
            assert answer.status_code == (200 if role in EXPECTED[page.action] else 403), (path, role)  # type: ignore[attr-defined]


async def test_no_page_is_served_that_is_not_in_the_table(rehearsed: RehearsedConsole) -> None:
    from nicegui import Client

    assert set(Client.page_routes.values()) == {page.path for page in PAGES}


async def test_pages_reach_the_running_system_through_the_application_layer_alone() -> None:
    """What a page may say of ``console``: areas whose methods are guarded, and settings."""
    may = {*AREAS, "settings", "has_audio", "sessions"}
    assert len(PAGE_FILES) > 12
    for file in PAGE_FILES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute | ast.Name):
                name = node.value.attr if isinstance(node.value, ast.Attribute) else node.value.id
                if name == "console":
                    assert node.attr in may, f"{file.name}: console.{node.attr}"


async def test_the_description_of_the_api_tells_every_route(by_role: Mapping[Role | None, httpx.AsyncClient]) -> None:
    """And no route is served that is not tried above."""
    told = (await by_role[Role.AUDITOR].get("/api/v1/openapi.json")).json()["paths"]
    served = {(f"/api/v1{route.path}", method.lower()) for route in ROUTES for method in route.methods}
    assert {(path, method) for path, methods in told.items() for method in methods} == served
    assert len(served) > 30
    assert all("x-action" in operation for methods in told.values() for operation in methods.values())


async def test_the_websocket_names_an_action_too() -> None:
    assert api_events.ACTION is Action.SEE_LIVE_CALLS
