//! Lines of print in their order on the page: which stand in one row, what follows a label.

use crate::line::{Glyph, Line};
use crate::page::Strip;
use crate::papers::{Holds, Label};

/// The lines of one page.
pub(crate) struct Sheet {
    pub lines: Vec<Line>,
    boxes: Vec<Frame>,
}

/// A line's place with the page's slant taken out.
#[derive(Debug, Clone, Copy)]
struct Frame {
    left: f64,
    right: f64,
    middle: f64,
    height: f64,
}

/// What stands behind a label.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub holds: Holds,
    pub glyphs: Vec<Glyph>,
    pub strips: Vec<Strip>,
}

impl Value {
    pub fn text(&self) -> String {
        self.glyphs.iter().map(|glyph| glyph.letter).collect()
    }

    /// Probability of the least certain letter.
    pub fn confidence(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.probability).fold(1.0, f32::min)
    }
}

impl Sheet {
    /// Puts lines in order. White space is left out; two letters with a gap between them, as labels are set, become
    /// one line.
    pub fn new(mut lines: Vec<Line>) -> Self {
        for line in &mut lines {
            line.glyphs.retain(|glyph| !glyph.letter.is_whitespace());
        }
        lines.retain(|line| !line.glyphs.is_empty());
        let mut angles: Vec<f64> = lines
            .iter()
            .filter(|line| line.strip.half_length > 3.0 * line.strip.half_height)
            .map(|line| line.strip.along.1.atan2(line.strip.along.0))
            .collect();
        angles.sort_by(f64::total_cmp);
        let (sin, cos) = angles.get(angles.len() / 2).copied().unwrap_or(0.0).sin_cos();
        let frame = |line: &Line| {
            let Strip { centre: (x, y), half_length, half_height, .. } = line.strip;
            let (u, v) = (x * cos + y * sin, y * cos - x * sin);
            Frame { left: u - half_length, right: u + half_length, middle: v, height: 2.0 * half_height }
        };
        lines.sort_by(|a, b| {
            let (a, b) = (frame(a), frame(b));
            a.middle.total_cmp(&b.middle).then(a.left.total_cmp(&b.left))
        });
        let boxes = lines.iter().map(frame).collect();
        let mut sheet = Self { lines, boxes };
        sheet.join_single_letters();
        sheet
    }

    /// Whether a word stands in a row whose middle is above `limit`, with whatever around it.
    pub fn says(&self, word: &str, limit: f64) -> bool {
        self.rows().iter().filter(|row| self.boxes[row[0]].middle < limit).any(|row| {
            let glyphs: Vec<Glyph> =
                row.iter().flat_map(|index| self.lines[*index].glyphs.iter().copied()).collect();
            (0..glyphs.len()).any(|from| begins(&glyphs[from..], word))
        })
    }

    /// Lines that stand in one row, from left to right; every line is in one row.
    pub fn rows(&self) -> Vec<Vec<usize>> {
        let mut rows: Vec<Vec<usize>> = Vec::new();
        for index in 0..self.lines.len() {
            match rows.iter_mut().find(|row| self.same_row(row[0], index)) {
                Some(row) => row.push(index),
                None => rows.push(vec![index]),
            }
        }
        for row in &mut rows {
            row.sort_by(|a, b| self.boxes[*a].left.total_cmp(&self.boxes[*b].left));
        }
        rows
    }

    /// What stands behind each label, with its further lines below.
    pub fn values(&self, labels: &[Label]) -> Vec<Value> {
        let hits: Vec<(usize, &Label, usize)> = (0..self.lines.len())
            .filter_map(|index| {
                let (label, length) = hit(&self.lines[index].glyphs, labels)?;
                Some((index, label, length))
            })
            .collect();
        let is_label = |index: usize| hits.iter().any(|hit| hit.0 == index);
        let mut values = Vec::new();
        for (index, label, length) in &hits {
            let holds = label.holds;
            if holds == Holds::Other {
                continue;
            }
            let line = &self.lines[*index];
            let rest = &line.glyphs[*length..];
            let (mut value, mut last, left) = if let Some(first) = rest.first() {
                let from = (first.at - 0.5 / line.glyphs.len() as f64).max(0.0);
                let strip = line.strip.part(from, 1.0);
                let left =
                    self.boxes[*index].left + from * (self.boxes[*index].right - self.boxes[*index].left);
                (Value { holds, glyphs: rest.to_vec(), strips: vec![strip] }, *index, left)
            } else {
                let Some(beside) = self.beside(*index, is_label) else { continue };
                let line = &self.lines[beside];
                let value = Value { holds, glyphs: line.glyphs.clone(), strips: vec![line.strip] };
                (value, beside, self.boxes[beside].left)
            };
            let columns = (self.boxes[*index].left, left);
            while value.strips.len() < label.lines
                && let Some(below) = self.below(last, columns, is_label)
            {
                value.glyphs.extend_from_slice(&self.lines[below].glyphs);
                value.strips.push(self.lines[below].strip);
                last = below;
            }
            values.push(value);
        }
        values
    }

