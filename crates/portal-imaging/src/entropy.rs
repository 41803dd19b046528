//! Walks the Huffman-coded data of a JPEG without making pixels, to prove that every block is there.
//!
//! Decoders fill what is missing with grey or with zero coefficients and report success; the only proof of a
//! whole picture is to count its blocks (ITU-T T.81 annexes F and G). One walk costs about a third of a decoding.

use crate::Rejection;
use crate::jpeg::{Component, Layout, Segment};

const DHT: u8 = 0xC4;
const SOS: u8 = 0xDA;
const DRI: u8 = 0xDD;

/// Checks all scans. Returns the bytes inside scans that no block accounts for: padding, or something hidden.
pub(crate) fn unaccounted_bytes(bytes: &[u8], layout: &Layout) -> Result<usize, Rejection> {
    let mut walk = Walk {
        layout,
        dc_tables: Default::default(),
        ac_tables: Default::default(),
        restart_interval: 0,
        nonzero: layout.frame.components.iter().map(|_| Vec::new()).collect(),
        seen: vec![false; layout.frame.components.len()],
        unaccounted: 0,
    };
    for segment in &layout.segments {
        let payload = &bytes[segment.payload.clone()];
        match segment.marker {
            DHT => walk.define_tables(payload)?,
            DRI => {
                let pair = payload.first_chunk::<2>().ok_or(Rejection::Corrupt)?;
                walk.restart_interval = u32::from(u16::from_be_bytes(*pair));
            }
            SOS => walk.scan(bytes, segment)?,
            _ => {}
        }
    }
    if walk.seen.contains(&false) {
        return Err(Rejection::Truncated);
    }
    Ok(walk.unaccounted)
}

struct Walk<'a> {
    layout: &'a Layout,
    dc_tables: [Option<Box<Table>>; 4],
    ac_tables: [Option<Box<Table>>; 4],
    /// In MCUs; 0 for none.
    restart_interval: u32,
    /// Per component and block, which coefficients are not zero: refinement scans store a bit for each.
    nonzero: Vec<Vec<u64>>,
    /// Components that had their first scan.
    seen: Vec<bool>,
    unaccounted: usize,
}

/// What a scan adds to the coefficients (T.81 B.2.3 and G.1.1).
#[derive(Clone, Copy)]
enum Pass {
    Sequential,
    DcFirst,
    DcRefine,
    AcFirst { from: u32, to: u32 },
    AcRefine { from: u32, to: u32 },
}

/// One component's part in a scan, tables resolved.
struct Part<'t> {
    dc: Option<&'t Table>,
    ac: Option<&'t Table>,
    blocks_per_mcu: u32,
}

impl Walk<'_> {
    fn define_tables(&mut self, mut payload: &[u8]) -> Result<(), Rejection> {
        while let [class_and_slot, rest @ ..] = payload {
            let (table, rest) = Table::read(rest)?;
            let tables = if class_and_slot >> 4 == 0 { &mut self.dc_tables } else { &mut self.ac_tables };
            let slot = tables.get_mut(usize::from(class_and_slot & 15)).ok_or(Rejection::Corrupt)?;
            *slot = Some(Box::new(table));
            payload = rest;
        }
        Ok(())
    }

    fn scan(&mut self, bytes: &[u8], segment: &Segment) -> Result<(), Rejection> {
        let frame = &self.layout.frame;
        let [count, rest @ ..] = &bytes[segment.payload.clone()] else { return Err(Rejection::Corrupt) };
        let selected = usize::from(*count);
        let (selectors, tail) = rest.split_at_checked(selected * 2).ok_or(Rejection::Corrupt)?;
        let [from, to, approximation, ..] = *tail else { return Err(Rejection::Corrupt) };
        let pass = Pass::of(frame.progressive, from, to, approximation)?;

        let interleaved = selected > 1;
        let mut parts = Vec::with_capacity(selected);
        let mut first_index = None;
        for selector in selectors.chunks_exact(2) {
            let index = frame.components.iter().position(|component| component.id == selector[0]);
            let index = index.ok_or(Rejection::Corrupt)?;
            first_index.get_or_insert(index);
            let component = &frame.components[index];
            self.seen[index] |= matches!(pass, Pass::Sequential | Pass::DcFirst);
            parts.push(Part {
                dc: table(&self.dc_tables, selector[1] >> 4),
                ac: table(&self.ac_tables, selector[1] & 15),
                blocks_per_mcu: if interleaved { blocks_per_mcu(component) } else { 1 },
            });
        }
        let index = first_index.ok_or(Rejection::Corrupt)?;
        let mcus = if interleaved {
            frame.width.div_ceil(8 * frame.max_horizontal()) * frame.height.div_ceil(8 * frame.max_vertical())
        } else {
            frame.blocks_across(&frame.components[index]) * frame.blocks_down(&frame.components[index])
        };

        let mut bits = Bits::new(&bytes[segment.entropy.clone()]);
        let mut end_of_band_run = 0;
        let nonzero = &mut self.nonzero[index];
        if matches!(pass, Pass::AcFirst { .. } | Pass::AcRefine { .. }) {
            if interleaved {
                return Err(Rejection::Corrupt);
            }
            nonzero.resize(mcus as usize, 0);
        }
        for mcu in 0..mcus {
            if self.restart_interval > 0 && mcu > 0 && mcu % self.restart_interval == 0 {
                bits.restart()?;
                end_of_band_run = 0;
            }
            for part in &parts {
                for _ in 0..part.blocks_per_mcu {
                    match pass {
                        Pass::Sequential => {
                            bits.skip_dc(part.dc)?;
                            bits.skip_ac(part.ac)?;
                        }
                        Pass::DcFirst => bits.skip_dc(part.dc)?,
                        Pass::DcRefine => bits.skip(1)?,
                        Pass::AcFirst { from, to } => {
                            let mask = &mut nonzero[mcu as usize];
                            bits.skip_first_band(part.ac, from, to, mask, &mut end_of_band_run)?;
                        }
                        Pass::AcRefine { from, to } => {
                            let mask = &mut nonzero[mcu as usize];
                            bits.skip_refined_band(part.ac, from, to, mask, &mut end_of_band_run)?;
                        }
                    }
                }
            }
        }
        self.unaccounted += bits.unaccounted_bytes();
        Ok(())
    }
}

