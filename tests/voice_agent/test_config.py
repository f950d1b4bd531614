"""The configuration: what is read, what overrides what, and how a mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_agent.config import Config, check_config, load_config
from voice_agent.errors import ConfigError

GOOD = """\
data_dir: /srv/hotline
sip:
  port: 5070
  codecs: [pcma, opus]
  registration: {user: "120", domain: pbx.example}
hand_off:
  target: sip:desk@192.0.2.9
storage:
  record_audio: false
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "voice-agent.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def told(folder: Path, text: str, environment: dict[str, str] | None = None) -> list[str]:
    """The mistakes, each without the folder it stands in."""
    config, problems = check_config(write(folder, text), environment or {})
    assert config is None
    return [str(problem).removeprefix(f"{folder}/") for problem in problems]


def test_without_a_file_everything_has_a_sound_default() -> None:
    config = load_config(environment={})
    assert config.sip.port == 5060
    assert config.http.host == "127.0.0.1"
    assert config.dialogs.is_dir()
    assert config.database_url.endswith("voice-agent/hotline.sqlite3")
    assert config.sip.settings().max_calls == config.sip.max_calls


def test_a_file_is_read_and_the_environment_overrides_it(tmp_path: Path) -> None:
    environment = {"VOICE_AGENT_SIP__PORT": "5080", "VOICE_AGENT_STORAGE__RECORD_AUDIO": "true", "HOME": "/root"}
    config = load_config(write(tmp_path, GOOD), environment)
    assert (config.sip.port, config.sip.codecs) == (5080, ("pcma", "opus"))
    assert config.hand_off.target == "sip:desk@192.0.2.9"
    assert config.storage.record_audio is True
    assert config.database_url == "sqlite+aiosqlite:////srv/hotline/hotline.sqlite3"
    settings = config.sip.settings()
    assert settings.registration is not None
    assert (settings.registration.user, settings.registration.domain) == ("120", "pbx.example")


def test_the_environment_can_name_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert load_config(environment={"VOICE_AGENT_CONFIG": str(path)}).sip.port == 5070
    assert load_config(environment={"VOICE_AGENT_CONFIG": ""}).sip.port == 5060


def test_lists_from_the_environment_are_separated_by_commas() -> None:
    config = load_config(
        environment={
            "VOICE_AGENT_SIP__ALLOWED_PEERS": "192.0.2.0/24, 2001:db8::/32",
            "VOICE_AGENT_SIP__CODECS": "pcmu",
            "VOICE_AGENT_SIP__RTP_PORTS": "20000,21000",
            "VOICE_AGENT_SPEAKING__VOICES": "pyttsx3",
            "VOICE_AGENT_HEARING__ENGINES": "openai-whisper, faster-whisper",
        }
    )
    assert config.sip.allowed_peers == ("192.0.2.0/24", "2001:db8::/32")
    assert (config.sip.codecs, config.sip.rtp_ports) == (("pcmu",), (20000, 21000))
    assert config.speaking.voices == ("pyttsx3",)
    assert config.hearing.engines == ("openai-whisper", "faster-whisper")


def test_an_empty_list_in_the_environment_is_an_empty_list() -> None:
    assert load_config(environment={"VOICE_AGENT_SIP__ALLOWED_PEERS": ""}).sip.allowed_peers == ()


def test_an_account_can_come_from_the_environment_alone() -> None:
    account = {"USER": "120", "DOMAIN": "pbx.example", "PASSWORD": "s,e,c"}
    environment = {f"VOICE_AGENT_SIP__REGISTRATION__{key}": value for key, value in account.items()}
    registration = load_config(environment=environment).sip.registration
    assert registration is not None
    assert (registration.user, registration.password) == ("120", "s,e,c")


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("sip:\n  prot: 5070\n", ":2:3: sip.prot: expected a known key, got 'prot' (did you mean port?)"),
        ("spi: {}\n", "voice-agent.yaml:1:1: spi: expected a known key, got 'spi' (did you mean sip?)"),
        ("sip:\n  port: many\n", "voice-agent.yaml:2:3: sip.port: expected a whole number, got 'many'"),
        ("sip: 5070\n", "voice-agent.yaml:1:1: sip: expected keys with values, got 5070"),
        ("sip: {codecs: pcmu}\n", "voice-agent.yaml:1:7: sip.codecs: expected a list, got 'pcmu'"),
        ("hand_off: {target: 7}\n", "voice-agent.yaml:1:12: hand_off.target: expected text, got 7"),
        (
            "sip: {srtp: requird}\n",
            "voice-agent.yaml:1:7: sip.srtp: expected one of 'off', 'optional', 'required' or 'dtls', got 'requird' "
            "(did you mean required?)",
        ),
        (
            "sip: {registration: {user: a}}\n",
            "voice-agent.yaml:1:7: sip.registration.domain: expected the key 'domain', got nothing "
            "(this key must be there)",
        ),
        ("storage: {record_audio: sometimes}\n", "storage.record_audio: expected true or false, got 'sometimes'"),
        ("speaking: {voices: []}\n", "speaking.voices: expected at least one item, got a list of 0"),
        (
            "speaking: {voices: [kokoro, siri]}\n",
            ".voices[1]: expected one of 'kokoro', 'pyttsx3', 'openai-server' or 'supertonic', got 'siri'",
        ),
        ("hearing: {engines: []}\n", "hearing.engines: expected at least one item, got a list of 0"),
        ("hearing: {engine: faster-whisper}\n", "hearing.engine: expected a known key, got 'engine'"),
        (
            "hearing: {engines: [openai-server]}\n",
            "hearing: expected hearing.server with url and model, because hearing.engines names openai-server",
        ),
        (
            "hearing: {server: {url: 192.0.2.30, model: m}}\n",
            "hearing.server.url: expected an address that begins with http:// or https://, got '192.0.2.30'",
        ),
        ("hearing: {server: {url: 'http://192.0.2.30'}}\n", "hearing.server.model: expected the key 'model'"),
        ("sip: {port: 0}\n", "sip.port: expected "),
        ("sip: {rtp_ports: [1]}\n", "sip.rtp_ports"),
        ("- sip\n", "voice-agent.yaml:1:1: expected keys with values, got something else"),
        ("sip: {port: 5070\n", "expected valid YAML"),
        ("sip: {}\nsip: {}\n", "voice-agent.yaml:2:1: sip: expected each key once, got the same key again"),
    ],
)
def test_a_mistake_is_told_with_place_key_expected_and_got(tmp_path: Path, text: str, mistake: str) -> None:
    [problem] = told(tmp_path, text)
    assert mistake in problem


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    problems = told(tmp_path, "sip:\n  port: many\n  prot: 1\nhttp:\n  port: 0\nhearing: {beam: 99}\n")
    assert [problem.split(": ")[1] for problem in problems] == ["sip.port", "sip.prot", "http.port", "hearing.beam"]
    with pytest.raises(ConfigError, match=r"(?s)sip\.port.*hearing\.beam"):
        load_config(tmp_path / "voice-agent.yaml", {})


