"""``python -m voice_agent.cli``: the command without its script, for child processes."""

from voice_agent.cli import main

main()
