//! Lists of cases: the workbench and the case table.

use portal_domain::status::CaseStatus;
use portal_store::{
    CaseCursor, CaseLine as StoredLine, CaseQuery as StoredQuery, CaseSort as StoredSort, Safety,
};

use crate::App;
use crate::error::{CommandCode, CommandError};
use crate::view::{CaseLine, CasePage, CaseQuery, CaseSort, SafetyView, StatusCount, WorkbenchView};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;
/// Cases shown on the workbench.
const NEXT_CASES: u32 = 12;
const DAY_MS: i64 = 86_400_000;

impl App {
    pub async fn case_list(&self, query: CaseQuery) -> Result<CasePage, CommandError> {
        let account = self.account().await?;
        let limit = match query.limit {
            0 => DEFAULT_LIMIT,
            limit if limit <= MAX_LIMIT => limit,
            _ => return Err(CommandError::new(CommandCode::InvalidArgument).field("/limit", "out_of_range")),
        };
        let after = query.after.as_deref().map(parse_cursor).transpose()?;
        let page = account
            .store
            .list_cases(&StoredQuery {
                text: Some(query.text),
                status: query.status,
                sort: match query.sort {
                    CaseSort::Updated => StoredSort::Updated,
                    CaseSort::Name => StoredSort::Name,
                    CaseSort::Urgency => StoredSort::Status,
                },
                after,
                limit,
            })
            .await?;
        Ok(CasePage {
            cases: page.lines.into_iter().map(line).collect(),
            next: page.next.and_then(|cursor| serde_json::to_string(&cursor).ok()),
            total: count(page.total),
        })
    }

    pub async fn workbench_show(&self) -> Result<WorkbenchView, CommandError> {
        let account = self.account().await?;
        let counts = account.store.counts().await?;
        let page = account
            .store
            .list_cases(&StoredQuery {
                sort: StoredSort::Status,
                limit: NEXT_CASES,
                ..StoredQuery::default()
            })
            .await?;
        Ok(WorkbenchView {
            counts: CaseStatus::ALL
                .into_iter()
                .map(|status| StatusCount { status, count: count(counts.of(status)) })
                .collect(),
            next: page.lines.into_iter().filter(|line| waits_for_user(line.status)).map(line).collect(),
        })
    }

    /// What exists only on this computer of the account in use. Nothing is known of one that is locked.
    pub async fn app_safety(&self) -> Result<SafetyView, CommandError> {
        match self.account().await {
            Ok(account) => Ok(self.safety_view(account.store.safety().await?)),
            Err(_) => Ok(SafetyView::default()),
        }
    }

    /// What exists only on this computer of every account that is open: the one in use, and those behind their lock that are
    /// still sending.
    pub async fn safety_at_exit(&self) -> Result<SafetyView, CommandError> {
        // A guest's drafts too, which nobody may have looked at yet.
        drop(self.account().await);
        let open: Vec<_> = self.accounts.lock().await.open.values().cloned().collect();
        let mut all = Safety::default();
        for account in open {
            let one = account.store.safety().await?;
            all.cases_only_here += one.cases_only_here;
            all.pending_ops += one.pending_ops;
            all.oldest_ms = all.oldest_ms.into_iter().chain(one.oldest_ms).min();
        }
        Ok(self.safety_view(all))
    }

    fn safety_view(&self, safety: Safety) -> SafetyView {
        let age_ms = safety.oldest_ms.map_or(0, |oldest| self.now().saturating_sub(oldest).max(0));
        SafetyView {
            cases_only_here: count(safety.cases_only_here),
            oldest_days: u32::try_from(age_ms / DAY_MS).unwrap_or(u32::MAX),
            pending: count(safety.pending_ops),
        }
    }
}

/// Counts of cases on one computer.
pub(crate) fn count(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn waits_for_user(status: CaseStatus) -> bool {
    match status {
        CaseStatus::NeedsAttention | CaseStatus::Returned | CaseStatus::PhotosMissing | CaseStatus::Draft => {
            true
        }
        CaseStatus::Queued
        | CaseStatus::AwaitingApproval
        | CaseStatus::Sending
        | CaseStatus::InReview
        | CaseStatus::Accepted
        | CaseStatus::Rejected
        | CaseStatus::Withdrawn => false,
    }
}

fn parse_cursor(text: &str) -> Result<CaseCursor, CommandError> {
    serde_json::from_str(text)
        .map_err(|_| CommandError::new(CommandCode::InvalidArgument).field("/after", "bad_format"))
}

fn line(line: StoredLine) -> CaseLine {
    CaseLine {
        case_id: line.case_id,
        name: line.name,
        status: line.status,
        created_at_ms: line.created_at_ms,
        updated_at_ms: line.updated_at_ms,
        receipt_number: line.receipt_number,
    }
}