def test_a_missing_file_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: expected a readable file, got No such file"):
        load_config(tmp_path / "none.yaml", {})


def test_a_mistake_in_the_environment_is_told_as_such() -> None:
    _, [problem] = check_config(environment={"VOICE_AGENT_SIP__PORT": "many", "VOICE_AGENT_CONFIG": ""})
    assert str(problem) == "environment: sip.port: expected a whole number, got 'many' (set by VOICE_AGENT_SIP__PORT)"
    _, [problem] = check_config(environment={"VOICE_AGENT_SIP__PROT": "1"})
    assert "did you mean port?" in str(problem)


def test_a_mistake_in_the_environment_is_not_laid_at_the_file_s_door(tmp_path: Path) -> None:
    [problem] = told(tmp_path, GOOD, {"VOICE_AGENT_SIP__PORT": "many"})
    assert "VOICE_AGENT_SIP__PORT" in problem or problem.startswith("environment")


def test_the_key_of_the_recognition_server_is_never_shown(tmp_path: Path) -> None:
    server = {"URL": "http://192.0.2.30:8000", "MODEL": "whisper-ko", "API_KEY": "sk-secret"}
    environment = {f"VOICE_AGENT_HEARING__SERVER__{key}": value for key, value in server.items()}
    config = load_config(environment=environment)
    assert config.hearing.server is not None and config.hearing.server.api_key == "sk-secret"
    assert "sk-secret" not in repr(config)
    [problem] = told(tmp_path, "hearing: {server: {url: 'http://h', model: m, api_key: 'sk secret'}}\n")
    assert "hearing.server.api_key" in problem and "sk secret" not in problem


def test_the_key_of_a_voice_server_is_visible_ascii(tmp_path: Path) -> None:
    server = "speaking: {server: {url: 'http://h', model: m, voice: v, api_key: '열쇠 1'}}\n"
    [problem] = told(tmp_path, server)
    assert "speaking.server.api_key: expected visible ASCII characters" in problem and "열쇠" not in problem


def test_a_configuration_never_changes() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Config().sip.port = 1  # type: ignore[misc]


def test_a_voice_on_a_server_needs_its_server_and_its_key_is_never_shown(tmp_path: Path) -> None:
    [problem] = told(tmp_path, "speaking: {voices: [openai-server, pyttsx3]}\n")
    assert "speaking.server with url, model and voice" in problem
    server = "speaking: {voices: [openai-server], server: {url: 'http://127.0.0.1:8880', model: m, voice: v}}\n"
    config = load_config(write(tmp_path, server), {"VOICE_AGENT_SPEAKING__SERVER__API_KEY": "sk-secret"})
    assert config.speaking.server is not None and config.speaking.server.api_key == "sk-secret"
    assert "sk-secret" not in repr(config)


def test_a_folder_of_recordings_must_be_there(tmp_path: Path) -> None:
    [problem] = told(tmp_path, "speaking: {recordings: /nowhere}\n")
    assert "a folder with prompts.tsv and WAV files" in problem


def test_turn_servers_have_credentials_which_are_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    turn = "{url: 'turn:turn.example.org:3478', username: hotline, credential: not-for-eyes}"
    file.write_text(f"console:\n  ice_servers: ['stun:stun.example.org', {turn}]\n")
    stun, relay = load_config(file, {}).console.ice()
    assert (stun.url, stun.username, relay.username, relay.credential) == (
        "stun:stun.example.org", "", "hotline", "not-for-eyes",
    )  # fmt: skip
    assert "not-for-eyes" not in repr(load_config(file, {}))
    file.write_text(f"console:\n  ice_servers: [{turn.replace('username: hotline, ', '')}]\n")
    with pytest.raises(ConfigError, match=r"ice_servers") as told:
        load_config(file, {})
    assert "not-for-eyes" not in str(told.value)
    assert load_config(None, {"VOICE_AGENT_CONSOLE__ICE_SERVERS": "stun:a.example"}).console.ice()[0].url


def test_the_console_s_secret_is_long_and_never_shown() -> None:
    with pytest.raises(ConfigError, match=r"console\.secret") as told:
        load_config(None, {"VOICE_AGENT_CONSOLE__SECRET": "sesame"})
    assert "sesame" not in str(told.value) and "16 characters or more" in str(told.value)
    assert "long enough to be one" not in repr(
        load_config(None, {"VOICE_AGENT_CONSOLE__SECRET": "long enough to be one"})
    )
