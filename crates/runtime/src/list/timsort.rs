//! Timsort: a stable merge sort over the runs that the data already has.
//!
//! It knows nothing of objects: the order is a fallible `less(a, b)`, and whatever happens inside it, the slice holds
//! the same elements afterwards. The algorithm is the published one: natural runs, extended by binary insertion to
//! a minimum length, are merged in pairs of similar length; a merge that keeps winning on one side turns to galloping.

use std::collections::TryReserveError;

/// Errors that can also say that there was no memory for the copy of a run.
pub trait NoMemory {
    fn no_memory(refused: TryReserveError) -> Self;
}

/// How often one side must win in a row before a merge gallops.
const MIN_GALLOP: usize = 7;

/// Sorts `a` by `less`. On an error, of `less` or for want of memory, the elements are all there, in some order.
pub fn sort<T: Copy, E: NoMemory>(
    a: &mut [T],
    less: impl FnMut(T, T) -> Result<bool, E>,
) -> Result<(), E> {
    if a.len() < 2 {
        return Ok(());
    }
    let min_run = min_run_length(a.len());
    let mut state = Merger {
        less,
        runs: Vec::new(),
        min_gallop: MIN_GALLOP,
        spare: Vec::new(),
    };
    let mut low = 0;
    while low < a.len() {
        let rest = &mut a[low..];
        let mut n = state.natural_run(rest)?;
        if n < min_run {
            let forced = min_run.min(rest.len());
            state.insert_rest(&mut rest[..forced], n)?;
            n = forced;
        }
        state.runs.push(Run { start: low, len: n });
        state.collapse(a)?;
        low += n;
    }
    state.collapse_all(a)
}

/// A run length between 32 and 64 such that `n` divided by it is a power of two or a little less.
fn min_run_length(mut n: usize) -> usize {
    let mut rounding = 0;
    while n >= 64 {
        rounding |= n & 1;
        n >>= 1;
    }
    n + rounding
}

#[derive(Clone, Copy)]
struct Run {
    start: usize,
    len: usize,
}

struct Merger<T, F> {
    less: F,
    runs: Vec<Run>,
    min_gallop: usize,
    /// The copy of the shorter run during a merge.
    spare: Vec<T>,
}

/// What is left to do when a merge's loop ends.
enum Tail {
    /// The spare elements that are left fill the gap.
    Spare,
    /// One spare element is left, and it belongs beyond all that is left of the other run.
    OneBeyond,
}

/// The state of a merge: the gap in the array and what is left of both runs.
struct Gap {
    /// Where the next element goes: upwards from here, or downwards when merging from the end.
    dest: usize,
    /// The next element of the copied run (an index into the spare), and how many are left.
    spare: usize,
    spare_left: usize,
    /// The next element of the run in place, and how many are left.
    place: usize,
    place_left: usize,
}

impl<T: Copy, E: NoMemory, F: FnMut(T, T) -> Result<bool, E>> Merger<T, F> {
    /// The length of the run at the start of `a`; a strictly descending one is turned round.
    fn natural_run(&mut self, a: &mut [T]) -> Result<usize, E> {
        if a.len() < 2 {
            return Ok(a.len());
        }
        let descending = (self.less)(a[1], a[0])?;
        let mut n = 2;
        while n < a.len() && (self.less)(a[n], a[n - 1])? == descending {
            n += 1;
        }
        if descending {
            a[..n].reverse();
        }
        Ok(n)
    }

    /// Sorts `a`, of which the first `sorted` elements are sorted, by binary insertion.
    fn insert_rest(&mut self, a: &mut [T], sorted: usize) -> Result<(), E> {
        for i in sorted..a.len() {
            let pivot = a[i];
            let (mut low, mut high) = (0, i);
            while low < high {
                let mid = low + (high - low) / 2;
                if (self.less)(pivot, a[mid])? {
                    high = mid;
                } else {
                    low = mid + 1;
                }
            }
            a.copy_within(low..i, low + 1);
            a[low] = pivot;
        }
        Ok(())
    }

    /// Merges until the run lengths fall steeply enough again.
    fn collapse(&mut self, a: &mut [T]) -> Result<(), E> {
        while self.runs.len() > 1 {
            let mut n = self.runs.len() - 2;
            let r = |i: usize| self.runs[i].len;
            let too_flat =
                (n > 0 && r(n - 1) <= r(n) + r(n + 1)) || (n > 1 && r(n - 2) <= r(n - 1) + r(n));
            if too_flat {
                if r(n - 1) < r(n + 1) {
                    n -= 1;
                }
            } else if r(n) > r(n + 1) {
                break;
            }
            self.merge_at(a, n)?;
        }
        Ok(())
    }

