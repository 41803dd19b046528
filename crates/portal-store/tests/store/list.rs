//! Lists and searches over many cases.

use std::collections::HashSet;

use portal_domain::dossier::Dossier;
use portal_domain::status::CaseStatus;
use portal_domain::track::{ReviewState, ReviewStep};
use portal_store::{CaseQuery, CaseSort, Store};

use crate::support::{Profile, T0, dossier, new_case, queue, receipt, save};

fn named(seed: u64, name: &str) -> Dossier {
    let mut dossier = dossier(seed);
    dossier.business.trade_name = name.to_owned();
    dossier
}

async fn found(store: &Store, text: &str) -> Vec<String> {
    let query =
        CaseQuery { text: Some(text.to_owned()), sort: CaseSort::Name, limit: 10, ..CaseQuery::default() };
    store.list_cases(&query).await.unwrap().lines.into_iter().map(|line| line.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sort_pages_through_each_case_once() {
    let profile = Profile::new().await;
    let store = &profile.store;
    for seed in 0..25 {
        let row = new_case(store, named(seed, &format!("店{}", seed % 3))).await;
        if seed % 4 == 0 {
            queue(store, &row, ReviewStep::Submit).await;
        }
    }
    for sort in [CaseSort::Updated, CaseSort::Name, CaseSort::Status] {
        let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let query = CaseQuery { sort, after, limit: 10, ..CaseQuery::default() };
            let page = store.list_cases(&query).await.unwrap();
            assert_eq!(page.total, 25);
            seen.extend(page.lines);
            pages += 1;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(pages, 3);
        assert_eq!(seen.iter().map(|line| line.case_id).collect::<HashSet<_>>().len(), 25, "{sort:?}");
        match sort {
            CaseSort::Updated => assert!(seen.is_sorted_by(|a, b| a.updated_at_ms >= b.updated_at_ms)),
            CaseSort::Name => assert!(seen.is_sorted_by(|a, b| a.name <= b.name)),
            CaseSort::Status => assert!(
                seen.iter()
                    .skip_while(|line| line.status == CaseStatus::Draft)
                    .all(|line| line.status == CaseStatus::Queued),
                "drafts wait for the user, queued cases don't"
            ),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_part_of_a_name_or_number_finds_a_case() {
    let profile = Profile::new().await;
    let store = &profile.store;
    let row = new_case(store, named(1, "老柳烤鸭 Duck House")).await;
    new_case(store, named(2, "双桥便利")).await;
    let licence = &row.dossier.licence.number;
    let phone = &row.dossier.contact.mobile;
    for text in [
        "烤鸭",
        "柳烤鸭",
        "老",
        "duck",
        "uck ho",
        "House 烤鸭",
        &licence[3..9],
        &licence.to_lowercase(),
        &phone[4..8],
    ] {
        assert_eq!(found(store, text).await, ["老柳烤鸭 Duck House"], "{text}");
    }
    for text in ["鸭烤", "老柳双桥", "---", "\"", "烤鸭 双桥"] {
        assert!(found(store, text).await.is_empty(), "{text}");
    }
    assert_eq!(found(store, " ").await.len(), 2, "blank text is no filter");
    save(store, &row, &named(3, "青禾书刊")).await;
    assert!(found(store, "烤鸭").await.is_empty(), "the old name is forgotten");
    assert_eq!(found(store, "禾书").await, ["青禾书刊"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn receipt_numbers_find_a_case() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, named(1, "晨光里")).await;
    let op = queue(&profile.store, &row, ReviewStep::Submit).await;
    let mut stored = receipt(&op, 1, ReviewState::InReview);
    stored.number = "SL-20260302-0042".to_owned();
    profile.store.received(stored, T0).await.unwrap();
    assert_eq!(found(&profile.store, "20260302-0042").await, ["晨光里"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_filters_and_is_counted() {
    let profile = Profile::new().await;
    let store = &profile.store;
    for seed in 0..4 {
        let row = new_case(store, named(seed, "云上")).await;
        if seed == 3 {
            queue(store, &row, ReviewStep::Submit).await;
        }
    }
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.of(CaseStatus::Draft), counts.of(CaseStatus::Queued), counts.total()), (3, 1, 4));
    for (text, total) in [(None, 1), (Some("云上".to_owned()), 1), (Some("山海".to_owned()), 0)] {
        let query = CaseQuery { text, status: Some(CaseStatus::Queued), limit: 10, ..CaseQuery::default() };
        let page = store.list_cases(&query).await.unwrap();
        assert_eq!((page.total, page.lines.len() as u64), (total, total));
        assert!(page.lines.iter().all(|line| line.status == CaseStatus::Queued));
    }
}
