"""The configuration: one YAML file and the environment, read once, checked whole, passed in.

    voice-agent.yaml            sip: {port: 5060}
    VOICE_AGENT_SIP__PORT=5070  overrides it; lists are separated by commas

Every key is described in docs/configuration.md; a test fails where one is not.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from dialogs.loader import default_library
from dialogs.problems import Problem
from dialogs.schema import validate
from dialogs.yaml_source import Document, read_document
from telephony.ice import IceServer
from telephony.sip.settings import Registration, SipSettings
from voice_agent.errors import ConfigError

PREFIX = "VOICE_AGENT_"
CONFIG_FILE_VARIABLE = "VOICE_AGENT_CONFIG"


class Section(BaseModel):
    """A part of the configuration: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RegistrationConfig(Section):
    """An account at a PBX or trunk."""

    user: str = Field(min_length=1)
    domain: str = Field(min_length=1)
    password: str = ""
    auth_user: str | None = None
    registrar: str | None = None
    interval_s: int = Field(default=600, ge=30)
    transport: Literal["udp", "tcp", "tls"] = "udp"


class SipConfig(Section):
    """The telephone side."""

    host: str = "0.0.0.0"
    port: int = Field(default=5060, ge=1, le=65534)
    interface: str | None = None
    rtp_ports: tuple[int, int] = (30000, 40000)
    jitter_buffer_ms: tuple[int, int] = (20, 200)
    codecs: tuple[Literal["pcmu", "pcma", "g722", "opus"], ...] = ("pcmu", "pcma", "g722", "opus")
    max_calls: int = Field(default=20, ge=1, le=200)
    max_call_s: float = Field(default=1800.0, ge=60)
    """A call that lasts longer is told goodbye and ended."""
    rtp_timeout_s: int = Field(default=10, ge=1)
    srtp: Literal["off", "optional", "required", "dtls"] = "off"
    tls_certificate: Path | None = None
    allowed_peers: tuple[str, ...] = ()
    user: str = "hotline"
    registration: RegistrationConfig | None = None

    @field_validator("host")
    @classmethod
    def _is_address(cls, host: str) -> str:
        return _checked(host, ipaddress.ip_address, "an IP address such as 0.0.0.0 or 192.0.2.10")

    @field_validator("allowed_peers")
    @classmethod
    def _are_networks(cls, peers: tuple[str, ...]) -> tuple[str, ...]:
        for peer in peers:
            _checked(peer, partial(ipaddress.ip_network, strict=False), "networks such as 10.1.2.0/24")
        return peers

    @field_validator("rtp_ports", "jitter_buffer_ms")
    @classmethod
    def _is_range(cls, pair: tuple[int, int]) -> tuple[int, int]:
        if not 0 < pair[0] < pair[1] <= 65535:
            raise ValueError("two numbers from 1 to 65535, the lower one first")
        return pair

    @field_validator("tls_certificate")
    @classmethod
    def _is_file(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError("a PEM file with certificate and key")
        return path

    def settings(self) -> SipSettings:
        """The same as the telephony package takes it."""
        fields = self.model_dump(exclude={"registration", "max_call_s"})
        registration = Registration(**self.registration.model_dump()) if self.registration else None
        return SipSettings(**fields, registration=registration)


class HttpConfig(Section):
    """Health, readiness, the console and its API."""

    host: str = "127.0.0.1"
    port: int = Field(default=8120, ge=1, le=65535)


class OidcConfig(Section):
    """An identity provider that signs people in to the console (OpenID Connect)."""

    issuer: str = Field(pattern=r"^https?://\S+$")
    client_id: str = Field(min_length=1)
    client_secret: str = Field(default="", repr=False)
    role_claim: str = Field(default="groups", min_length=1)
    roles: dict[str, Literal["human_agent", "supervisor", "qa", "administrator", "auditor"]]
    """Value of the claim → role; of several that somebody has, the first here."""

    @field_validator("roles")
    @classmethod
    def _names_a_role(cls, roles: dict[str, str]) -> dict[str, str]:
        if not roles:
            raise ValueError("at least one group and its role, such as {hotline-supervisors: supervisor}")
        return roles


class AlarmsConfig(Section):
    """From when on the wallboard raises an alarm."""

    silence_s: float = Field(default=20.0, ge=5)
    queue_length: int = Field(default=5, ge=1)
    wait_s: float = Field(default=120.0, ge=10)
    surge_calls: int = Field(default=5, ge=2)


class IceServerConfig(Section):
    """A TURN server that wants to know who asks."""

    url: str = Field(pattern=r"^(stun|turn)s?:\S+$")
    username: str = ""
    credential: str = Field(default="", repr=False)

    @model_validator(mode="after")
    def _has_both(self) -> IceServerConfig:
        if self.url.startswith("turn") and not (self.username and self.credential):
            raise ValueError("username and credential, because a TURN server relays for nobody without")
        return self


class ConsoleConfig(Section):
    """The pages for supervisors and human agents."""

    name: str = Field(default="음성 상담", min_length=1)
    public_url: str | None = Field(default=None, pattern=r"^https?://[^/\s]+$")
    """As browsers see it, where a proxy is in between."""
    idle_minutes: int = Field(default=15, ge=1, le=480)
    longest_hours: int = Field(default=12, ge=1, le=24)
    codes: Literal["required", "optional"] = "required"
    """The second factor of local accounts."""
    browser_audio: bool = True
    ice_servers: tuple[Annotated[str, Field(pattern=r"^stuns?:[^\s?]+$")] | IceServerConfig, ...] = ()
    secret: str = Field(default="", repr=False)
    """What the secrets of authenticator apps are sealed with; empty: a key of its own beside the data."""
    targets: dict[str, str] = Field(default_factory=dict)
    """Title → SIP address: where callers are transferred to with one click."""
    alarms: AlarmsConfig = AlarmsConfig()
    oidc: OidcConfig | None = None

    @model_validator(mode="after")
    def _has_an_address(self) -> ConsoleConfig:
        if self.oidc is not None and self.public_url is None:
            raise ValueError("console.public_url, because console.oidc sends browsers back to it")
        return self

    @field_validator("secret")
    @classmethod
    def _is_long(cls, secret: str) -> str:
        if secret and len(secret) < 16:
            raise ValueError("16 characters or more")
        return secret

    def ice(self) -> tuple[IceServer, ...]:
        """The same as the telephony package takes it."""
        return tuple(
            IceServer(each) if isinstance(each, str) else IceServer(each.url, each.username, each.credential)
            for each in self.ice_servers
        )


class HearingServerConfig(Section):
    """A server with OpenAI's ``/v1/audio/transcriptions``."""

    url: str = Field(pattern=r"^https?://\S+$")
    model: str = Field(min_length=1)
    api_key: str = Field(default="", pattern=r"^[\x21-\x7e]*$", repr=False)
    deadline_s: float = Field(default=1.5, ge=0.2, le=6)
    """For an ordinary turn, retries counted in; then the next recogniser hears it."""


class HearingConfig(Section):
    """Speech to text: the first recogniser that answers in time is heard."""

    engines: tuple[Literal["faster-whisper", "openai-whisper", "openai-server"], ...] = Field(
        default=("faster-whisper",), min_length=1
    )
    model: str = "whisper-base"
    """A name of ``voice-agent models list``."""
    threads: int = Field(default=1, ge=1)
    """For each decode. One is the fastest on two cores: 0.28 s against 0.56 s for a sentence of 5 s."""
    workers: int = Field(default=2, ge=1)
    """Decodes at the same time."""
    beam: int = Field(default=3, ge=1, le=10)
    server: HearingServerConfig | None = None
    deadline_s: float = Field(default=4.0, ge=1, le=6)
    """From a caller's pause to the words of an ordinary turn, or to none; a turn of 25 s gets 1.7 s more."""
    retry_s: float = Field(default=30.0, ge=1)
    """A recogniser that failed is left out for so long."""
    queue: int = Field(default=32, ge=1)
    """Decodes that may wait, of all calls together."""

    @model_validator(mode="after")
    def _names_its_server(self) -> HearingConfig:
        if "openai-server" in self.engines and self.server is None:
            raise ValueError("hearing.server with url and model, because hearing.engines names openai-server")
        return self


class TurnsConfig(Section):
    """When a caller's turn is over."""

    smart_turn: bool = True
    """Ask by the sound as well as by the words: about 0.1 s of CPU a pause."""


class SpeakingServerConfig(Section):
    """A server with OpenAI's ``/v1/audio/speech``."""

    url: str = Field(pattern=r"^https?://\S+$")
    model: str = Field(min_length=1)
    voice: str = Field(min_length=1)
    api_key: str = Field(default="", pattern=r"^[\x21-\x7e]*$", repr=False)
    speed: float = Field(default=1.0, ge=0.5, le=2.0)
    format: Literal["wav", "pcm"] = "wav"
    pcm_rate: int = Field(default=24_000, ge=8_000, le=48_000)
    """Hz of ``pcm``, which has no header to say so."""
    spell_out: bool = True
    """Figures and Latin letters are sent as Korean words."""


class SupertonicConfig(Section):
    """The voice of the extra ``supertonic``."""

    model_dir: Path | None = None
    """A folder with the weights; without one the package fetches them from the hub, once."""
    voice: str = Field(default="F1", min_length=1)
    speed: float = Field(default=1.05, ge=0.7, le=2.0)


class SpeakingConfig(Section):
    """Text to speech: the first voice that works speaks."""

    voices: tuple[Literal["kokoro", "pyttsx3", "openai-server", "supertonic"], ...] = Field(
        default=("kokoro", "pyttsx3"), min_length=1
    )
    threads: int = Field(default=2, ge=1)
    speed: float = Field(default=0.9, ge=0.5, le=1.5)
    kokoro_voice: Literal["female", "male"] = "female"
    deadline_s: float = Field(default=2.5, ge=0.5, le=10)
    """A sentence of up to 30 characters that takes longer is spoken by the next voice."""
    retry_s: float = Field(default=30.0, ge=1)
    """A voice that failed is left out, and asked for one word so often until it answers."""
    slow_pace: float = Field(default=0.8, ge=0.5, le=1.0)
    slow_gain_db: float = Field(default=4.0, ge=0.0, le=12.0)
    recordings: Path | None = None
    """A folder with prompts.tsv and WAV files."""
    cache_mb: int = Field(default=1024, ge=16)
    ahead: Literal["essential", "menu", "everything"] = "everything"
    """What is rendered before it is asked for: what any call may need; what the menu of keys offers; all."""
    server: SpeakingServerConfig | None = None
    supertonic: SupertonicConfig = SupertonicConfig()

    @field_validator("recordings", mode="after")
    @classmethod
    def _is_folder(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_dir():
            raise ValueError("a folder with prompts.tsv and WAV files")
        return path

    @model_validator(mode="after")
    def _names_its_server(self) -> SpeakingConfig:
        if "openai-server" in self.voices and self.server is None:
            raise ValueError("speaking.server with url, model and voice, because speaking.voices names openai-server")
        return self


class PersonConfig(Section):
    """A human agent with a SIP telephone or a PBX extension. Empty lists: they take everything."""

    name: str = Field(min_length=1, pattern=r"^\S+$")
    """Unique; the account's name where they also sit at the desk."""
    uri: str
    topics: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @field_validator("uri")
    @classmethod
    def _is_sip_address(cls, uri: str) -> str:
        return _sip_address(uri)


class WebhookConfig(Section):
    """A system of the operator's that is told of every hand-off."""

    url: str = Field(pattern=r"^https?://\S+$")
    secret: str = Field(min_length=16, repr=False)
    deadline_s: float = Field(default=4.0, ge=0.5, le=30)


class HandOffConfig(Section):
    """Where callers go who need a person."""

    ways: tuple[Literal["transfer", "sip", "desk"], ...] = Field(default=("transfer",), min_length=1)
    """With ``sip`` or ``desk`` callers wait in our own queue; ``transfer`` beside them is for when nobody is free."""
    target: str | None = None
    """A SIP URI for ``transfer``; without one the voice agent says that it cannot connect."""
    timeout_s: float = Field(default=30.0, ge=5, le=120)
    """Of a transfer."""
    brief_header: bool = False
    """Send the brief's id, reason, urgency and topic along with a transfer, as User-to-User."""
    webhook: WebhookConfig | None = None
    people: tuple[PersonConfig, ...] = ()
    """For ``sip``."""
    connect: Literal["bridge", "attended_transfer"] = "bridge"
    """How a SIP telephone that took the call comes to the caller: joined here, or left alone with them."""
    ring_s: float = Field(default=20.0, ge=5, le=120)
    wrap_up_s: float = Field(default=20.0, ge=0, le=600)
    """After a call a person with a SIP telephone is left in peace for so long."""
    rest_s: float = Field(default=120.0, ge=10, le=3600)
    """Who let it ring out twice in a row is tried again after so long."""
    pause_s: float = Field(default=20.0, ge=0, le=600)
    """Who declined or did not answer is left in peace for so long."""
    nobody_s: float = Field(default=20.0, ge=0, le=600)
    """When nobody has been there for so long, nobody is waited for."""
    after_person_lost: Literal["queue", "voice_agent"] = "queue"
    most_wait_s: float = Field(default=600.0, ge=30, le=7200)
    most_waiting: int = Field(default=50, ge=1)
    told_every_s: float = Field(default=45.0, ge=15, le=600)
    after_hours: Literal["serve", "give_up"] = "serve"
    """What becomes of those who still wait when the opening hours end."""
    waiting_music: Path | None = None
    """A WAV file; without one a soft chime is made."""
    dispositions: dict[str, str] | None = None
    """Codes and titles for wrap-ups; None: the built-in ones."""

    @field_validator("target")
    @classmethod
    def _is_sip_address(cls, target: str | None) -> str | None:
        return _sip_address(target) if target else None

    @field_validator("waiting_music")
    @classmethod
    def _is_file(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError("a WAV file")
        return path

    @model_validator(mode="after")
    def _has_people(self) -> HandOffConfig:
        if "sip" in self.ways and not self.people:
            raise ValueError("hand_off.people, because hand_off.ways names sip")
        names = [person.name for person in self.people]
        if len(set(names)) < len(names):
            raise ValueError("people with names of their own")
        return self


class LanguageModelConfig(Section):
    """An OpenAI-compatible server that helps where understanding is not confident. Off without one."""

    url: str = Field(pattern=r"^https?://\S+$")
    model: str = Field(min_length=1)
    api_key: str = Field(default="", pattern=r"^[\x21-\x7e]*$", repr=False)
    deadline_s: float = Field(default=2.0, ge=0.3, le=6)
    """To the first clause or the commands, and from each clause to the next."""
    failures: int = Field(default=3, ge=1)
    """After so many in a row it is left alone for ``retry_s``."""
    retry_s: float = Field(default=30.0, ge=1)


class ActionsConfig(Section):
    """What does what flows ask for: our own database, or the operator's system."""

    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """Without one tickets are kept in our database, and no text messages are sent."""
    secret: str = Field(default="", repr=False)
    deadline_s: float = Field(default=4.0, ge=0.5, le=6)

    @model_validator(mode="after")
    def _is_signed(self) -> ActionsConfig:
        if self.url and len(self.secret) < 16:
            raise ValueError("actions.secret of 16 characters or more, because actions.url is set")
        return self


class KnowledgeConfig(Section):
    """How residents' questions are found among what the hotline knows."""

    embeddings: bool = True
    """By meaning as well as by sound: 42 MB and some 25 ms of CPU a question."""


class StorageConfig(Section):
    """Records and recordings."""

    url: str | None = None
    """SQLAlchemy URL; SQLite in the data folder by default."""
    record_audio: bool = True

    @field_validator("url")
    @classmethod
    def _is_known_database(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME")
        return url


class LoggingConfig(Section):
    """Logs, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool | None = None
    """JSON lines; by default wherever standard error is no terminal."""


class DrainConfig(Section):
    """Stopping."""

    timeout_s: float = Field(default=60.0, ge=0)
    """Live calls get so long to end by themselves before they are told goodbye."""


def _sip_address(address: str) -> str:
    if not re.fullmatch(r"sips?:[^\s@?]+@[^\s@?]+", address):
        raise ValueError("a SIP address such as sip:2000@192.0.2.20")
    return address


def _checked(value: str, parse: Callable[[str], object], expected: str) -> str:
    try:
        parse(value)
    except ValueError:
        raise ValueError(expected) from None
    return value


def _data_dir() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "voice-agent"


def _cache_dir() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "voice-agent"


class Config(Section):
    """Everything that can be set."""

    data_dir: Path = Field(default_factory=_data_dir)
    cache_dir: Path = Field(default_factory=_cache_dir)
    dialogs: Path = Field(default_factory=default_library)
    sip: SipConfig = SipConfig()
    http: HttpConfig = HttpConfig()
    console: ConsoleConfig = ConsoleConfig()
    hearing: HearingConfig = HearingConfig()
    turns: TurnsConfig = TurnsConfig()
    speaking: SpeakingConfig = SpeakingConfig()
    hand_off: HandOffConfig = HandOffConfig()
    knowledge: KnowledgeConfig = KnowledgeConfig()
    language_model: LanguageModelConfig | None = None
    actions: ActionsConfig = ActionsConfig()
    storage: StorageConfig = StorageConfig()
    logging: LoggingConfig = LoggingConfig()
    drain: DrainConfig = DrainConfig()

    @property
    def database_url(self) -> str:
        """Where the records are."""
        return self.storage.url or f"sqlite+aiosqlite:///{self.data_dir / 'hotline.sqlite3'}"


def load_config(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Config:
    """The configuration. Raises ConfigError listing every mistake with file, line, key, expected and got."""
    config, problems = check_config(path, environment)
    if config is None:
        raise ConfigError("\n".join(str(problem) for problem in problems))
    return config


def check_config(
    path: Path | None = None, environment: Mapping[str, str] | None = None
) -> tuple[Config | None, list[Problem]]:
    """The configuration, or every mistake in it. ``path`` defaults to what ``VOICE_AGENT_CONFIG`` names."""
    env = os.environ if environment is None else environment
    named = path or (Path(env[CONFIG_FILE_VARIABLE]) if env.get(CONFIG_FILE_VARIABLE) else None)
    document = read_document(named, str(named)) if named else Document("environment")
    if document.problems:
        return None, document.problems
    data = document.data if document.data is not None else {}
    if not isinstance(data, dict):
        return None, [document.problem((), "keys with values", "something else")]
    variables = {}
    for name, value in sorted(env.items()):
        if name.startswith(PREFIX) and name != CONFIG_FILE_VARIABLE:
            path_of = name.removeprefix(PREFIX).lower().split("__")
            variables[".".join(path_of)] = name
            _set(data, path_of, value)
    config = validate(document, data, Config)
    if config is not None:
        return config, []
    return None, [_without_secrets(_from_environment(problem, variables)) for problem in document.problems]


_SECRET_KEYS = {
    "storage.url",
    "sip.registration.password",
    "hearing.server.api_key",
    "speaking.server.api_key",
    "language_model.api_key",
    "actions.secret",
    "console.oidc.client_secret",
    "console.secret",
    "hand_off.webhook.secret",
}


def _without_secrets(problem: Problem) -> Problem:
    return (
        replace(problem, got="something else (not shown: it may hold a password)")
        if problem.key in _SECRET_KEYS or problem.key.startswith("console.ice_servers")
        else problem
    )


def _from_environment(problem: Problem, variables: Mapping[str, str]) -> Problem:
    """Where the value came from a variable, the file is not to blame."""
    variable = variables.get(re.sub(r"\[\d+\]$", "", problem.key))
    if variable is None:
        return problem
    hint = f"{problem.hint}; " if problem.hint else ""
    return replace(problem, file="environment", line=0, column=0, hint=f"{hint}set by {variable}")


_LISTS = {
    *(("sip", key) for key in ("codecs", "allowed_peers", "rtp_ports", "jitter_buffer_ms")),
    ("speaking", "voices"),
    ("console", "ice_servers"),
    ("hearing", "engines"),
}


def _set(data: dict[str, Any], path: list[str], value: str) -> None:
    """Put a value from the environment in its place. A key that does not exist is left for validation to report."""
    here = data
    for part in path[:-1]:
        inner = here.get(part)
        if not isinstance(inner, dict):
            inner = here[part] = {}
        here = inner
    items = [item.strip() for item in value.split(",") if item.strip()]
    here[path[-1]] = items if tuple(path) in _LISTS else value
