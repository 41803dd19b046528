//! What the fuzzer makes inputs of: bytes of its own, or good ones that it spoils. A good picture or contract is found by
//! no chance, and what lies behind the first checks would never be reached without one.

use libfuzzer_sys::arbitrary::{self, Arbitrary};

/// An input for a reader of bytes.
#[derive(Debug, Arbitrary)]
pub enum Input<'a> {
    Raw(&'a [u8]),
    Spoiled { good: u8, patches: Vec<Patch<'a>> },
}

/// One place at which good bytes are changed.
#[derive(Debug, Arbitrary)]
pub struct Patch<'a> {
    /// From the start, or from the end: both ends of a file have more to say than its middle.
    at: u32,
    from_end: bool,
    /// So many bytes are taken out.
    out: u16,
    in_place: &'a [u8],
}

impl Input<'_> {
    /// The bytes, made of one of the good ones where it isn't the fuzzer's own.
    pub fn bytes(&self, good: &[Vec<u8>]) -> Vec<u8> {
        match self {
            Self::Raw(bytes) => bytes.to_vec(),
            Self::Spoiled { good: number, patches } => {
                let mut bytes = good[usize::from(*number) % good.len()].clone();
                for patch in patches {
                    patch.apply(&mut bytes);
                }
                bytes
            }
        }
    }
}

impl Patch<'_> {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let at = self.at as usize % (bytes.len() + 1);
        let at = if self.from_end { bytes.len() - at } else { at };
        let end = (at + usize::from(self.out)).min(bytes.len());
        bytes.splice(at..end, self.in_place.iter().copied());
    }
}