    fn collapse_all(&mut self, a: &mut [T]) -> Result<(), E> {
        while self.runs.len() > 1 {
            let mut n = self.runs.len() - 2;
            if n > 0 && self.runs[n - 1].len < self.runs[n + 1].len {
                n -= 1;
            }
            self.merge_at(a, n)?;
        }
        Ok(())
    }

    /// Merges the runs `i` and `i + 1`.
    fn merge_at(&mut self, a: &mut [T], i: usize) -> Result<(), E> {
        let (left, right) = (self.runs[i], self.runs[i + 1]);
        self.runs[i].len = left.len + right.len;
        self.runs.remove(i + 1);
        // What of the left run precedes all of the right one, and the reverse, is in place already.
        let skip = self.gallop_right(a[right.start], &a[left.start..right.start], 0)?;
        let left = Run {
            start: left.start + skip,
            len: left.len - skip,
        };
        if left.len == 0 {
            return Ok(());
        }
        let in_place = &a[right.start..right.start + right.len];
        let right_len = self.gallop_left(a[right.start - 1], in_place, right.len - 1)?;
        let right = Run {
            start: right.start,
            len: right_len,
        };
        if right.len == 0 {
            return Ok(());
        }
        if left.len <= right.len {
            self.merge_low(a, left, right)
        } else {
            self.merge_high(a, left, right)
        }
    }

