//! What is photographed: drawn papers, and a shop front.

mod card;
mod certificate;
mod storefront;
mod type_plate;

use portal_domain::dossier::{Dossier, MerchantKind, Slot};
use portal_domain::identifier::testing as number;
use portal_domain::testing;

use crate::canvas::Canvas;
use crate::draw::Draw;

/// A kind of picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paper {
    /// Business licence, the layout since 2019: wide, two columns.
    LicenceLandscape,
    /// Business licence, the tall duplicate.
    LicencePortrait,
    IdFront,
    IdBack,
    BankCard,
    AccountPermit,
    OrganisationCertificate,
    TaxRegistration,
    /// No paper at all, so without corners.
    Storefront,
    /// A terminal's label with its serial number in print and in bars.
    TypePlate,
}

/// A rectangle, in units of the page's design or in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Area {
    pub(crate) fn times(self, factor: f32) -> Self {
        let Self { x, y, width, height } = self;
        Self { x: x * factor, y: y * factor, width: width * factor, height: height * factor }
    }
}

/// Something to be read on a paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// As the dossier's pointer ends: `number`, `name`, …
    pub key: &'static str,
    pub value: String,
    /// On the flat page, as shares of its width and height.
    pub place: Area,
}

impl Paper {
    /// Those that a case has a slot for.
    pub const ALL: [Self; 9] = [
        Self::LicenceLandscape,
        Self::LicencePortrait,
        Self::IdFront,
        Self::IdBack,
        Self::BankCard,
        Self::AccountPermit,
        Self::Storefront,
        Self::OrganisationCertificate,
        Self::TaxRegistration,
    ];

    /// The photo slot it belongs in.
    pub fn slot(self) -> Slot {
        match self {
            Self::LicenceLandscape | Self::LicencePortrait => Slot::BusinessLicence,
            Self::IdFront => Slot::LegalIdPortrait,
            Self::IdBack => Slot::LegalIdEmblem,
            Self::BankCard => Slot::BankCardFront,
            Self::AccountPermit => Slot::AccountPermit,
            Self::OrganisationCertificate => Slot::OrganisationCodeCertificate,
            Self::TaxRegistration => Slot::TaxRegistration,
            Self::Storefront => Slot::Storefront,
            Self::TypePlate => Slot::Other,
        }
    }

    /// Width and height of the page, in units of its design.
    pub(crate) fn size(self) -> (f32, f32) {
        match self {
            Self::LicenceLandscape
            | Self::AccountPermit
            | Self::OrganisationCertificate
            | Self::TaxRegistration => (1400.0, 990.0),
            Self::LicencePortrait => (990.0, 1400.0),
            Self::IdFront | Self::IdBack | Self::BankCard => (1010.0, 637.0),
            Self::Storefront => (1600.0, 1200.0),
            Self::TypePlate => (1000.0, 620.0),
        }
    }

    /// Radius of the page's corners, in units of its design.
    pub(crate) fn corner_radius(self) -> f32 {
        match self {
            Self::IdFront | Self::IdBack | Self::BankCard => 36.0,
            Self::LicenceLandscape
            | Self::LicencePortrait
            | Self::AccountPermit
            | Self::OrganisationCertificate
            | Self::TaxRegistration
            | Self::Storefront
            | Self::TypePlate => 0.0,
        }
    }
}

/// A page with what can be read on it.
pub(crate) struct Page {
    pub canvas: Canvas,
    pub fields: Vec<Field>,
    /// What its QR code says.
    pub qr: Option<String>,
}

impl Page {
    /// Draws the paper of this seed with `scale` pixels per unit.
    pub fn draw(paper: Paper, owner: Owner, scale: f32) -> Self {
        let mut draw = Draw::of(owner.seed, 1);
        let mut page = match paper {
            Paper::LicenceLandscape => certificate::licence_landscape(owner, scale, &mut draw),
            Paper::LicencePortrait => certificate::licence_portrait(owner, scale, &mut draw),
            Paper::AccountPermit => certificate::account_permit(owner, scale, &mut draw),
            Paper::OrganisationCertificate => certificate::organisation(owner, scale, &mut draw),
            Paper::TaxRegistration => certificate::tax_registration(owner, scale, &mut draw),
            Paper::IdFront => card::id_front(owner, scale, &mut draw),
            Paper::IdBack => card::id_back(owner, scale, &mut draw),
            Paper::BankCard => card::bank_card(owner, scale, &mut draw),
            Paper::Storefront => storefront::storefront(owner, scale, &mut draw),
            Paper::TypePlate => type_plate::type_plate(owner, scale, &mut draw),
        };
        let (width, height) = paper.size();
        for Field { place, .. } in &mut page.fields {
            *place = Area {
                x: place.x / width,
                y: place.y / height,
                width: place.width / width,
                height: place.height / height,
            };
        }
        page
    }
}

/// The invented merchant whose papers these are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner {
    pub seed: u64,
    pub kind: MerchantKind,
}

impl Owner {
    fn merchant(self) -> Dossier {
        testing::dossier(self.seed, self.kind)
    }

    fn licence_number(self) -> String {
        match self.kind {
            MerchantKind::SoleProprietor => number::individual_uscc(self.seed),
            _ => number::uscc(self.seed),
        }
    }
}
