//! Merchant category codes (ISO 18245), as a table that ships with the program.
//!
//! The table is `data/mcc.tsv`; its header says where it comes from and what it leaves out. Which codes an acquirer
//! accepts is for that acquirer's profile to say.

use std::sync::LazyLock;

use crate::clean;

static FILE: &str = include_str!("../data/mcc.tsv");

static TABLE: LazyLock<Vec<Mcc>> =
    LazyLock::new(|| FILE.lines().filter(|line| !line.starts_with('#')).filter_map(Mcc::from_row).collect());

/// One merchant category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mcc {
    /// Four digits.
    pub code: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
    /// Who lists the code; the file's header explains the values.
    pub source: &'static str,
    /// Where the category stands in a picker.
    pub group: MccGroup,
}

/// Groups for a picker, in the order in which it shows them: what most merchants are comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MccGroup {
    Catering,
    Retail,
    Wholesale,
    Lodging,
    Service,
    Vehicle,
    Transport,
    Entertainment,
    Medical,
    Education,
    Business,
    Professional,
    Construction,
    Agriculture,
    Utility,
    Telecom,
    Digital,
    DirectSales,
    Finance,
    PublicSector,
}

impl MccGroup {
    pub const ALL: [Self; 20] = [
        Self::Catering,
        Self::Retail,
        Self::Wholesale,
        Self::Lodging,
        Self::Service,
        Self::Vehicle,
        Self::Transport,
        Self::Entertainment,
        Self::Medical,
        Self::Education,
        Self::Business,
        Self::Professional,
        Self::Construction,
        Self::Agriculture,
        Self::Utility,
        Self::Telecom,
        Self::Digital,
        Self::DirectSales,
        Self::Finance,
        Self::PublicSector,
    ];

    /// The value in the table's fifth column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Catering => "catering",
            Self::Retail => "retail",
            Self::Wholesale => "wholesale",
            Self::Lodging => "lodging",
            Self::Service => "service",
            Self::Vehicle => "vehicle",
            Self::Transport => "transport",
            Self::Entertainment => "entertainment",
            Self::Medical => "medical",
            Self::Education => "education",
            Self::Business => "business",
            Self::Professional => "professional",
            Self::Construction => "construction",
            Self::Agriculture => "agriculture",
            Self::Utility => "utility",
            Self::Telecom => "telecom",
            Self::Digital => "digital",
            Self::DirectSales => "direct",
            Self::Finance => "finance",
            Self::PublicSector => "public",
        }
    }

    /// Chinese name.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Catering => "餐饮",
            Self::Retail => "零售",
            Self::Wholesale => "批发",
            Self::Lodging => "住宿",
            Self::Service => "生活服务与维修",
            Self::Vehicle => "汽车与加油",
            Self::Transport => "交通物流与旅行",
            Self::Entertainment => "文体娱乐",
            Self::Medical => "医疗健康",
            Self::Education => "教育",
            Self::Business => "商业服务",
            Self::Professional => "专业服务",
            Self::Construction => "建筑装修",
            Self::Agriculture => "农业",
            Self::Utility => "水电煤气",
            Self::Telecom => "通信",
            Self::Digital => "数字商品",
            Self::DirectSales => "直销与邮购",
            Self::Finance => "金融保险与房产中介",
            Self::PublicSector => "政府与社会组织",
        }
    }

    /// English name.
    pub fn en(self) -> &'static str {
        match self {
            Self::Catering => "Catering",
            Self::Retail => "Retail",
            Self::Wholesale => "Wholesale",
            Self::Lodging => "Lodging",
            Self::Service => "Personal services and repair",
            Self::Vehicle => "Vehicles and fuel",
            Self::Transport => "Transport, logistics and travel",
            Self::Entertainment => "Culture, sports and entertainment",
            Self::Medical => "Health",
            Self::Education => "Education",
            Self::Business => "Business services",
            Self::Professional => "Professional services",
            Self::Construction => "Construction",
            Self::Agriculture => "Agriculture",
            Self::Utility => "Utilities",
            Self::Telecom => "Telecommunications",
            Self::Digital => "Digital goods",
            Self::DirectSales => "Direct and mail-order sales",
            Self::Finance => "Finance, insurance and property",
            Self::PublicSector => "Government and associations",
        }
    }
}

