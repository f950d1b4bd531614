"""How the tables of :mod:`voice_agent.storage.schema` came to be. Run by ``Database.open``."""
