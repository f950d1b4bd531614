"""One SIP endpoint: the baresip runtime of this process, its user agents, calls in and calls out."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable

import baresip

from telephony.clock import Beat
from telephony.errors import DialFailed, EndpointError
from telephony.ports import LOOPBACK, addresses_of
from telephony.sip.leg import SipLeg
from telephony.sip.peers import PeerGuard
from telephony.sip.settings import CODECS, SRTP_MODES, SipSettings

REFUSALS_AT_ONCE = 24
"""The stack holds this many more than we take, so that a call over the cap is refused by us and is on record."""
MOST_CALLS = 200
"""The stack has 256 audio slots a process."""

IncomingCall = Callable[[SipLeg, bool], Awaitable[None]]
"""Given the ringing leg, and whether its peer is on the allow-list."""


class SipEndpoint:
    """Use as ``async with SipEndpoint(settings, beat, on_incoming) as endpoint``; one a process."""

    def __init__(self, settings: SipSettings, beat: Beat, on_incoming: IncomingCall | None = None) -> None:
        _check(settings)
        self._settings = settings
        self._beat = beat
        self._on_incoming = on_incoming
        self._runtime = baresip.Runtime()
        self._agents: dict[str, baresip.UserAgent] = {}
        self._trunk: baresip.UserAgent | None = None
        self._guard = PeerGuard(settings.allowed_peers)
        self._calls: set[asyncio.Task[None]] = set()
        self._started = False
        self.died = asyncio.Event()
        """Set when the SIP thread has died: nothing can be done but to restart the process."""

    async def __aenter__(self) -> SipEndpoint:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Bind, create one user agent a transport, register where asked. Raises EndpointError with what to do."""
        settings = self._settings
        if self._guard.active:
            self._guard.install()
        self._runtime.on_dead = self.died.set
        try:
            await self._runtime.start(self._stack_config())
            self._started = True
            for transport in ("udp", "tcp", *(("tls",) if settings.tls_certificate else ())):
                self._agents[transport] = await self._listen(self._account(transport))
            if settings.registration is not None:
                await self._register()
        except baresip.BaresipError as error:
            await self.close()
            raise EndpointError(
                f"SIP could not start on {settings.host}:{settings.port}: {error}. "
                "Is the port taken (ss -lunp), and is the address one of this machine's?"
            ) from error

    async def dial(self, uri: str, *, timeout_s: float = 30.0, headers: dict[str, str] | None = None) -> SipLeg:
        """Call ``uri`` and wait for the answer. Raises DialFailed. Cancelled, it stops ringing (CANCEL, or BYE)."""
        dialing = asyncio.ensure_future(self._dial(uri, headers))
        try:
            leg = await asyncio.shield(dialing)
        except asyncio.CancelledError:
            await _hung_up(dialing)
            raise
        try:
            await leg.wait_answered(timeout_s)
        except asyncio.CancelledError:
            await leg.hang_up()
            raise
        return leg

    async def _dial(self, uri: str, headers: dict[str, str] | None) -> SipLeg:
        events: list[baresip.StackEvent] = []
        self._runtime.subscribe(events.append)
        try:
            call = await self._agent_for(uri).dial(uri, headers=headers)
        except (baresip.BaresipError, ValueError) as error:
            raise DialFailed(f"{error}") from error
        finally:
            self._runtime.unsubscribe(events.append)
        leg = SipLeg(call, self._beat)
        # A far end that answers or refuses at once does so before the stack's dial() has made its call: what was told
        # meanwhile is told again, or the call would look unanswered.
        for event in events:
            call._on_stack_event(event)
        return leg

    async def drain(self) -> None:
        """Refuse new calls from now on, and wait until the last one has ended."""
        await self._runtime.drain()
        if self._calls:
            await asyncio.gather(*self._calls, return_exceptions=True)

    async def close(self) -> None:
        """Stop. Calls still up are cut. Idempotent."""
        for task in tuple(self._calls):
            task.cancel()
        if self._calls:
            await asyncio.gather(*self._calls, return_exceptions=True)
        self._guard.remove()
        if not self._started:
            return
        self._started = False
        try:
            await self._runtime.close()
        except baresip.BaresipError as error:
            raise EndpointError(f"the SIP stack did not stop: {error}") from error

    # ── the parts of start ──────────

    def _stack_config(self) -> baresip.Config:
        settings = self._settings
        low, high = settings.rtp_ports
        least, most = settings.jitter_buffer_ms
        extra = (
            f"sip_listen {settings.host}:{settings.port}\n"
            f"rtp_ports {low}-{high}\n"
            f"sip_transports {'udp,tcp,tls' if settings.tls_certificate else 'udp,tcp'}\n"
            "audio_jitter_buffer_type adaptive\n"
            f"audio_jitter_buffer_ms {least}-{most}\n"
        )
        if settings.tls_certificate is not None:
            extra += f"sip_certificate {settings.tls_certificate}\n"
        return baresip.Config(
            net_interface=settings.interface or _address_to_bind(settings.host),
            max_concurrent_calls=settings.max_calls + settings.calls_out + REFUSALS_AT_ONCE,
            rtp_timeout=settings.rtp_timeout_s,
            sip_trace=self._guard.active,
            extra_config_text=extra,
        )

    def _account(self, transport: str) -> baresip.Account:
        return baresip.Account(
            user=self._settings.user,
            domain=self._settings.interface or _address_to_bind(self._settings.host) or "hotline.invalid",
            password="",
            reg_interval=0,
            transport=transport,
            audio_codecs=tuple(CODECS[name] for name in self._settings.codecs),
            extra_params=("catchall=yes", *self._media_params()),
        )

    def _media_params(self) -> tuple[str, ...]:
        # Without video_codecs=none the stack sends an unwanted re-INVITE some 100 ms after the answer.
        encryption = SRTP_MODES[self._settings.srtp]
        return ("video_codecs=none", *((f"mediaenc={encryption}",) if encryption else ()))

    async def _listen(self, account: baresip.Account) -> baresip.UserAgent:
        agent = await baresip.UserAgent.create(self._runtime, account, transfer_policy="reject")
        if self._on_incoming is not None:
            agent.on_incoming(self._ring)
        return agent

    async def _register(self) -> None:
        registration = self._settings.registration
        assert registration is not None
        self._trunk = await self._listen(
            baresip.Account(
                user=registration.user,
                domain=registration.domain,
                password=registration.password,
                auth_user=registration.auth_user,
                registrar=registration.registrar,
                reg_interval=registration.interval_s,
                transport=registration.transport,
                audio_codecs=tuple(CODECS[name] for name in self._settings.codecs),
                extra_params=self._media_params(),
            )
        )
        await self._trunk.register()

    # ── calls ──────────

    def _agent_for(self, uri: str) -> baresip.UserAgent:
        if self._trunk is not None:
            return self._trunk
        for transport in ("tls", "tcp"):
            if f"transport={transport}" in uri and transport in self._agents:
                return self._agents[transport]
        return self._agents["udp"]

    def _ring(self, call: baresip.Call) -> None:
        leg = SipLeg(call, self._beat)
        task = asyncio.get_running_loop().create_task(self._take(leg, call.call_id), name=f"call {leg.leg_id}")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _take(self, leg: SipLeg, call_id: str | None) -> None:
        assert self._on_incoming is not None
        try:
            await self._on_incoming(leg, await self._guard.allows(call_id))
        finally:
            await leg.hang_up()


