"""What people made up, for every message: the shortest, the longest, the most hostile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.kudos import Audience, Kudos, KudosGiven, Receipt, Source
from bot.domain.workspaces import REASON_MAX_LENGTH, RECEIVERS_MAX

NOW = datetime(2026, 11, 25, 14, 5, tzinfo=UTC)
RENEWS = datetime(2026, 11, 30, tzinfo=UTC)
LINK = "https://acme.slack.com/archives/C0GENERAL/p1764079500000100"
GIVER = "UBO"
NASTY = "☠"  # marks what hostile people typed, wherever it ends up


@dataclass(frozen=True)
class Data:
    """What people made up."""

    name: str
    reason: str
    value: str | None
    emoji: str
    count: int  # of those whom one kudos thanks
    points: int
    crowd: int = 1  # of everything else there can be several of, and of whoever joins in

    @property
    def receiver_ids(self) -> tuple[str, ...]:
        return self.people_ids[: self.count]

    @property
    def people_ids(self) -> tuple[str, ...]:
        return tuple(f"U{n:010}" for n in range(max(self.count, self.crowd)))

    @property
    def values(self) -> tuple[str, ...]:
        return (self.value or "ა", *(f"{n}{self.value or 'ა'}" for n in range(self.crowd - 1)))

    @property
    def names(self) -> dict[str, str]:
        return dict.fromkeys((GIVER, *self.people_ids), self.name)

    def kudos(
        self,
        audience: Audience = Audience.PUBLIC,
        source: Source = Source.COMMAND,
        channel_id: str = "C0GENERAL",
    ) -> Kudos:
        by_reaction = source is Source.REACTION
        return Kudos(
            kudos_id="01JDGKQ2V6M8",
            team_id="T1",
            giver_id=GIVER,
            receipts=tuple(Receipt(user_id, self.points) for user_id in self.receiver_ids),
            reason="" if by_reaction else self.reason,
            value=None if by_reaction else self.value,
            source=source,
            audience=audience,
            channel_id=channel_id,
            message_ts="1764079500.000100",
            emoji=self.emoji if by_reaction else None,
            created_at=NOW,
            reversed_at=None,
        )

    def given(
        self, audience: Audience = Audience.PUBLIC, source: Source = Source.COMMAND
    ) -> KudosGiven:
        return KudosGiven(
            self.kudos(audience, source),
            allowance_left=self.points,
            renews_at=RENEWS,
            undo_until=NOW + timedelta(minutes=10),
        )


# Georgian, so that a Latin letter is never people's. The hostile ones are for other tests.
SHORT = Data("ნ", "მადლობა", None, "trophy", count=1, points=1)
LONG = Data(
    "კონსტანტინე" * 7 + "ნინო"[:3],
    ("გამოშვებისთვის " * 200)[:REASON_MAX_LENGTH],
    "გუნდურობა" * 11,
    "man-woman-girl-boy",
    count=RECEIVERS_MAX,
    points=10**15,
    crowd=300,
)
_ATTACK = (
    f"{NASTY}<!channel><@U1><@W1|x><http://x|y><mailto:a@b|c><#C666|d><#G666|><!subteam^S1|@e>"
    "<!date^0^{date}^http://x|z>&lt;!here&gt;`*_~:boom:\u202eevil\u2066\x00\ud800>\n&"
)
HOSTILE = Data(
    f"{NASTY}<!here>&<@U1>\u202e`*_",
    (_ATTACK * 20)[:REASON_MAX_LENGTH],
    f"{NASTY}<!here>&",
    f"{NASTY}<!here>:",
    count=RECEIVERS_MAX,
    points=1,
    crowd=RECEIVERS_MAX,
)
# Letters that run from right to left, that are wide, that are made of several, that are none.
SCRIPTS = Data(
    "عبد الرحمن 李小龍 นที 👩🏽‍💻🏳️‍🌈 é" + "👩🏽‍💻" * 12,
    ("شكرًا على الإصدار。感謝你的幫助 🎉👨‍👩‍👧‍👦 ขอบคุณ " * 70)[:REASON_MAX_LENGTH],
    "團隊合作عمل🤝" * 5,
    "ありがとう",
    count=3,
    points=7,
    crowd=40,
)
ALL_DATA = {"short": SHORT, "long": LONG, "hostile": HOSTILE, "scripts": SCRIPTS}


def taken_back(of: Kudos) -> Kudos:
    return replace(of, reversed_at=NOW)
