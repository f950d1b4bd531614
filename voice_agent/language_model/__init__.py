"""A language model that helps and never decides: asked only where understanding is not confident, off by default.

    Consult ──► assistant.py ──► client.py ──► an OpenAI-compatible server
                    │  messages.py: what it is told, the caller's words masked
                    │  reply.py:    what it may answer, as a JSON schema, read while it streams
                    ▼
    ModelProposed · ModelClause · ModelDone

It may propose commands of the dialog's closed set, or phrase an answer from passages. A clause is spoken only if its
passages say it (dialogs.grounding). It has no tool, sees no number and no name, and is left alone after failures.
"""
