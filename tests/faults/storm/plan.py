"""What happens in a storm: acts of people and faults of the world, drawn from a seed.

Everything in a plan can be printed, and any part of it be left out: what an act refers to and is
not there any more makes the act do nothing.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, replace
from typing import Any

TEAMS = ("A", "B", "C")
CHANNELS = ("general", "release")
ADMIN = "p01"
ALLOWANCE = 9


@dataclass(frozen=True)
class Shape:
    """Where a storm takes place."""

    database: str = "sqlite"  # or "postgres"
    way: str = "sockets"  # or "http"
    teams: int = 1
    people: int = 6  # in each workspace
    processes: int = 1
    reads_history: bool = True
    seconds: float = 4.0
    allowance: int = ALLOWANCE
    bug: str = ""  # that is planted


@dataclass(frozen=True)
class Act:
    """What one person does at a moment. `of` is the number of an earlier act that it is about."""

    number: int
    at: float
    verb: str
    team: str
    who: str
    to: tuple[str, ...] = ()
    points: int = 0
    channel: str = "general"
    of: int = 0

    def __str__(self) -> str:
        parts = [f"{self.at:6.2f}s  #{self.number:<4} {self.team}.{self.who} {self.verb}"]
        if self.to:
            parts.append(" ".join(self.to))
        if self.points:
            parts.append(f"+{self.points}")
        if self.of:
            parts.append(f"of #{self.of}")
        return " ".join([*parts, f"in {self.channel}"])


@dataclass(frozen=True)
class Fault:
    """What goes wrong at a moment, with whom, for how long or how often."""

    number: int
    at: float
    kind: str
    team: str = ""
    process: int = 0
    what: str = ""
    seconds: float = 0.0
    times: int = 1

    def __str__(self) -> str:
        return (
            f"{self.at:6.2f}s  !{self.number:<4} {self.kind} {self.what} team={self.team or '-'} "
            f"process={self.process} seconds={self.seconds:.2f} times={self.times}"
        )


@dataclass(frozen=True)
class Plan:
    """All of it, with the seed that it was drawn from."""

    seed: str
    shape: Shape
    acts: tuple[Act, ...]
    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        steps: list[Act | Fault] = sorted([*self.acts, *self.faults], key=lambda step: step.at)
        return "\n".join([f"seed {self.seed}: {self.shape}", *map(str, steps)])

    def with_only(self, acts: tuple[Act, ...], faults: tuple[Fault, ...]) -> Plan:
        """Return a part of this plan."""
        return replace(self, acts=acts, faults=faults)

    def as_json(self) -> str:
        """Return the plan so that `plan_from` can read it."""
        return json.dumps(asdict(self))


def plan_from(text: str) -> Plan:
    """Return a plan that was written as JSON."""
    read: dict[str, Any] = json.loads(text)
    return Plan(
        seed=read["seed"],
        shape=Shape(**read["shape"]),
        acts=tuple(Act(**one | {"to": tuple(one["to"])}) for one in read["acts"]),
        faults=tuple(Fault(**one) for one in read["faults"]),
    )


# How often people do what, of a hundred acts.
VERBS = {
    "gives": 34,
    "gives by form": 8,
    "mentions": 12,
    "gives in private": 3,
    "reacts": 14,
    "unreacts": 6,
    "reacts again": 3,
    "undoes": 6,
    "undoes the last": 3,
    "joins": 6,
    "sets the allowance": 2,
    "is erased": 1,
    "looks": 2,
}
GIFTS = ("gives", "gives by form", "gives in private", "mentions")
ABOUT = {
    "unreacts": ("reacts", "reacts again"),
    "reacts again": ("reacts",),
    "undoes": ("gives", "gives in private"),
    "joins": ("gives", "mentions"),
}
POST = "chat.postMessage"
METHODS = (
    POST,
    POST,
    POST,
    "chat.update",
    "chat.postEphemeral",
    "conversations.info",
    "users.info",
)
SLACK_KINDS = (
    "ratelimited",
    "http_500",
    "drop_before",
    "drop_after",
    "hang_before",
    "hang_after",
    "slow",
)
EVERYWHERE = {
    "kill": 5,
    "freeze": 2,
    "slack": 8,
    "down": 2,
    "again": 5,
    "late": 2,
    "jump": 2,
    "skew": 2,
}
# Leases hold between processes whose clocks are less apart than they last.
OFF_SECONDS = {True: (-3600.0, -120.0, 120.0), False: (-40.0, -20.0, 20.0, 40.0)}
ONLY_WITH = {
    "sqlite": {"full": 2},
    "postgres": {"cut": 4, "restart": 2},
    "sockets": {"refresh": 2, "drop": 2},
    "http": {"lost": 4, "twice": 4},
}


def draw(
    seed: str,
    shape: Shape,
    *,
    acts: int,
    faults: int,
    verbs: dict[str, int] = VERBS,
    kinds: dict[str, int] | None = None,
) -> Plan:
    """Return the plan of a seed; the same one each time.

    `verbs` and `kinds` say how often people do what, and what goes wrong how often.
    """
    chance = random.Random(f"{seed}:{shape.database}:{shape.way}")  # noqa: S311
    made: list[Act] = []
    moments = sorted(chance.uniform(0, shape.seconds) for _ in range(acts))
    for number, at in enumerate(moments, start=1):
        verb = chance.choices(list(verbs), list(verbs.values()))[0]
        made.append(_act(chance, shape, made, Act(number, at, verb, "", "")))
    kinds = kinds or EVERYWHERE | ONLY_WITH[shape.database] | ONLY_WITH[shape.way]
    thrown = []
    for number in range(1, faults + 1):
        kind = chance.choices(list(kinds), list(kinds.values()))[0]
        at = chance.uniform(0.1, shape.seconds)
        thrown.append(_fault(chance, shape, kind, number, at))
    return Plan(seed, shape, tuple(made), tuple(thrown))


def _act(chance: random.Random, shape: Shape, before: list[Act], act: Act) -> Act:
    """Return an act with all that its verb needs; one that is about nothing becomes a gift."""
    verb, of = act.verb, 0
    team, channel = chance.choice(TEAMS[: shape.teams]), chance.choice(CHANNELS)
    people = [f"p{number:02d}" for number in range(1, shape.people + 1)]
    who = chance.choice(people)
    if verb in ABOUT:
        earlier = [one for one in before if one.verb in ABOUT[verb] and one.team == team]
        if earlier:
            about = chance.choice(earlier[-12:])
            of, channel = about.number, about.channel
            who = who if verb == "joins" else about.who  # one's own
        else:
            verb = "gives"
    act = replace(act, verb=verb, team=team, who=who, channel=channel, of=of)
    if verb == "sets the allowance":
        points = shape.allowance + chance.choice((-2, 0, 3))
        return replace(act, who=ADMIN, points=points)
    others = [one for one in people if one != who]
    to = tuple(chance.sample(others, chance.choice((1, 1, 1, 2))))
    if verb == "reacts":
        return replace(act, to=to[:1])
    if verb in GIFTS:
        return replace(act, to=to, points=chance.choice((1, 1, 1, 2, 3)))
    return act


def _fault(  # noqa: PLR0911 - one for each kind
    chance: random.Random, shape: Shape, kind: str, number: int, at: float
) -> Fault:
    team = chance.choice(TEAMS[: shape.teams])
    process = chance.randrange(shape.processes)
    fault = Fault(number, at, kind, team, process)
    match kind:
        case "kill":
            return replace(fault, seconds=chance.choice((0.0, 0.0, 1.0)))
        case "freeze":
            return replace(fault, seconds=chance.uniform(0.2, 2.5))
        case "slack":
            method, what = chance.choice(METHODS), chance.choice(SLACK_KINDS)
            times = 1 if what.startswith("hang") else chance.randint(1, 4)
            return replace(fault, what=f"{method} {what}", times=times, seconds=1.0)
        case "again" | "twice" | "lost":
            return replace(fault, times=chance.randint(1, 5), seconds=chance.uniform(0, 1.5))
        case "late":
            return replace(fault, seconds=chance.uniform(0.5, 2.0))
        case "jump":
            return replace(fault, what=chance.choice(("minute", "hour", "slot", "slot")))
        case "skew":
            return replace(fault, seconds=chance.choice(OFF_SECONDS[shape.processes == 1]))
        case "full" | "down":
            return replace(fault, seconds=chance.uniform(0.5, 2.0))
        case "restart":
            what = chance.choice(("fast", "immediate"))
            return replace(fault, what=what, seconds=chance.choice((0.0, 0.0, 1.5)))
    return fault
