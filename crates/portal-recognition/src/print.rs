//! The print of a page, however the page lies in the picture.

use portal_imaging::{Pixels, Turn};

use crate::Request;
use crate::code::Code;
use crate::detect::{self, Found};
use crate::line::{self, Line};
use crate::models::{ModelError, Models};
use crate::page::{Page, Point, Strip};
use crate::papers::Paper;

/// Lines that are read first, the longest: they tell whether the page stands on its head.
const PROBES: usize = 4;
/// Mean probability of their letters, below which the page is tried upside down, too.
const DOUBTFUL_BELOW: f32 = 0.8;
/// By so much the other way has to be surer: print that is hard to read is so both ways.
const SURER_BY: f32 = 0.1;

/// The lines of a page that was turned upright.
pub(crate) struct Print<'a> {
    pub page: Page<'a>,
    pub turn: Turn,
    pub lines: Vec<Line>,
}

/// Reads every line that may hold a field; titles, too, where they may tell which paper it is. An upright page costs
/// nothing more than that; one upside down a few lines, one on its side another look for lines.
pub(crate) fn read<'a>(
    picture: &'a Pixels,
    request: &Request,
    codes: &[Code],
    models: &Models,
) -> Result<Print<'a>, ModelError> {
    let page_at = |turn: Turn| Page::new(picture, request.corners, turn);
    let find = |page: &Page<'_>| detect::lines(page, &models.detection, &models.options);
    let mut turn = Turn::None;
    let mut page = page_at(turn);
    let mut found = find(&page)?;
    if found.is_sideways {
        turn = Turn::Quarter;
        page = page_at(turn);
        found = find(&page)?;
    }
    let mut strips = wanted(found, &page, request.paper, codes);
    let mut lines = read_strips(&page, first(&strips), models)?;
    let surety = mean_probability(&lines);
    if surety < DOUBTFUL_BELOW {
        let other_turn = turn.further_by(2);
        let other = page_at(other_turn);
        let flipped: Vec<Strip> = strips.iter().map(|strip| strip.upside_down(&page)).collect();
        let other_lines = read_strips(&other, first(&flipped), models)?;
        if mean_probability(&other_lines) > surety + SURER_BY {
            (turn, page, strips, lines) = (other_turn, other, flipped, other_lines);
        }
    }
    lines.extend(read_strips(&page, &strips[first(&strips).len()..], models)?);
    Ok(Print { page, turn, lines })
}

/// The strips that are worth reading, the longest first.
fn wanted(found: Found, page: &Page<'_>, paper: Option<Paper>, codes: &[Code]) -> Vec<Strip> {
    let mut strips = found.strips;
    strips.retain(|strip| {
        let in_a_code = codes.iter().any(|code| holds(code, page.in_picture(strip.centre)));
        !in_a_code && !paper.is_some_and(|paper| is_title(strip, page, paper))
    });
    strips.sort_by(|a, b| b.half_length.total_cmp(&a.half_length));
    strips
}

fn first(strips: &[Strip]) -> &[Strip] {
    &strips[..strips.len().min(PROBES)]
}

fn read_strips(page: &Page<'_>, strips: &[Strip], models: &Models) -> Result<Vec<Line>, ModelError> {
    let mut lines = Vec::new();
    for strip in strips {
        lines.extend(line::read(page, *strip, &models.recognition, &models.alphabet, &models.options)?);
    }
    Ok(lines)
}

/// Of every letter; 0 without one.
fn mean_probability(lines: &[Line]) -> f32 {
    let letters = || lines.iter().flat_map(|line| &line.glyphs);
    letters().map(|glyph| glyph.probability).sum::<f32>() / letters().count().max(1) as f32
}

pub(crate) fn is_title(strip: &Strip, page: &Page<'_>, paper: Paper) -> bool {
    2.0 * strip.half_height > paper.highest_line() * page.height.max(page.width)
}

fn holds(code: &Code, place: Point) -> bool {
    (0..4).all(|index| {
        let (a, b) = (code.place[index], code.place[(index + 1) % 4]);
        (b.0 - a.0) * (place.1 - a.1) - (b.1 - a.1) * (place.0 - a.0) >= 0.0
    })
}
