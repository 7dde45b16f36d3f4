"""Columns of 128-bit numbers against Python's own integers, narrow and not."""

import random

import numpy as np
import pytest

from zuan.circulation.store.wide import Wide


def column(numbers, narrow=False):
    low = np.array([n & 2**64 - 1 for n in numbers], np.uint64)
    return Wide(low, None if narrow else np.array([n >> 64 for n in numbers], np.uint64))


def drawn(seed, bits, size=50):
    return [random.Random(seed + k).getrandbits(bits) for k in range(size)]


@pytest.mark.parametrize(("bits", "narrow"), [(62, True), (62, False), (120, False)])
@pytest.mark.parametrize(("others", "slim"), [(62, True), (120, False)])
def test_sums_and_differences_are_those_of_integers(bits, narrow, others, slim):
    a, b = drawn(1, bits), drawn(500, others)
    left, right = column(a, narrow), column(b, slim)
    assert (left + right).integers() == [x + y for x, y in zip(a, b, strict=True)]
    assert left.excess(right).integers() == [max(x - y, 0) for x, y in zip(a, b, strict=True)]
    total = left + right
    assert (total - right).integers() == a


def test_a_sum_that_needs_high_halves_gets_them():
    assert (column([2**64 - 1], narrow=True) + column([1], narrow=True)).integers() == [2**64]


@pytest.mark.parametrize("bits", [20, 63, 110])
def test_running_sums_begin_with_zero(bits):
    numbers = drawn(3, bits)
    assert column(numbers).sums().integers() == [sum(numbers[:k]) for k in range(len(numbers) + 1)]


@pytest.mark.parametrize("narrow", [True, False])
def test_groups_places_and_pieces(narrow):
    numbers = drawn(4, 60 if narrow else 100)
    made = column(numbers, narrow)
    starts = np.array([0, 7, 20])
    assert made.largest(starts).integers() == [max(numbers[:7]), max(numbers[7:20]), max(numbers[20:])]
    assert made[3:6].put(np.array([4, 0, 2]), 6).integers() == [numbers[4], 0, numbers[5], 0, numbers[3], 0]
    assert Wide.concat([made[:5], made[5:]]).integers() == numbers
    assert made[:5].narrow is narrow


def test_it_is_narrow_where_it_can_be_and_says_so():
    assert column([1, 2]).slim().narrow and not column([1, 2**64]).slim().narrow
    assert not column([1, 2]).narrow
    assert column([0, 1, 2**64]).positive().tolist() == [False, True, True]


def test_numbers_that_may_have_wrapped_are_beyond_all_others():
    about = np.array([1.0, 2.0**127])
    assert column([1, 5]).saturated(about).integers() == [1, (1 << 127) + 5]
