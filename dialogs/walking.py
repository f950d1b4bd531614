"""Through the steps of a flow, from one flow to the next, and out to a person or to the end of the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialogs.hours import is_open
from dialogs.model import Action, End, Flow, Hotline, KnowledgeEntry, Prompt, Step, StepAct
from dialogs.state import Awaiting, Frame, Pending, SlotValue
from dialogs.summary import summarise
from dialogs.telling import Telling
from dialogs.vocabulary import Act, EndCall, HandOff

PERSON = "person"
"""An offer that is no flow."""
_NO_FLOW: dict[str, object] = {"flow": "", "step": 0, "asking": "", "slots": {}, "results": {}, "denials": 0}
_PICKED_UP_AGAIN = ("flow", "action_failed")
"""Hand-offs at the end of a flow: what was interrupted by it can go on."""


def callback_flow(hotline: Hotline) -> str | None:
    """The flow that books a call-back, by id: that named with the opening hours, else the first that does it alone."""
    hours = hotline.opening_hours
    if hours is not None and hours.callback is not None:
        return hours.callback
    return next((flow.id for flow in hotline.flows if _books_callback(flow)), None)


def _books_callback(flow: Flow) -> bool:
    acts = [step.act for step in flow.steps if step.act is not None]
    return bool(acts) and all(act.action is Action.BOOK_CALLBACK and act.kind == "callback" for act in acts)


class Walking(Telling):
    """One turn, as far as flows are concerned."""

    # ── in and out of flows ───────────────────────────────────────────────────────────────────────────────────────

    def _enter(self, flow_id: str, slots: Mapping[str, SlotValue]) -> None:
        """Start a flow, or go on with it where it stands open already; the flow before it waits behind it."""
        state = self.state.but(asking="", before=None, candidates=(), offer="")
        self.state = state.but(pending=tuple(one for one in state.pending if one.flow != flow_id))
        if state.flow == flow_id:
            self._progress(slots={**state.slots, **slots})
            return
        opened = next((frame for frame in (*state.stack, *state.unserved) if frame.flow == flow_id), None)
        behind = tuple(frame for frame in state.stack if frame.flow != flow_id)
        if state.flow:
            behind = (*behind, state.frame)
        unserved = tuple(frame for frame in state.unserved if frame.flow != flow_id)
        self.state = self.state.but(stack=behind, unserved=unserved)
        frame = opened or Frame(flow=flow_id)
        if frame in state.unserved:
            frame = Frame(flow=flow_id, slots=frame.slots)
        self._restore(frame, {**frame.slots, **slots})

    def _restore(self, frame: Frame, slots: dict[str, SlotValue]) -> None:
        self._progress(flow=frame.flow, step=frame.step, slots=slots, results=frame.results, denials=frame.denials)

    def _carry_on(self, otherwise: Prompt | None = None) -> None:
        """After something in between: the flow that is open, else what comes next, else an open question."""
        self.state = self.state.but(before=None, candidates=(), offer="", heard="")
        if self.state.flow:
            self._advance()
        elif self.state.pending:
            self._next_pending()
        elif self.state.stack:
            *behind, frame = self.state.stack
            self.state = self.state.but(stack=tuple(behind))
            self._restore(frame, frame.slots)
            self._aside(self.wording.resuming, topic=self._flow().title)
            self._advance()
        elif otherwise is not None:
            self._open_question(otherwise)
        else:
            self.state = self.state.but(awaiting=Awaiting.ANYTHING_ELSE)
            self._say(self.wording.anything_else)
            self._ask()

    def _next_pending(self) -> None:
        first, *rest = self.state.pending
        self.state = self.state.but(pending=tuple(rest))
        if first.entry:
            entry = self.hotline.answer(first.entry)
            self._aside(self.wording.next_topic, topic=entry.title)
            self._answer(entry)
        else:
            self._aside(self.wording.next_topic, topic=self.hotline.flow(first.flow).title)
            self._enter(first.flow, first.slots)
            self._advance()

    def _wait(self, *pending: Pending) -> None:
        """Remember what else was asked for, each thing once."""
        for one in pending:
            if all((one.flow, one.entry) != (other.flow, other.entry) for other in self.state.pending):
                self.state = self.state.but(pending=(*self.state.pending, one))

    def _finish(self, flow: Flow, end: End) -> None:
        done, finished = (*self.state.done, flow.id), (*self.state.finished, self.state.frame)
        self._progress(**{**_NO_FLOW, "done": done, "finished": finished})
        if end is End.GOODBYE and not self.state.pending and not self.state.stack:
            self._end("completed")
        else:
            self._carry_on()

    # ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _answer(self, entry: KnowledgeEntry) -> None:
        """Answer a question, then go on; or say that nothing is known for certain, and offer a person."""
        inside = bool(self.state.flow)
        self.state = self.state.but(no_input=0, no_match=0, answered=(*self.state.answered, entry.id))
        if not entry.speakable(self.state.day):
            self._say(self.wording.knowledge_unverified, topic=entry.title)
            self._offer_person()
            return
        self._tell(entry.slow if self.state.slow and entry.slow else entry.answer)
        number = self.speaker.number_of(entry.redirect, self.state) if entry.redirect else None
        if entry.redirect and number:
            name = self.hotline.entry(entry.redirect).name
            self._say(self.wording.redirect, topic=name, number=number)
        known = any(flow.id == entry.flow for flow in self.hotline.flows)
        if entry.flow and known and not inside and not self.state.pending and entry.flow not in self.state.done:
            self.state = self.state.but(offer=entry.flow)
            title = self.hotline.flow(entry.flow).title
            self._ask_in_passing(Awaiting.OFFER, self.wording.offer_flow, topic=title)
        else:
            self._carry_on()

    def _offer_person(self) -> None:
        if self._open():
            self.state = self.state.but(offer=PERSON)
            self._ask_in_passing(Awaiting.OFFER, self.wording.offer_person)
        else:
            self._offer_callback()

    def _offer_callback(self, otherwise: Prompt | None = None) -> None:
        """Where nobody is there; where no call-back can be booked, the conversation goes on."""
        callback = callback_flow(self.hotline)
        if callback is None or callback in (self.state.flow, *self.state.done):
            self._carry_on(otherwise)
        else:
            self.state = self.state.but(offer=callback)
            self._ask_in_passing(Awaiting.OFFER, self.wording.offer_callback)

    def _open(self) -> bool:
        return self.state.clock is None or is_open(self.hotline.opening_hours, self.state.now)

    # ── steps ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _advance(self) -> None:
        """Go through the flow's steps until one waits for somebody or ends."""
        flow = self._flow()
        following: int | None = self.state.step
        while following is not None:
            self.state = self.state.but(step=following)
            following = self._do(flow, flow.steps[following])

    def _do(self, flow: Flow, step: Step) -> int | None:
        """Do one step: the index of the next, or None where the turn is over with it."""
        following = self.state.step + 1
        if not self._holds(step.when):
            return following
        if step.collect and step.collect not in self.state.slots:
            self.state = self.state.but(awaiting=Awaiting.SLOT, asking=step.collect)
            self._say(flow.slots[step.collect].ask)
            self._ask()
        elif step.confirm:
            self.state = self.state.but(awaiting=Awaiting.CONFIRMATION, asking="")
            self._say(self.wording.confirming)
            self._say(step.confirm.ask)
            self._ask()
        elif step.act:
            self._act(step.act)
        elif step.hand_off:
            self._person("flow", step.hand_off.say)
        elif step.end:
            self._finish(flow, step.end)
        else:
            if step.branch:
                return next((flow.step_of(case.to) for case in step.branch if self._holds(case.when)), following)
            if step.say:
                self._say(step.say)
            return following
        return None

    def _holds(self, condition: Mapping[str, Sequence[str]]) -> bool:
        return all(self._actual(name) in values for name, values in condition.items())

    def _actual(self, name: str) -> str:
        if name in self.state.results:
            return self.state.results[name]
        if name.endswith(".number"):
            return "known" if self.speaker.number_known(name.removesuffix(".number"), self.state) else "unknown"
        filled = self.state.slots.get(name)
        return filled.value if filled else ""

    def _act(self, act: StepAct) -> None:
        acted = (*self.state.acted, str(act.action))
        slots = self.state.slots
        arguments = {name: slots[slot].value for name, slot in act.with_.items() if slot in slots}
        if self._prompts:
            self.state = self.state.but(last_prompts=tuple(self._prompts))
        self.outputs.append(Act(f"act-{len(acted)}", str(act.action), act.kind or "", arguments))
        self.state = self.state.but(awaiting=Awaiting.ACTION, asking="", acted=acted)

    # ── endings ───────────────────────────────────────────────────────────────────────────────────────────────────

    def give_up(self, reason: str) -> None:
        """A person; and once persons could not be reached too often, an honest end."""
        if self.state.failed_hand_offs >= self.hotline.policies.hand_off_tries and not self.state.alarm:
            self._aside(self.wording.hand_off_unavailable)
            self._end(reason)
        else:
            self._person(reason)

    def _person(self, reason: str, say: Prompt | None = None) -> None:
        """Connect a person, or say that nobody is there now."""
        if self._open() or self.state.alarm:
            self._aside(say or self.wording.transferring)
            self._hand_off(reason)
            return
        self._aside(self.wording.outside_hours)
        self._person_missing(reason)
        self._offer_callback(self.wording.open_question_again)

    def _person_missing(self, reason: str) -> None:
        """Nobody came: what they were needed for is kept, and is not asked again."""
        tried = self.state.failed_hand_offs + 1
        self._progress(failed_hand_offs=tried, hand_off_reason="", asked=0)
        if reason == "caller_asked":
            return
        if self.state.flow:
            self._keep(self.state.frame)
        if reason not in _PICKED_UP_AGAIN:
            self._keep(*self.state.stack)
            self.state = self.state.but(stack=())

    def _keep(self, *frames: Frame) -> None:
        """Remember what could not be served; the current flow is left."""
        self.state = self.state.but(**{**_NO_FLOW, "unserved": (*self.state.unserved, *frames)})

    def _hand_off(self, reason: str) -> None:
        self.outputs.append(HandOff(reason, self.state.flow, summarise(self.hotline, self.state, reason)))
        self.state = self.state.but(awaiting=Awaiting.PERSON, hand_off_reason=reason)

    def _end(self, reason: str) -> None:
        self._notice(self.wording.goodbye)
        self.outputs.append(EndCall(reason))
        self.state = self.state.but(awaiting=Awaiting.NOTHING)