    /// The first position in sorted `a` whose element is not less than `key`, searched for outwards from `hint`.
    fn gallop_left(&mut self, key: T, a: &[T], hint: usize) -> Result<usize, E> {
        let n = a.len();
        let (mut last, mut offset) = (0, 1);
        // On both branches: the answer lies in `low + 1 ..= high` with `low` possibly -1, kept here shifted by one.
        let (mut low, mut high);
        if (self.less)(a[hint], key)? {
            let most = n - hint;
            while offset < most && (self.less)(a[hint + offset], key)? {
                last = offset;
                offset = offset.saturating_mul(2).saturating_add(1);
            }
            low = hint + last + 1;
            high = hint + offset.min(most);
        } else {
            let most = hint + 1;
            while offset < most && !(self.less)(a[hint - offset], key)? {
                last = offset;
                offset = offset.saturating_mul(2).saturating_add(1);
            }
            low = hint + 1 - offset.min(most);
            high = hint - last;
        }
        while low < high {
            let mid = low + (high - low) / 2;
            if (self.less)(a[mid], key)? {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        Ok(high)
    }

    /// The first position in sorted `a` whose element is greater than `key`.
    fn gallop_right(&mut self, key: T, a: &[T], hint: usize) -> Result<usize, E> {
        let n = a.len();
        let (mut last, mut offset) = (0, 1);
        let (mut low, mut high);
        if (self.less)(key, a[hint])? {
            let most = hint + 1;
            while offset < most && (self.less)(key, a[hint - offset])? {
                last = offset;
                offset = offset.saturating_mul(2).saturating_add(1);
            }
            low = hint + 1 - offset.min(most);
            high = hint - last;
        } else {
            let most = n - hint;
            while offset < most && !(self.less)(key, a[hint + offset])? {
                last = offset;
                offset = offset.saturating_mul(2).saturating_add(1);
            }
            low = hint + last + 1;
            high = hint + offset.min(most);
        }
        while low < high {
            let mid = low + (high - low) / 2;
            if (self.less)(key, a[mid])? {
                high = mid;
            } else {
                low = mid + 1;
            }
        }
        Ok(high)
    }

    /// A copy of a run, in the vector that is kept for it.
    fn copy_out(&mut self, run: &[T]) -> Result<Vec<T>, E> {
        let mut spare = std::mem::take(&mut self.spare);
        spare.clear();
        spare.try_reserve_exact(run.len()).map_err(E::no_memory)?;
        spare.extend_from_slice(run);
        Ok(spare)
    }

    /// Merges upwards; the left run, not longer than the right one, is copied out.
    fn merge_low(&mut self, a: &mut [T], left: Run, right: Run) -> Result<(), E> {
        let spare = self.copy_out(&a[left.start..left.start + left.len])?;
        let mut gap = Gap {
            dest: left.start,
            spare: 0,
            spare_left: left.len,
            place: right.start,
            place_left: right.len,
        };
        let outcome = self.merge_low_loop(a, &spare, &mut gap);
        // In every case the gap is as long as what is left of the copy.
        let Gap {
            dest,
            spare: at,
            spare_left,
            place,
            place_left,
        } = gap;
        if let Ok(Tail::OneBeyond) = outcome {
            a.copy_within(place..place + place_left, dest);
            a[dest + place_left] = spare[at];
        } else {
            a[dest..dest + spare_left].copy_from_slice(&spare[at..at + spare_left]);
        }
        self.spare = spare;
        outcome.map(|_| ())
    }

    fn merge_low_loop(&mut self, a: &mut [T], spare: &[T], g: &mut Gap) -> Result<Tail, E> {
        fn from_place<T: Copy>(a: &mut [T], g: &mut Gap) -> bool {
            a[g.dest] = a[g.place];
            g.dest += 1;
            g.place += 1;
            g.place_left -= 1;
            g.place_left == 0
        }
        fn from_spare<T: Copy>(a: &mut [T], spare: &[T], g: &mut Gap) -> bool {
            a[g.dest] = spare[g.spare];
            g.dest += 1;
            g.spare += 1;
            g.spare_left -= 1;
            g.spare_left == 1
        }
        if from_place(a, g) {
            return Ok(Tail::Spare);
        }
        if g.spare_left == 1 {
            return Ok(Tail::OneBeyond);
        }
        loop {
            let (mut spare_wins, mut place_wins) = (0, 0);
            while spare_wins < self.min_gallop && place_wins < self.min_gallop {
                if (self.less)(a[g.place], spare[g.spare])? {
                    place_wins += 1;
                    spare_wins = 0;
                    if from_place(a, g) {
                        return Ok(Tail::Spare);
                    }
                } else {
                    spare_wins += 1;
                    place_wins = 0;
                    if from_spare(a, spare, g) {
                        return Ok(Tail::OneBeyond);
                    }
                }
            }
            self.min_gallop += 1;
            loop {
                self.min_gallop -= usize::from(self.min_gallop > 1);
                let left = &spare[g.spare..g.spare + g.spare_left];
                let k = self.gallop_right(a[g.place], left, 0)?;
                let spare_wins = k;
                a[g.dest..g.dest + k].copy_from_slice(&left[..k]);
                g.dest += k;
                g.spare += k;
                g.spare_left -= k;
                match g.spare_left {
                    1 if k > 0 => return Ok(Tail::OneBeyond),
                    0 => return Ok(Tail::Spare),
                    _ => {}
                }
                if from_place(a, g) {
                    return Ok(Tail::Spare);
                }
                let right = &a[g.place..g.place + g.place_left];
                let k = self.gallop_left(spare[g.spare], right, 0)?;
                let place_wins = k;
                a.copy_within(g.place..g.place + k, g.dest);
                g.dest += k;
                g.place += k;
                g.place_left -= k;
                if g.place_left == 0 {
                    return Ok(Tail::Spare);
                }
                if from_spare(a, spare, g) {
                    return Ok(Tail::OneBeyond);
                }
                if spare_wins < MIN_GALLOP && place_wins < MIN_GALLOP {
                    break;
                }
            }
            self.min_gallop += 1;
        }
    }

    /// Merges downwards; the right run, shorter than the left one, is copied out.
    fn merge_high(&mut self, a: &mut [T], left: Run, right: Run) -> Result<(), E> {
        let spare = self.copy_out(&a[right.start..right.start + right.len])?;
        // Positions are one past the next element, so that they never fall below 0.
        let mut gap = Gap {
            dest: right.start + right.len,
            spare: right.len,
            spare_left: right.len,
            place: left.start + left.len,
            place_left: left.len,
        };
        let outcome = self.merge_high_loop(a, &spare, &mut gap);
        let Gap {
            dest,
            spare_left,
            place,
            place_left,
            ..
        } = gap;
        if let Ok(Tail::OneBeyond) = outcome {
            a.copy_within(place - place_left..place, dest - place_left);
            a[dest - place_left - 1] = spare[0];
        } else {
            a[dest - spare_left..dest].copy_from_slice(&spare[..spare_left]);
        }
        self.spare = spare;
        outcome.map(|_| ())
    }

    fn merge_high_loop(&mut self, a: &mut [T], spare: &[T], g: &mut Gap) -> Result<Tail, E> {
        fn from_place<T: Copy>(a: &mut [T], g: &mut Gap) -> bool {
            g.dest -= 1;
            g.place -= 1;
            g.place_left -= 1;
            a[g.dest] = a[g.place];
            g.place_left == 0
        }
        fn from_spare<T: Copy>(a: &mut [T], spare: &[T], g: &mut Gap) -> bool {
            g.dest -= 1;
            g.spare -= 1;
            g.spare_left -= 1;
            a[g.dest] = spare[g.spare];
            g.spare_left == 1
        }
        if from_place(a, g) {
            return Ok(Tail::Spare);
        }
        if g.spare_left == 1 {
            return Ok(Tail::OneBeyond);
        }
        loop {
            let (mut place_wins, mut spare_wins) = (0, 0);
            while place_wins < self.min_gallop && spare_wins < self.min_gallop {
                if (self.less)(spare[g.spare - 1], a[g.place - 1])? {
                    place_wins += 1;
                    spare_wins = 0;
                    if from_place(a, g) {
                        return Ok(Tail::Spare);
                    }
                } else {
                    spare_wins += 1;
                    place_wins = 0;
                    if from_spare(a, spare, g) {
                        return Ok(Tail::OneBeyond);
                    }
                }
            }
            self.min_gallop += 1;
            loop {
                self.min_gallop -= usize::from(self.min_gallop > 1);
                let left = &a[g.place - g.place_left..g.place];
                let kept = self.gallop_right(spare[g.spare - 1], left, g.place_left - 1)?;
                let k = g.place_left - kept;
                let place_wins = k;
                a.copy_within(g.place - k..g.place, g.dest - k);
                g.dest -= k;
                g.place -= k;
                g.place_left -= k;
                if g.place_left == 0 {
                    return Ok(Tail::Spare);
                }
                if from_spare(a, spare, g) {
                    return Ok(Tail::OneBeyond);
                }
                let right = &spare[..g.spare_left];
                let kept = self.gallop_left(a[g.place - 1], right, g.spare_left - 1)?;
                let k = g.spare_left - kept;
                let spare_wins = k;
                a[g.dest - k..g.dest].copy_from_slice(&right[kept..]);
                g.dest -= k;
                g.spare -= k;
                g.spare_left -= k;
                match g.spare_left {
                    1 if k > 0 => return Ok(Tail::OneBeyond),
                    0 => return Ok(Tail::Spare),
                    _ => {}
                }
                if from_place(a, g) {
                    return Ok(Tail::Spare);
                }
                if place_wins < MIN_GALLOP && spare_wins < MIN_GALLOP {
                    break;
                }
            }
            self.min_gallop += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NoMemory, TryReserveError, sort};

    #[derive(Debug, PartialEq)]
    struct Failed;

    impl NoMemory for Failed {
        fn no_memory(_: TryReserveError) -> Failed {
            Failed
        }
    }

    fn random(seed: &mut u64) -> u64 {
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        *seed >> 33
    }

    #[test]
    fn sorts_stably() {
        let mut seed = 1;
        for n in [0, 1, 2, 3, 31, 64, 65, 200, 1000, 5000] {
            for distinct in [1, 2, 10, 1_000_000] {
                for shape in 0..4 {
                    let mut a: Vec<(u64, usize)> =
                        (0..n).map(|i| (random(&mut seed) % distinct, i)).collect();
                    match shape {
                        1 => a.sort_by_key(|e| e.0),
                        2 => a.sort_by_key(|e| std::cmp::Reverse(e.0)),
                        3 => a[..n / 2].sort_by_key(|e| e.0),
                        _ => {}
                    }
                    for (i, e) in a.iter_mut().enumerate() {
                        e.1 = i;
                    }
                    let mut expected = a.clone();
                    expected.sort();
                    let done: Result<(), Failed> = sort(&mut a, |x, y| Ok(x.0 < y.0));
                    assert_eq!(done, Ok(()));
                    assert_eq!(a, expected);
                }
            }
        }
    }

    #[test]
    fn keeps_the_elements_when_a_comparison_fails() {
        let mut seed = 7;
        for fail_at in 0..400 {
            let mut a: Vec<u64> = (0..300).map(|_| random(&mut seed) % 50).collect();
            a[100..200].sort();
            let mut expected = a.clone();
            expected.sort();
            let mut calls = 0;
            let _ = sort(&mut a, |x, y| {
                calls += 1;
                if calls > fail_at * 5 {
                    Err(Failed)
                } else {
                    Ok(x < y)
                }
            });
            a.sort();
            assert_eq!(a, expected);
        }
    }
}