fn table(tables: &[Option<Box<Table>>; 4], slot: u8) -> Option<&Table> {
    tables.get(usize::from(slot))?.as_deref()
}

fn blocks_per_mcu(component: &Component) -> u32 {
    u32::from(component.horizontal) * u32::from(component.vertical)
}

impl Pass {
    fn of(progressive: bool, from: u8, to: u8, approximation: u8) -> Result<Self, Rejection> {
        let refines = approximation >> 4 != 0;
        let (from, to) = (u32::from(from), u32::from(to));
        match (progressive, from, refines) {
            (false, _, _) => Ok(Self::Sequential),
            (true, 0, _) if to != 0 => Err(Rejection::Corrupt),
            (true, 0, false) => Ok(Self::DcFirst),
            (true, 0, true) => Ok(Self::DcRefine),
            (true, _, _) if to > 63 || from > to => Err(Rejection::Corrupt),
            (true, _, false) => Ok(Self::AcFirst { from, to }),
            (true, _, true) => Ok(Self::AcRefine { from, to }),
        }
    }
}

const FAST_BITS: u32 = 9;

/// A canonical Huffman code (T.81 annex C).
struct Table {
    /// By the next 9 bits: code length and symbol, or 0 for longer codes.
    fast: [(u8, u8); 1 << FAST_BITS],
    /// By code length: first code, number of codes, index of the first symbol.
    lengths: [(u32, u32, usize); 17],
    symbols: Vec<u8>,
}

impl Table {
    fn read(payload: &[u8]) -> Result<(Self, &[u8]), Rejection> {
        let (counts, rest) = payload.split_first_chunk::<16>().ok_or(Rejection::Corrupt)?;
        let total = counts.iter().map(|count| usize::from(*count)).sum();
        if total > 256 {
            return Err(Rejection::Corrupt);
        }
        let (symbols, rest) = rest.split_at_checked(total).ok_or(Rejection::Corrupt)?;
        let mut table = Self { fast: [(0, 0); 512], lengths: [(0, 0, 0); 17], symbols: symbols.to_vec() };
        let (mut code, mut index) = (0_u32, 0);
        for (length, count) in (1_u32..).zip(counts) {
            let count = u32::from(*count);
            if code + count > 1 << length {
                return Err(Rejection::Corrupt);
            }
            table.lengths[length as usize] = (code, count, index);
            if length <= FAST_BITS {
                let spread = 1_usize << (FAST_BITS - length);
                for offset in 0..count as usize {
                    let start = (code as usize + offset) * spread;
                    table.fast[start..start + spread].fill((length as u8, symbols[index + offset]));
                }
            }
            index += count as usize;
            code = (code + count) << 1;
        }
        Ok((table, rest))
    }
}

/// Reads entropy-coded bits; consuming more than there are is the sign of a cut.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    buffer: u64,
    count: u32,
    /// Of `count`, how many were made up after the end.
    invented: u32,
    unaccounted: usize,
}

