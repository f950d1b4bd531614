"""A simulated caller driven by a language model behind any OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import Sequence

from openai import OpenAI, OpenAIError

from dialogs.state import DialogState
from voice_agent.errors import EngineError
from voice_agent.qa.persona import Persona

_MOST_TOKENS = 60
_TIMEOUT_S = 30.0


class ModelCaller:
    """Plays a persona. Everything it is told is made up: no real caller's word goes to the server."""

    def __init__(self, persona: Persona, url: str, model: str, *, api_key: str = "", seed: int = 0) -> None:
        """``url``: such as ``http://127.0.0.1:8000/v1``."""
        self._client = OpenAI(base_url=url, api_key=api_key or "none", timeout=_TIMEOUT_S, max_retries=0)
        self._model = model
        self._seed = seed
        self._told: list[dict[str, str]] = [{"role": "system", "content": _brief(persona)}]

    def next(self, state: DialogState, said: Sequence[str]) -> str | None:
        """What the model says to that. Raises EngineError where it does not answer."""
        self._told.append({"role": "user", "content": " ".join(said) or "(말이 없음)"})
        try:
            answer = self._client.chat.completions.create(
                model=self._model,
                messages=self._told,  # type: ignore[arg-type]
                max_tokens=_MOST_TOKENS,
                seed=self._seed,
            )
        except OpenAIError as error:
            raise EngineError(f"the caller's language model did not answer: {type(error).__name__}") from error
        words = (answer.choices[0].message.content or "").strip()
        self._told.append({"role": "assistant", "content": words})
        return words or None


def _brief(persona: Persona) -> str:
    facts = "\n".join(f"- {name}: {words}" for name, words in persona.facts.items()) or "- 없음"
    return (
        "당신은 공공 상담전화에 전화를 건 시민입니다. 한 번에 한 문장만, 말하듯이 대답하세요.\n"
        f"용건: {persona.asks[0]}\n말투: {persona.manner.value}\n물어볼 때만 알려 줄 것:\n{facts}\n"
        "용건이 끝나면 더 없다고 말하세요."
    )
