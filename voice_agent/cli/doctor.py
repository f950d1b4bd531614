"""``voice-agent doctor``: what is missing on this machine, and how to get it."""

from __future__ import annotations

from dataclasses import asdict

import typer

from voice_agent.cli.output import ConfigOption, JsonOption, out, print_json
from voice_agent.config import load_config
from voice_agent.operations.doctor import examine


def doctor(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Exit code 1 where something is missing that the hotline cannot do without."""
    findings = examine(load_config(config))
    fit = all(finding.ok for finding in findings if finding.needed)
    if as_json:
        print_json({"ok": fit, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            sign = "✔" if finding.ok else ("✘" if finding.needed else "–")
            out.print(f"{sign} {finding.what}: {finding.found}", markup=False)
            if not finding.ok:
                out.print(f"    → {finding.remedy}", markup=False)
    if not fit:
        raise typer.Exit(1)
