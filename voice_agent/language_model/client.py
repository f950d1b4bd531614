"""One model of one OpenAI-compatible server: vLLM, Ollama, llama.cpp, OpenAI's own and others."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

import openai

from voice_agent.errors import EngineError
from voice_agent.language_model.reply import MOST_CHARACTERS

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessageParam
    from openai.types.shared_params import ResponseFormatJSONSchema

API_KEY_VARIABLE = "VOICE_AGENT_LANGUAGE_MODEL__API_KEY"
_MOST_TOKENS = 400


class ChatModel(Protocol):
    """Streams the reply to a chat."""

    def stream(self, messages: Sequence[dict[str, str]], schema: dict[str, Any]) -> AsyncGenerator[str]:
        """Pieces of one JSON text. Raises EngineError; time is the caller's affair."""

    async def close(self) -> None:
        """Close the connections."""


class OpenAIChatModel:
    """Asks once: who waits on the telephone is not helped by a second attempt. Connections are kept."""

    def __init__(self, url: str, model: str, *, api_key: str = "") -> None:
        """``url``: with or without ``/v1``."""
        base = f"{url.rstrip('/').removesuffix('/v1')}/v1"
        self._client = openai.AsyncOpenAI(base_url=base, api_key=api_key or "none", max_retries=0, timeout=None)
        self._model = model

    async def stream(self, messages: Sequence[dict[str, str]], schema: dict[str, Any]) -> AsyncGenerator[str]:
        """See :class:`ChatModel`. Messages of errors name kinds and statuses, never what was asked or answered."""
        length = 0
        try:
            pieces = await self._client.chat.completions.create(
                model=self._model,
                messages=cast("list[ChatCompletionMessageParam]", list(messages)),
                response_format=cast("ResponseFormatJSONSchema", _strictly(schema)),
                temperature=0,
                max_tokens=_MOST_TOKENS,
                stream=True,
            )
            async for piece in pieces:
                text = piece.choices[0].delta.content if piece.choices else None
                if text:
                    length += len(text)
                    if length > MOST_CHARACTERS:
                        raise EngineError(f"the language model wrote more than {MOST_CHARACTERS} characters")
                    yield text
        except openai.AuthenticationError as error:
            raise EngineError(f"the language model's server refused the key: set {API_KEY_VARIABLE}") from error
        except openai.APIStatusError as error:
            raise EngineError(f"the language model's server answered {error.status_code}") from error
        except openai.OpenAIError as error:
            raise EngineError(f"the language model's server cannot be asked: {type(error).__name__}") from error
        except (ValueError, AttributeError, TypeError, IndexError) as error:
            raise EngineError(f"the language model's server streams something else: {type(error).__name__}") from error

    async def close(self) -> None:
        """See :class:`ChatModel`."""
        await self._client.close()


def _strictly(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "reply", "strict": True, "schema": schema}}
