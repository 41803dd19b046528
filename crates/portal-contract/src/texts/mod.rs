//! The fixed words of printed matter. A language is a value of [`Words`], so that a missing text does not compile.

mod en;
mod zh;

use crate::document::Language;

/// All fixed words in one language.
pub(crate) struct Words {
    pub(crate) content_hash: &'static str,
    /// Page number and total, for the footer.
    pub(crate) page_of: fn(usize, usize) -> String,
    pub(crate) case_id: &'static str,
    pub(crate) merchant: &'static str,
    pub(crate) receipt: ReceiptWords,
    pub(crate) notice: NoticeWords,
    pub(crate) checklist: ChecklistWords,
    pub(crate) verification: VerificationWords,
    pub(crate) training: TrainingWords,
    pub(crate) activation: ActivationWords,
}

pub(crate) struct ReceiptWords {
    pub(crate) title: &'static str,
    pub(crate) banner: &'static str,
    pub(crate) receipt_number: &'static str,
    pub(crate) op_id: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) products: &'static str,
    pub(crate) saved_at: &'static str,
    pub(crate) device: &'static str,
    /// Heading of the photo table, given the count.
    pub(crate) photos: fn(usize) -> String,
    pub(crate) no_photos: &'static str,
    pub(crate) photo_number: &'static str,
    pub(crate) photo_slot: &'static str,
    pub(crate) photo_size: &'static str,
    pub(crate) photo_hash: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) statement: &'static str,
    pub(crate) qr_caption: &'static str,
    /// Between the names of several products.
    pub(crate) separator: &'static str,
}

pub(crate) struct NoticeWords {
    pub(crate) title: &'static str,
    pub(crate) number: &'static str,
    /// Salutation, given the merchant's name.
    pub(crate) salutation: fn(&str) -> String,
    /// Opening sentence, given the time and the branch.
    pub(crate) opening: fn(&str, &str) -> String,
    pub(crate) accepted_at: &'static str,
    pub(crate) branch: &'static str,
    pub(crate) address: &'static str,
    pub(crate) hours: &'static str,
    pub(crate) reviewer: &'static str,
    pub(crate) act_by: &'static str,
    /// By when to act, given the day.
    pub(crate) act_by_text: fn(&str) -> String,
    pub(crate) next_steps: &'static str,
    pub(crate) to_bring: &'static str,
    pub(crate) scope: &'static str,
    pub(crate) qr_caption: &'static str,
}

pub(crate) struct ChecklistWords {
    pub(crate) title: &'static str,
    pub(crate) products: &'static str,
    pub(crate) prepared_at: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) total: fn(usize) -> String,
}

/// Of the sheet behind a print copy.
pub(crate) struct VerificationWords {
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
    pub(crate) number: &'static str,
    pub(crate) file: &'static str,
    pub(crate) merchant: &'static str,
    pub(crate) issuer: &'static str,
    pub(crate) time: &'static str,
    /// Who signed, and when by the own clock.
    pub(crate) signed: fn(&str, &str) -> String,
    /// What the seal across the edges is for.
    pub(crate) edges: &'static str,
    pub(crate) qr_caption: &'static str,
}

pub(crate) struct TrainingWords {
    pub(crate) title: &'static str,
    /// What is certified, given trainee, merchant and day.
    pub(crate) statement: fn(&str, &str, &str) -> String,
    pub(crate) number: &'static str,
    pub(crate) trainee: &'static str,
    pub(crate) trained_on: &'static str,
    pub(crate) branch: &'static str,
    pub(crate) topics: &'static str,
    pub(crate) scope: &'static str,
    pub(crate) qr_caption: &'static str,
}

pub(crate) struct ActivationWords {
    pub(crate) title: &'static str,
    /// Opening sentence, given the time.
    pub(crate) opening: fn(&str) -> String,
    pub(crate) number: &'static str,
    pub(crate) merchant_number: &'static str,
    pub(crate) products: &'static str,
    pub(crate) settlement_account: &'static str,
    pub(crate) contract: &'static str,
    pub(crate) issuer: &'static str,
    pub(crate) terminals: &'static str,
    pub(crate) model: &'static str,
    pub(crate) serial: &'static str,
    /// What the merchant makes sure of in the first days.
    pub(crate) first_heading: &'static str,
    pub(crate) first_days: [&'static str; 3],
    pub(crate) scope: &'static str,
    pub(crate) qr_caption: &'static str,
}

/// The words of a language.
pub(crate) fn of(language: Language) -> &'static Words {
    match language {
        Language::Zh => &zh::WORDS,
        Language::En => &en::WORDS,
    }
}

/// Bytes in units of 1,000 (IEC 80000-13), whole kB below 1 MB and tenths of MB above.
pub(crate) fn size(bytes: u64) -> String {
    const KB: u64 = 1_000;
    const MB: u64 = 1_000_000;
    match bytes {
        0..KB => format!("{bytes} B"),
        // 999,500 bytes and more would round to "1000 kB".
        KB..999_500 => format!("{} kB", (bytes + KB / 2) / KB),
        _ => {
            let tenths = (bytes + MB / 20) / (MB / 10);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}
