"""One SIP call as a :class:`~telephony.leg.CallLeg`.

The stack keeps RTP time itself; this leg only reads what has arrived and keeps the transmit buffer some 80 ms ahead.
"""

from __future__ import annotations

import asyncio

import baresip

from telephony.audio import StreamResampler, frame_bytes, mono, spread
from telephony.clock import Beat
from telephony.errors import DialFailed, LegGone, TelephonyError
from telephony.leg import FRAME_MS, CloseReason, Digit, HoldState, LegClosed, LegIncident, TransferOutcome
from telephony.line import Line
from telephony.sip.transfer import outcome_of

_MOST_BYTES_A_READ = 65536
_ANSWER_S = 10.0
_WIDEBAND = 16_000
_TRANSFERRED = "Call transfered"  # the stack's spelling
_MEDIA_LOST = "rtp stream error"
_NOT_IN_TIME = 408


class _Wire:
    """The call's audio as negotiated right now, converted from and to the leg's own rate."""

    def __init__(self, info: baresip.AudioInfo, rate: int) -> None:
        self.rx_channels: int = info.rx_channels
        self.tx_channels: int = info.tx_channels
        self.tx_frame_bytes: int = frame_bytes(info.tx_sample_rate) * info.tx_channels
        self._from_wire = StreamResampler(info.rx_sample_rate, rate)
        self._to_wire = StreamResampler(rate, info.tx_sample_rate)

    def heard(self, pcm: bytes) -> bytes:
        return self._from_wire.feed(mono(pcm, self.rx_channels))

    def spoken(self, pcm: bytes) -> bytes:
        return spread(self._to_wire.feed(pcm), self.tx_channels)


