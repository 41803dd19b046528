//! What the office recorded of the steps of a case.

use portal_domain::ids::CaseId;
use portal_domain::progress::StepReport;
use portal_protocol::event::Issued;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::Conn;
use super::reading::{signed, unsigned};
use super::tenants::TenantId;
use crate::error::BackendError;

/// One report, and the paper that came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepRecord {
    /// Of the case after it.
    pub rev: u64,
    pub at_ms: i64,
    /// As colleagues call them; absent for a program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub report: StepReport,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Issued>,
}

#[derive(FromRow)]
struct Row {
    rev: i64,
    report: String,
    by_name: Option<String>,
    issued: Option<String>,
    at_ms: i64,
}

impl Row {
    fn record(self) -> Result<StepRecord, BackendError> {
        Ok(StepRecord {
            rev: unsigned(self.rev, "revision of a step")?,
            at_ms: self.at_ms,
            by: self.by_name,
            report: serde_json::from_str(&self.report)?,
            issued: self.issued.as_deref().map(serde_json::from_str).transpose()?,
        })
    }
}

/// Keeps a report.
pub async fn add(
    conn: &mut Conn,
    tenant: &TenantId,
    case: CaseId,
    record: &StepRecord,
) -> Result<(), BackendError> {
    sqlx::query(
        "INSERT INTO step (tenant_id, case_id, rev, report, by_name, issued, at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(tenant.as_str())
    .bind(case.to_string())
    .bind(signed(record.rev))
    .bind(serde_json::to_string(&record.report)?)
    .bind(&record.by)
    .bind(record.issued.as_ref().map(serde_json::to_string).transpose()?)
    .bind(record.at_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// The reports of a case, oldest first.
pub async fn of_case(
    conn: &mut Conn,
    tenant: &TenantId,
    case: CaseId,
) -> Result<Vec<StepRecord>, BackendError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT rev, report, by_name, issued, at_ms FROM step WHERE tenant_id = $1 AND case_id = $2
         ORDER BY rev",
    )
    .bind(tenant.as_str())
    .bind(case.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::record).collect()
}
