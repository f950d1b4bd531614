"""A consultation in every stage, beside a world built from what is done: nobody may be left with nobody."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voice_agent.handoff.consultation import BEGIN, TABLE, Do, Happened, Stage


@dataclass(frozen=True, slots=True)
class World:
    """Who hears the caller, whose telephone rings, and who is on the line."""

    with_caller: frozenset[str] = frozenset({"person"})
    rings: bool = False
    on_line: frozenset[str] = frozenset({"person"})
    caller: bool = True

    def happens(self, what: Happened) -> World:
        """Before anybody acts."""
        match what:
            case Happened.ANSWERED:
                return replace(self, rings=False, on_line=self.on_line | {"third"})
            case Happened.NOT_ANSWERED:
                return replace(self, rings=False)
            case Happened.THIRD_GONE:
                return replace(self, on_line=self.on_line - {"third"}, with_caller=self.with_caller - {"third"})
            case Happened.PERSON_GONE:
                return replace(self, on_line=self.on_line - {"person"}, with_caller=self.with_caller - {"person"})
            case Happened.ENDED:
                return replace(self, caller=False)
            case _:
                return self

    def does(self, action: Do) -> World:
        """What an action changes."""
        match action:
            case Do.ASIDE:
                return replace(self, with_caller=frozenset())
            case Do.RING:
                return replace(self, rings=True)
            case Do.STOP_RINGING:
                return replace(self, rings=False)
            case Do.ADMIT_BOTH:
                return replace(self, with_caller=self.on_line)
            case Do.ADMIT_PERSON:
                return replace(self, with_caller=self.with_caller | ({"person"} & self.on_line))
            case Do.LET_THIRD_GO:
                return replace(self, on_line=self.on_line - {"third"}, with_caller=self.with_caller - {"third"})
            case Do.THIRD_GOES_ON:
                return replace(self, on_line=frozenset({"third"}), with_caller=frozenset({"third"}))
            case _:
                return self


def begun() -> World:
    world = World()
    for action in BEGIN:
        world = world.does(action)
    return world


def reached() -> list[tuple[Stage | None, Happened, World]]:
    seen: list[tuple[Stage | None, Happened, World]] = []
    to_do: list[tuple[Stage, World]] = [(Stage.RINGING, begun())]
    done = set()
    while to_do:
        stage, world = to_do.pop()
        if (stage, world) in done:
            continue
        done.add((stage, world))
        for what in Happened:
            if (row := TABLE.get((stage, what))) is None:
                continue
            after, then = row[0], world.happens(what)
            for action in row[1]:
                then = then.does(action)
            seen.append((after, what, then))
            if after is not None:
                to_do.append((after, then))
    return seen


def test_every_stage_is_reached_and_can_be_left_whatever_becomes_of_anybody() -> None:
    assert {stage for stage, _, _ in reached()} == {Stage.TALKING, Stage.TOGETHER, None}
    for stage in Stage:
        for what in (Happened.BACK, Happened.THIRD_GONE, Happened.PERSON_GONE, Happened.ENDED):
            assert TABLE[stage, what][0] is None, (stage, what)


def test_over_a_caller_who_is_there_talks_to_somebody_unless_nobody_is_left() -> None:
    for stage, what, world in reached():
        if stage is None and world.caller and world.on_line:
            assert world.with_caller == world.on_line, (what, world)
            assert len(world.on_line) == 1, "the third one and the person never both stay when it is over"


def test_no_telephone_rings_and_nobody_is_on_the_line_for_a_consultation_that_is_over() -> None:
    for stage, what, world in reached():
        assert world.rings is (stage is Stage.RINGING), (stage, what)
        if stage is None and not world.caller:
            assert "third" not in world.on_line, (what, world)


def test_the_caller_hears_nobody_before_all_are_joined() -> None:
    assert begun().with_caller == frozenset()
    assert all(world.with_caller == frozenset() for stage, _, world in reached() if stage is Stage.TALKING)
    assert all(world.with_caller == {"person", "third"} for stage, _, world in reached() if stage is Stage.TOGETHER)


def test_nobody_is_joined_to_or_left_with_a_telephone_that_still_rings() -> None:
    assert (Stage.RINGING, Happened.JOIN_ALL) not in TABLE
    assert (Stage.RINGING, Happened.HAND_OVER) not in TABLE
