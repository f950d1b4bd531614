"""Imported before everything else: pipecat prints a banner while it is imported, before logging is configured."""

from loguru import logger

logger.remove()