async def _hung_up(dialing: asyncio.Future[SipLeg]) -> None:
    """The INVITE is on its way and cannot be called back before the stack has made its call."""
    try:
        leg = await dialing
    except DialFailed:
        return
    await leg.hang_up()


def _address_to_bind(host: str) -> str | None:
    """The address media has to be pinned to: the host itself unless it means 'all of them'.

    Interface discovery leaves loopback out, so a machine that has nothing else must have it named.
    """
    addresses = addresses_of(host)
    return addresses[0] if host == addresses[0] or addresses == [LOOPBACK] else None


def _check(settings: SipSettings) -> None:
    def wrong(key: str, expected: str, got: object) -> EndpointError:
        return EndpointError(f"sip.{key}: expected {expected}, got {got!r}")

    if settings.rtp_timeout_s < 1:
        raise wrong("rtp_timeout_s", "at least 1 (0 would leave dead calls behind for ever)", settings.rtp_timeout_s)
    if not 1 <= settings.max_calls <= MOST_CALLS:
        raise wrong("max_calls", f"1 to {MOST_CALLS}", settings.max_calls)
    if not 0 <= settings.calls_out <= MOST_CALLS - settings.max_calls:
        raise wrong("calls_out", f"at most {MOST_CALLS - settings.max_calls} beside max_calls", settings.calls_out)
    if settings.srtp not in SRTP_MODES:
        raise wrong("srtp", f"one of {', '.join(SRTP_MODES)}", settings.srtp)
    unknown = [name for name in settings.codecs if name not in CODECS]
    if unknown or not settings.codecs:
        raise wrong("codecs", f"some of {', '.join(CODECS)}", settings.codecs)
    if settings.tls_certificate is not None and not settings.tls_certificate.is_file():
        raise wrong("tls_certificate", "a PEM file with certificate and key", str(settings.tls_certificate))
    for network in settings.allowed_peers:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError:
            raise wrong("allowed_peers", "networks such as 10.1.2.0/24", network) from None