class SipLeg:
    """A SIP call, either direction. Made by :class:`~telephony.sip.endpoint.SipEndpoint`."""

    def __init__(self, call: baresip.Call, beat: Beat) -> None:
        self._call = call
        self._beat = beat
        self._line = Line(8000)
        self._wire: _Wire | None = None
        self._established = asyncio.Event()
        self._ended = asyncio.Event()
        self._we_hang_up: CloseReason | None = None
        self.established_at: float | None = None
        """Event-loop time of the moment the call was up."""
        call.on(self._on_event)

    # ── CallLeg ──────────

    @property
    def leg_id(self) -> str:
        """The SIP Call-ID."""
        return str(self._call.call_id or f"sip-{self._call.handle:x}")

    @property
    def remote(self) -> str:
        """The far end's SIP URI."""
        return str(self._call.peer or "")

    @property
    def sample_rate(self) -> int:
        """8000 for G.711, 16000 for the wideband codecs; fixed once answered."""
        return self._line.sample_rate

    @property
    def pending_s(self) -> float:
        """Seconds of speech not on the wire yet."""
        return self._line.pending_s

    @property
    def ahead_s(self) -> float:
        """Seconds queued here and in the stack's transmit buffer."""
        wire = self._rewire()
        if wire is None:
            return self._line.queued_s
        try:
            buffered: int = self._call.audio.info().tx_buffered // wire.tx_frame_bytes
        except (baresip.AudioNotActive, baresip.AudioRestarted):
            return self._line.queued_s
        return self._line.queued_s + buffered * FRAME_MS / 1000

    async def answer(self) -> None:
        """200 OK; returns when the dialog is confirmed and audio is up."""
        try:
            await self._call.answer()
        except baresip.BaresipError as error:
            raise LegGone(f"the call could not be answered: {error}") from error
        await self.wait_up(_ANSWER_S)

    async def wait_up(self, timeout_s: float) -> None:
        """Until the call is established and audio flows. Raises LegGone when it ends before."""
        waiting = [asyncio.ensure_future(self._established.wait()), asyncio.ensure_future(self._ended.wait())]
        try:
            await asyncio.wait(waiting, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiter in waiting:
                waiter.cancel()
        if self._ended.is_set() or not self._established.is_set():
            await self.hang_up()
            raise LegGone("the call ended before it was established")

    async def refuse(self) -> None:
        """486 Busy Here."""
        self._we_hang_up = CloseReason.REFUSED
        try:
            await self._call.reject()
        except baresip.BaresipError:
            return  # gone already, or the stack has died: there is nobody left to refuse

    async def receive(self) -> LegIncident:
        """See :class:`telephony.leg.CallLeg`."""
        return await self._line.receive()

    def send(self, pcm: bytes) -> None:
        """Queue speech; the first of it goes to the wire at once, not with the next beat."""
        self._line.send(pcm)
        self._feed_wire()

    def flush(self) -> float:
        """Take back everything but the one packet the stack may already have encoded."""
        unsaid = self._line.flush()
        try:
            self._call.audio.flush_tx()
        except (baresip.AudioNotActive, baresip.AudioRestarted):
            self._wire = None
        return unsaid

    async def send_digits(self, keys: str) -> None:
        """RFC 4733 events. Raises LegGone where the call ends by it, TelephonyError where they cannot be sent."""
        try:
            await self._call.send_dtmf(keys)
        except baresip.StaleHandleError as error:
            raise LegGone("the call has ended") from error
        except baresip.BaresipError as error:
            raise TelephonyError(f"keys could not be sent: {error}") from error

    async def hold(self) -> None:
        """re-INVITE with sendonly."""
        await self._renegotiate(self._call.hold())

    async def resume(self) -> None:
        """re-INVITE with sendrecv."""
        await self._renegotiate(self._call.resume())

    async def transfer(self, target: str, *, timeout_s: float) -> TransferOutcome:
        """REFER and the far end's report on it."""
        if self._ended.is_set():
            return TransferOutcome.CALLER_GONE
        try:
            await self._call.transfer(target, timeout=timeout_s)
        except baresip.StaleHandleError:
            return TransferOutcome.CALLER_GONE
        except baresip.TransferFailed as failure:
            return outcome_of(failure.status, str(failure))
        except baresip.BaresipError as error:
            if self._ended.is_set():
                return TransferOutcome.CALLER_GONE
            raise TelephonyError(f"the transfer could not be sent: {error}") from error
        return TransferOutcome.ACCEPTED

    async def attended_transfer(self, consulted: SipLeg, *, timeout_s: float) -> TransferOutcome:
        """REFER with Replaces: our far end and ``consulted``'s talk without us from now on, and both legs close.

        On any outcome but ACCEPTED and CALLER_GONE both are taken off hold again and go on. Raises TelephonyError.
        """
        if self._ended.is_set():
            return TransferOutcome.CALLER_GONE
        try:
            await self._call.attended_transfer(consulted._call, timeout=timeout_s)
        except baresip.StaleHandleError:
            outcome = TransferOutcome.CALLER_GONE if self._ended.is_set() else TransferOutcome.UNREACHABLE
        except baresip.TransferFailed as failure:
            outcome = outcome_of(failure.status, str(failure))
        except baresip.BaresipError as error:
            if not self._ended.is_set():
                await self._off_hold(consulted)
                raise TelephonyError(f"the transfer could not be sent: {error}") from error
            outcome = TransferOutcome.CALLER_GONE
        else:
            return TransferOutcome.ACCEPTED
        await self._off_hold(consulted)
        return outcome

    async def _off_hold(self, consulted: SipLeg) -> None:
        for leg in (self, consulted):
            try:
                await leg.resume()
            except TelephonyError:
                continue  # gone, which its own incidents tell

    async def hang_up(self) -> None:
        """BYE, CANCEL or a refusal, as the call's state asks for."""
        if self._ended.is_set():
            return
        self._we_hang_up = self._we_hang_up or CloseReason.WE_HUNG_UP
        try:
            await self._call.hangup()
        except baresip.BaresipError:
            return  # gone already, or the stack has died and took the call with it

    # ── for outgoing calls ──────────

    async def wait_answered(self, timeout_s: float) -> None:
        """Until the far end answers. Raises DialFailed with its SIP status."""
        try:
            await self._call.wait_established(timeout_s)
            await self.wait_up(_ANSWER_S)
        except baresip.CallTimeout as timeout:
            raise DialFailed(f"not answered within {timeout_s:g} s", status=_NOT_IN_TIME) from timeout
        except baresip.CallFailed as failure:
            raise DialFailed(f"not answered: {failure.reason or failure}", status=failure.status) from failure
        except LegGone as gone:
            raise DialFailed("the far end hung up at once") from gone

    # ── the stack's side ──────────

    async def _renegotiate(self, request: object) -> None:
        try:
            await request  # type: ignore[misc]
        except baresip.StaleHandleError as error:
            raise LegGone("the call has ended") from error
        except baresip.BaresipError as error:
            raise TelephonyError(f"the far end could not be put on or off hold: {error}") from error

    def _on_event(self, event: baresip.StackEvent) -> None:
        if event.event is baresip.Event.CALL_ESTABLISHED:
            self._open_line()
        elif event.event is baresip.Event.CALL_DTMF_START and event.text:
            # At the press, not at the release: a key held down must stop our speech at once.
            self._line.tell(Digit(event.text))
        elif event.event is baresip.Event.CALL_HOLD:
            self._line.tell(HoldState.HELD)
        elif event.event is baresip.Event.CALL_RESUME:
            self._line.tell(HoldState.RESUMED)
        elif event.event is baresip.Event.CALL_CLOSED:
            self._close(event.text or "")

    def _open_line(self) -> None:
        info = self._probe()
        rate = min(info.rx_sample_rate, _WIDEBAND) if info is not None and info.rx_sample_rate else 8000
        self._line = Line(rate)
        self.established_at = self._beat.now()
        self._beat.join(self._tick)
        self._established.set()

    def _probe(self) -> baresip.AudioInfo | None:
        try:
            info = self._call.audio.info()
        except (baresip.AudioNotActive, baresip.AudioRestarted):
            return None
        return info if info.rx_ready and info.tx_ready else None

    def _rewire(self) -> _Wire | None:
        if self._wire is None:
            info = self._probe()
            if info is not None:
                self._wire = _Wire(info, self._line.sample_rate)
        return self._wire

    def _tick(self) -> None:
        wire = self._rewire()
        if wire is not None:
            try:
                pcm = self._call.audio.read(_MOST_BYTES_A_READ)
            except (baresip.AudioNotActive, baresip.AudioRestarted):
                self._wire = None
            else:
                if pcm:
                    self._line.hear(wire.heard(pcm))
        if self._line.pending_s:
            self._feed_wire()
        self._line.tick()

    def _feed_wire(self) -> None:
        wire = self._rewire()
        if wire is None:
            return
        try:
            buffered = self._call.audio.info().tx_buffered // wire.tx_frame_bytes
            speech = self._line.due(buffered)
            if speech:
                self._call.audio.write(wire.spoken(speech))
        except (baresip.AudioNotActive, baresip.AudioRestarted):
            self._wire = None

    def _close(self, detail: str) -> None:
        self._beat.leave(self._tick)
        self._line.tell(LegClosed(self._reason(detail), detail))
        self._ended.set()

    def _reason(self, detail: str) -> CloseReason:
        if detail == _TRANSFERRED:
            return CloseReason.TRANSFERRED
        if self._we_hang_up is not None:
            return self._we_hang_up
        if _MEDIA_LOST in detail:
            return CloseReason.MEDIA_LOST
        if not self._established.is_set():
            return CloseReason.CANCELLED
        return CloseReason.CALLER_HUNG_UP
