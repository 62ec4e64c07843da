"""Places on a board."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.boards import rank


def test_those_who_are_equal_share_a_rank_and_the_next_is_left_out() -> None:
    rows = [
        ("UADA", "Ada", 5, 9),
        ("UBO", "Bo", 4, 20),
        ("UCY", "Cy", 4, 20),
        ("UDI", "Di", 4, 3),
    ]

    assert [(one.rank, one.user_id) for one in rank(rows)] == [
        (1, "UADA"),
        (2, "UBO"),
        (2, "UCY"),
        (4, "UDI"),
    ]


def test_points_break_a_tie_of_people_only() -> None:
    assert [one.rank for one in rank([("U1", "a", 3, 1), ("U2", "b", 2, 99)])] == [1, 2]


def test_a_later_page_goes_on_counting() -> None:
    assert [one.rank for one in rank([("U1", "a", 2, 2), ("U2", "b", 2, 2)], first_rank=11)] == [
        11,
        11,
    ]


def test_an_empty_board_has_no_places() -> None:
    assert rank([]) == ()


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=30))
def test_a_rank_is_one_more_than_the_number_of_those_who_did_better(
    results: list[tuple[int, int]],
) -> None:
    ordered = sorted(results, reverse=True)
    rows = [(f"U{place}", "name", *result) for place, result in enumerate(ordered)]

    assert [one.rank for one in rank(rows)] == [
        1 + sum(other > result for other in ordered) for result in ordered
    ]
