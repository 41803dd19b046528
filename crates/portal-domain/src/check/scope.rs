//! Whether the trade that was chosen can be found in the scope that the licence allows.
//!
//! A category unrelated to the scope is what reviewers return most often. Scopes are written freely, so that this only
//! warns, and only for groups of categories whose trade has words that hardly any of their licences lacks.

use super::{Case, value};
use crate::mcc::{self, MccGroup};
use crate::problem::{Problem, ProblemCode};

pub(super) fn find(case: &Case, found: &mut Vec<Problem>) {
    let scope = &case.dossier.licence.scope;
    let Some(category) = mcc::get(&case.dossier.business.mcc).filter(|_| value::is_filled(scope)) else {
        return;
    };
    let words = usual_words(category.group);
    if !words.is_empty() && !words.iter().any(|word| scope.contains(word)) {
        let problem = Problem::warning("/business/mcc", ProblemCode::Unlikely);
        found.push(problem.with("other", "/licence/scope"));
    }
}

/// Words of which the scope of nearly every licence in this group has one; none where trades are too various.
fn usual_words(group: MccGroup) -> &'static [&'static str] {
    match group {
        MccGroup::Catering => &["餐", "饮", "食", "吃", "酒", "茶", "咖啡", "面包", "糕", "烘焙", "火锅"],
        MccGroup::Retail | MccGroup::Wholesale => {
            &["售", "销", "批发", "经营", "贸易", "超市", "商店", "商品"]
        }
        MccGroup::Lodging => &["住宿", "旅馆", "旅店", "旅业", "宾馆", "酒店", "民宿", "客房", "露营"],
        MccGroup::Vehicle => &["车", "油", "燃", "加气", "充电", "船", "轮胎", "农机"],
        MccGroup::Medical => {
            &["医", "药", "诊", "口腔", "眼", "视光", "护理", "健康", "体检", "康复", "养老", "推拿"]
        }
        MccGroup::Education => &["教", "学", "培训", "托", "幼", "辅导", "驾驶"],
        MccGroup::Construction => &["建", "工程", "装修", "装饰", "装潢", "施工", "安装", "土木"],
        MccGroup::Service
        | MccGroup::Transport
        | MccGroup::Entertainment
        | MccGroup::Business
        | MccGroup::Professional
        | MccGroup::Agriculture
        | MccGroup::Utility
        | MccGroup::Telecom
        | MccGroup::Digital
        | MccGroup::DirectSales
        | MccGroup::Finance
        | MccGroup::PublicSector => &[],
    }
}
