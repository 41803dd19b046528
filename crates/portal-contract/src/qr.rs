//! QR symbols as squares.

use qrcode::{Color, EcLevel, QrCode};

use crate::error::RenderError;

/// Blank modules that ISO/IEC 18004 asks for on every side.
pub(crate) const QUIET_ZONE_MODULES: usize = 4;

/// A QR symbol: rows of dark modules.
#[derive(Debug, Clone)]
pub(crate) struct Symbol {
    modules: Vec<bool>,
    width: usize,
}

impl Symbol {
    /// Encodes at error level M: a fold or a stain over 15 % of the symbol is survived.
    pub(crate) fn encode(payload: &str) -> Result<Self, RenderError> {
        let code = QrCode::with_error_correction_level(payload, EcLevel::M)
            .map_err(|_| RenderError::QrTooLong { length_bytes: payload.len() })?;
        let width = code.width();
        let modules = code.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        Ok(Self { modules, width })
    }

    /// Modules per side, quiet zone included.
    pub(crate) fn side_modules(&self) -> usize {
        self.width + 2 * QUIET_ZONE_MODULES
    }

    /// Horizontal runs of dark modules as (column, row, length), counted inside the quiet zone.
    pub(crate) fn dark_runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs: Vec<(usize, usize, usize)> = Vec::new();
        for (index, _) in self.modules.iter().enumerate().filter(|(_, dark)| **dark) {
            let (column, row) = (index % self.width, index / self.width);
            match runs.last_mut() {
                Some((start, at, length)) if *at == row && *start + *length == column => *length += 1,
                _ => runs.push((column, row, 1)),
            }
        }
        runs
    }
}