impl<'a> Bits<'a> {
    fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, buffer: 0, count: 0, invented: 0, unaccounted: 0 }
    }

    fn refill(&mut self) {
        while self.count <= 48 {
            let byte = match self.data[self.at..] {
                [0xFF, 0x00, ..] => {
                    self.at += 2;
                    0xFF
                }
                [0xFF, 0xFF, ..] => {
                    self.at += 1;
                    continue;
                }
                [0xFF, ..] | [] => {
                    self.invented += 8;
                    0
                }
                [byte, ..] => {
                    self.at += 1;
                    byte
                }
            };
            self.buffer = (self.buffer << 8) | u64::from(byte);
            self.count += 8;
        }
    }

    /// The next 16 bits, without taking them.
    fn peek(&mut self) -> u32 {
        if self.count < 16 {
            self.refill();
        }
        ((self.buffer >> (self.count - 16)) & 0xFFFF) as u32
    }

    fn skip(&mut self, bits: u32) -> Result<(), Rejection> {
        if self.count < bits {
            self.refill();
        }
        self.count -= bits;
        if self.count < self.invented { Err(Rejection::Truncated) } else { Ok(()) }
    }

    fn take(&mut self, bits: u32) -> Result<u32, Rejection> {
        let value = self.peek() >> (16 - bits);
        self.skip(bits)?;
        Ok(value)
    }

    fn symbol(&mut self, table: Option<&Table>) -> Result<u8, Rejection> {
        let table = table.ok_or(Rejection::Corrupt)?;
        let next = self.peek();
        let (length, symbol) = table.fast[(next >> (16 - FAST_BITS)) as usize];
        if length > 0 {
            self.skip(u32::from(length))?;
            return Ok(symbol);
        }
        for length in FAST_BITS + 1..=16 {
            let (first, count, index) = table.lengths[length as usize];
            let code = next >> (16 - length);
            if code >= first && code - first < count {
                self.skip(length)?;
                return Ok(table.symbols[index + (code - first) as usize]);
            }
        }
        // Zeros made up after the end may be no code at all.
        Err(if self.invented > 0 { Rejection::Truncated } else { Rejection::Corrupt })
    }

    fn skip_dc(&mut self, table: Option<&Table>) -> Result<(), Rejection> {
        match self.symbol(table)? {
            size @ 0..=15 => self.skip(u32::from(size)),
            _ => Err(Rejection::Corrupt),
        }
    }

    fn skip_ac(&mut self, table: Option<&Table>) -> Result<(), Rejection> {
        let mut index = 1;
        while index < 64 {
            let symbol = self.symbol(table)?;
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            match (run, size) {
                (15, 0) => index += 16,
                (_, 0) => return Ok(()),
                _ => {
                    index += run + 1;
                    self.skip(size)?;
                }
            }
        }
        if index > 64 { Err(Rejection::Corrupt) } else { Ok(()) }
    }

    fn skip_first_band(
        &mut self,
        table: Option<&Table>,
        from: u32,
        to: u32,
        nonzero: &mut u64,
        end_of_band_run: &mut u32,
    ) -> Result<(), Rejection> {
        if *end_of_band_run > 0 {
            *end_of_band_run -= 1;
            return Ok(());
        }
        let mut index = from;
        while index <= to {
            let symbol = self.symbol(table)?;
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            match (run, size) {
                (15, 0) => index += 16,
                (_, 0) => {
                    *end_of_band_run = (1 << run) - 1 + self.take(run)?;
                    return Ok(());
                }
                _ => {
                    index += run;
                    if index > to {
                        return Err(Rejection::Corrupt);
                    }
                    *nonzero |= 1 << index;
                    self.skip(size)?;
                    index += 1;
                }
            }
        }
        Ok(())
    }

    fn skip_refined_band(
        &mut self,
        table: Option<&Table>,
        from: u32,
        to: u32,
        nonzero: &mut u64,
        end_of_band_run: &mut u32,
    ) -> Result<(), Rejection> {
        let mut index = from;
        while *end_of_band_run == 0 && index <= to {
            let symbol = self.symbol(table)?;
            let (mut run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            match (run, size) {
                (15, 0) => {}
                (_, 0) => {
                    *end_of_band_run = (1 << run) + self.take(run)?;
                    break;
                }
                (_, 1) => self.skip(1)?,
                _ => return Err(Rejection::Corrupt),
            }
            // Known coefficients on the way get one more bit each; the run counts the others.
            while index <= to {
                if *nonzero & (1 << index) != 0 {
                    self.skip(1)?;
                } else if run == 0 {
                    break;
                } else {
                    run -= 1;
                }
                index += 1;
            }
            if size == 1 {
                if index > to {
                    return Err(Rejection::Corrupt);
                }
                *nonzero |= 1 << index;
            }
            index += 1;
        }
        if *end_of_band_run > 0 {
            for rest in index..=to {
                if *nonzero & (1 << rest) != 0 {
                    self.skip(1)?;
                }
            }
            *end_of_band_run -= 1;
        }
        Ok(())
    }

    /// Moves behind the restart marker that must stand here.
    fn restart(&mut self) -> Result<(), Rejection> {
        self.unaccounted += self.left_in_buffer();
        (self.buffer, self.count, self.invented) = (0, 0, 0);
        while let [0xFF, 0xFF, ..] = self.data[self.at..] {
            self.at += 1;
        }
        match self.data[self.at..] {
            [0xFF, 0xD0..=0xD7, ..] => {
                self.at += 2;
                Ok(())
            }
            [] => Err(Rejection::Truncated),
            _ => Err(Rejection::Corrupt),
        }
    }

    /// Whole bytes read ahead and not used; the bits that fill the last byte do not count.
    fn left_in_buffer(&self) -> usize {
        ((self.count - self.invented) / 8) as usize
    }

    fn unaccounted_bytes(&self) -> usize {
        self.unaccounted + self.left_in_buffer() + (self.data.len() - self.at)
    }
}
