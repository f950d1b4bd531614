"""Replay runs, scores of calls, and cases made of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import HTTPException, Query
from pydantic import BaseModel, Field

from voice_agent.console.access import Action
from voice_agent.console.api.needs import Asker, Office, Routes
from voice_agent.console.application.quality import MOST_NOTES, Agreement, Drawn, Scores
from voice_agent.qa.runs import KeptRun

Name = Annotated[str, Query(max_length=80)]


class Run(BaseModel):
    """One replay run."""

    name: str
    at: datetime
    engines: str
    seconds: float
    cases: int
    failed: int
    figures: dict[str, Any]


class OpenedRun(BaseModel):
    """One run with its cases; ``diverged``: where failed ones part from the run it is held against."""

    run: Run
    cases: list[dict[str, Any]]
    against: str | None
    diverged: list[dict[str, Any]]


class Comparison(BaseModel):
    """Two runs, and the first divergence of every case that differs."""

    before: Run
    now: Run
    diverged: list[dict[str, Any]]


class OwnScore(BaseModel):
    """What one person thinks of a call."""

    grade: str = Field(max_length=20)
    """``good``, ``fair`` or ``poor``."""
    notes: str = Field(default="", max_length=MOST_NOTES)


class NewFixture(BaseModel):
    """A case to be made of a call."""

    name: str = Field(max_length=60)
    consent: str = Field(max_length=500)
    """On what ground the recording may be used."""


def routes() -> Routes:
    """Everything about quality."""
    quality = Routes("quality")

    @quality.get("/quality/runs", Action.READ_QUALITY)
    async def runs(console: Office, actor: Asker) -> list[Run]:
        """The newest first."""
        return [_run(run) for run in await console.quality.runs(actor)]

    @quality.get("/quality/runs/{name}", Action.READ_QUALITY)
    async def run(console: Office, actor: Asker, name: str, against: Name = "") -> OpenedRun:
        """``against``: another run; else the newest before it with the same engines. Noted in the audit log."""
        found = await console.quality.run(actor, name, against)
        if found is None:
            raise HTTPException(404, "no such run")
        diverged = [each.as_json() for each in found.parted.values()]
        return OpenedRun(run=_run(found.run), cases=list(found.run.cases), against=found.against, diverged=diverged)

    @quality.get("/quality/runs/{name}/cases/{case}", Action.READ_QUALITY)
    async def case(console: Office, actor: Asker, name: str, case: str) -> list[dict[str, Any]]:
        """The event log of one case. Noted in the audit log."""
        entries = await console.quality.case(actor, name, case)
        if entries is None:
            raise HTTPException(404, "no such case")
        return entries

    @quality.get("/quality/comparison", Action.READ_QUALITY)
    async def comparison(console: Office, actor: Asker, before: Name = "", now: Name = "") -> Comparison:
        """Two runs by name. Noted in the audit log."""
        found = await console.quality.compare(actor, before, now)
        if found is None:
            raise HTTPException(404, "no such run")
        diverged = [each.as_json() for each in found.parted.values()]
        return Comparison(before=_run(found.before), now=_run(found.now), diverged=diverged)

    @quality.get("/quality/agreement", Action.READ_QUALITY)
    async def agreement(console: Office, actor: Asker) -> Agreement:
        """People's scores against the rules', as Cohen's kappa."""
        return await console.quality.agreement(actor)

    @quality.get("/quality/sample", Action.SCORE_CALLS)
    async def sample(console: Office, actor: Asker) -> list[Drawn]:
        """The calls that chance has drawn for this week."""
        return await console.quality.drawn(actor)

    @quality.get("/calls/{call_id}/scores", Action.SCORE_CALLS)
    async def scores(console: Office, actor: Asker, call_id: str) -> Scores:
        """The rules' and other people's are told once one's own is there."""
        return await console.quality.scores(actor, call_id)

    @quality.put("/calls/{call_id}/scores/mine", Action.SCORE_CALLS)
    async def score(console: Office, actor: Asker, call_id: str, own: OwnScore) -> Scores:
        """Noted in the audit log; notes are masked."""
        kept = await console.quality.score(actor, call_id, own.grade, own.notes)
        if kept is None:
            raise HTTPException(404, "no such call")
        return kept

    @quality.post("/calls/{call_id}/fixture", Action.MAKE_FIXTURE, status_code=201)
    async def fixture(console: Office, actor: Asker, call_id: str, new: NewFixture) -> list[str]:
        """The files of the new case. Noted in the audit log."""
        files = await console.quality.make_fixture(actor, call_id, new.name, new.consent)
        if files is None:
            raise HTTPException(404, "no such call")
        return files

    return quality


def _run(run: KeptRun) -> Run:
    told = asdict(run) | {"cases": len(run.cases), "failed": run.failed}
    return Run(**told)