    /// The line that goes on to the right of one.
    fn beside(&self, index: usize, is_label: impl Fn(usize) -> bool) -> Option<usize> {
        let at = self.boxes[index];
        let right = (0..self.lines.len())
            .filter(|other| *other != index && self.same_row(index, *other))
            .filter(|other| self.boxes[*other].left > at.right - at.height);
        let nearest = right.min_by(|a, b| self.boxes[*a].left.total_cmp(&self.boxes[*b].left))?;
        (!is_label(nearest)).then_some(nearest)
    }

    /// The line that goes on below one of a value that begins at `left`: there is no gap between, and nothing stands
    /// before it in the column of labels that begins at `labels`.
    fn below(
        &self,
        index: usize,
        (labels, left): (f64, f64),
        is_label: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let at = self.boxes[index];
        let under = (index + 1..self.lines.len()).filter(|other| {
            let other = self.boxes[*other];
            let drop = other.middle - at.middle;
            (other.left - left).abs() < 1.2 * at.height
                && drop > 0.5 * at.height
                && drop < 1.55 * at.height.max(other.height)
        });
        let next = under.min_by(|a, b| self.boxes[*a].middle.total_cmp(&self.boxes[*b].middle))?;
        let begins_a_row = (0..self.lines.len()).any(|other| {
            let middle = (self.boxes[other].left + self.boxes[other].right) / 2.0;
            other != next && self.same_row(other, next) && (labels..left).contains(&middle)
        });
        (!is_label(next) && !begins_a_row).then_some(next)
    }

    fn same_row(&self, a: usize, b: usize) -> bool {
        let (a, b) = (self.boxes[a], self.boxes[b]);
        (a.middle - b.middle).abs() < 0.45 * a.height.min(b.height).max(0.5 * a.height.max(b.height))
    }

    fn join_single_letters(&mut self) {
        let single = |sheet: &Self, index: usize| sheet.lines[index].glyphs.len() == 1;
        let mut index = 0;
        while index < self.lines.len() {
            let next = self.beside(index, |_| false).filter(|next| {
                let gap = self.boxes[*next].left - self.boxes[index].right;
                single(self, index) && single(self, *next) && gap < 3.0 * self.boxes[index].height
            });
            if let Some(next) = next {
                let right = self.lines[next].clone();
                let line = &mut self.lines[index];
                let (from, to) = (line.strip.at(-1.0, 0.0), right.strip.at(1.0, 0.0));
                line.strip.centre = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
                line.strip.half_length = (to.0 - from.0).hypot(to.1 - from.1) / 2.0;
                line.glyphs.extend(right.glyphs);
                self.boxes[index].right = self.boxes[next].right;
                self.lines.remove(next);
                self.boxes.remove(next);
                if next < index {
                    index -= 1;
                }
            }
            index += 1;
        }
    }
}

/// Whether letters begin with a word. A letter may also be the second-best that was read, and in long words one in four
/// may be wrong.
fn begins(glyphs: &[Glyph], word: &str) -> bool {
    let reads = |glyph: &Glyph, wanted: char| {
        glyph.letter == wanted || glyph.other.is_some_and(|(other, _)| other == wanted)
    };
    let count = word.chars().count();
    let wrong = word.chars().zip(glyphs).filter(|(wanted, read)| !reads(read, *wanted)).count();
    glyphs.len() >= count && wrong <= count / 4
}

/// The label that a line begins with, the longest if there are several, and how many letters it takes.
fn hit<'a>(glyphs: &[Glyph], labels: &'a [Label]) -> Option<(&'a Label, usize)> {
    let begins = |word: &str| {
        let count = word.chars().count();
        let colon = glyphs.get(count).is_some_and(|next| matches!(next.letter, ':' | '：'));
        begins(glyphs, word).then_some(count + usize::from(colon))
    };
    let all = labels.iter().flat_map(|label| label.words.iter().map(move |word| (label, word)));
    all.filter_map(|(label, word)| Some((label, begins(word)?))).max_by_key(|(_, length)| *length)
}