/// The category with this four-digit code.
pub fn get(code: &str) -> Option<Mcc> {
    TABLE.binary_search_by(|row| row.code.cmp(code)).ok().map(|index| TABLE[index])
}

/// Every category, by code.
pub fn all() -> &'static [Mcc] {
    &TABLE
}

/// Categories whose code begins with `text`, or whose Chinese or English name, or group, contains it, whatever
/// its case. The best come first: by code, then by name, then by group. An empty text finds everything.
pub fn search(text: &str) -> Vec<Mcc> {
    let wanted = clean::text(text).to_lowercase();
    let mut found: Vec<(u8, Mcc)> =
        TABLE.iter().filter_map(|row| row.rank(&wanted).map(|rank| (rank, *row))).collect();
    found.sort_by_key(|(rank, row)| (*rank, row.code));
    found.into_iter().map(|(_, row)| row).collect()
}

impl Mcc {
    /// How well the row answers a lower-case text: 0 is best, `None` not at all.
    fn rank(&self, wanted: &str) -> Option<u8> {
        let name = |name: &str| name.to_lowercase().contains(wanted);
        if self.code.starts_with(wanted) {
            Some(0)
        } else if name(self.zh) || name(self.en) {
            Some(1)
        } else if name(self.group.zh()) || name(self.group.en()) {
            Some(2)
        } else {
            None
        }
    }

    fn from_row(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        let (code, zh, en, source) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
        let group = cells.next()?;
        let group = MccGroup::ALL.into_iter().find(|candidate| candidate.code() == group)?;
        Some(Self { code, zh, en, source, group })
    }
}

/// Version of the table.
pub fn version() -> &'static str {
    FILE.lines().find_map(|line| line.strip_prefix("# version: ")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(found: &[Mcc]) -> Vec<&str> {
        found.iter().map(|row| row.code).collect()
    }

    #[test]
    fn every_row_of_the_table_is_whole_and_in_order() {
        let rows = FILE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(all().len(), rows, "a row has a missing cell or an unknown group");
        assert!(rows >= 250, "{rows} rows");
        assert!(all().windows(2).all(|pair| pair[0].code < pair[1].code));
        for row in all() {
            assert!(row.code.len() == 4 && row.code.bytes().all(|byte| byte.is_ascii_digit()), "{row:?}");
            assert!(!row.zh.is_ascii() && !row.en.is_empty() && row.en.is_ascii(), "{row:?}");
            assert!(matches!(row.source, "iso18245" | "card_scheme" | "unionpay"), "{row:?}");
            assert!(!row.code.starts_with('3'), "{row:?} names a single firm");
        }
        assert!(MccGroup::ALL.into_iter().all(|group| all().iter().any(|row| row.group == group)));
        assert_eq!(version(), "2026.1");
        assert!(FILE.contains("# completeness: "));
    }

    #[test]
    fn names_are_told_apart() {
        let distinct = |name: fn(&Mcc) -> &'static str| {
            let mut names: Vec<_> = all().iter().map(name).collect();
            names.sort_unstable();
            names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
        };
        assert_eq!(distinct(|row| row.zh), None);
        assert_eq!(distinct(|row| row.en), None);
    }

    #[test]
    fn a_code_is_found_exactly() {
        let restaurant = get("5812").map(|row| (row.zh, row.en, row.group));
        assert_eq!(restaurant, Some(("餐馆", "Restaurants", MccGroup::Catering)));
        assert_eq!(get("581"), None);
        assert_eq!(get("0000"), None);
    }

    #[test]
    fn search_takes_codes_names_and_groups() {
        assert_eq!(codes(&search("581"))[..4], ["5811", "5812", "5813", "5814"]);
        assert_eq!(codes(&search("超市")), ["5411"]);
        assert_eq!(codes(&search(" RESTAURANT ")), ["5812"]);
        assert_eq!(codes(&search("５８１２")), ["5812"]);
        assert!(codes(&search("餐饮")).contains(&"5814"));
        assert_eq!(search("").len(), all().len());
        assert!(search("没有这种行业").is_empty());
    }
}
