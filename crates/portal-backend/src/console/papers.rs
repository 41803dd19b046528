//! Contracts that were signed on paper: the scans beside the document, and the reviewer's verdict.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use portal_contract::Language;
use portal_contract::agreement::{AgreementError, signer};
use portal_contract::evidence::Record;
use portal_domain::ids::OpId;
use portal_domain::profile::Text;
use portal_protocol::error::ErrorCode;

use super::view::{PaperLine, PaperPage, PaperRequest, PaperView, ScanOfPage};
use crate::app::{App, AppState, Caller};
use crate::contracting::{ContractError, filling};
use crate::deciding::Actor;
use crate::error::BackendError;
use crate::http::extract::{Json, Param};
use crate::paper_contracts::{self, Printed, Verdict, printed};
use crate::problem::Answer;
use crate::store::contracts::{self, ContractRecord, ContractState, PaperRecord};
use crate::store::{Conn, cases};

/// Most lines in one answer: what waits longest comes first.
const LIMIT: u32 = 200;

/// What waits for a reviewer, longest waiting first.
pub async fn list(State(app): State<AppState>, caller: Caller) -> Answer<Response> {
    let mut conn = app.office.store.read().await?;
    let mut lines = Vec::new();
    for contract in contracts::on_paper(&mut conn, &caller.tenant, LIMIT).await? {
        let paper = paper_of(&contract)?;
        lines.push(line(&mut conn, &contract, paper).await?);
    }
    Ok((no_store(), axum::Json(PaperPage { lines, now_ms: app.office.now_ms() })).into_response())
}

/// One contract.
pub async fn get(State(app): State<AppState>, caller: Caller, Param(op_id): Param<OpId>) -> Answer<Response> {
    let (contract, Printed { offer, rendered, .. }) = find(&app, &caller, op_id).await?;
    let mut conn = app.office.store.read().await?;
    let paper = paper_of(&contract)?;
    let failed = |error: AgreementError| BackendError::from(ContractError::from(error));
    let titles = |language| -> Result<Vec<String>, BackendError> {
        let papers = offer.annexes(language).map_err(failed)?;
        Ok(papers.into_iter().map(|paper| paper.title.clone()).collect())
    };
    let titles = titles(Language::Zh)?.into_iter().zip(titles(Language::En)?);
    let record: Record = serde_json::from_str(&paper.signature.record.payload).map_err(BackendError::from)?;
    let view = PaperView {
        signer: signer(&filling(&mut conn, &contract).await?).name.trim().to_owned(),
        render_sha256: rendered.sha256,
        annexes: titles.map(|(zh, en)| Text { zh, en }).collect(),
        scans: paper
            .scans
            .iter()
            .map(|scan| ScanOfPage {
                sha: scan.sha.clone(),
                size_bytes: scan.size,
                media_type: scan.media_type.clone(),
            })
            .collect(),
        by_staff: matches!(record, Record::OnPaper(record) if record.agent.is_some()),
        line: line(&mut conn, &contract, paper).await?,
    };
    Ok((no_store(), axum::Json(view)).into_response())
}

/// The document that should have been signed, rendered again.
pub async fn document(
    State(app): State<AppState>,
    caller: Caller,
    Param(op_id): Param<OpId>,
) -> Answer<Response> {
    let (_, Printed { rendered, .. }) = find(&app, &caller, op_id).await?;
    let pdf = [(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"))];
    Ok((no_store(), pdf, rendered.pdf).into_response())
}

/// Accepts the scans, or returns them with words.
pub async fn decide(
    State(app): State<AppState>,
    caller: Caller,
    Param(op_id): Param<OpId>,
    Json(request): Json<PaperRequest>,
) -> Answer<StatusCode> {
    let verdict = match request {
        PaperRequest::Accept {} => Verdict::Accept,
        PaperRequest::Return { text } => Verdict::Return { text },
    };
    let id = caller.account.account_id.to_string();
    let actor = Actor { id: &id, name: Some(&caller.account.name) };
    paper_contracts::decide(&app.office, &caller.tenant, actor, op_id, &verdict).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A contract that waits for a reviewer, with its document.
async fn find(app: &App, caller: &Caller, op_id: OpId) -> Answer<(ContractRecord, Printed)> {
    let mut conn = app.office.store.read().await?;
    let found = contracts::by_answer(&mut conn, &caller.tenant, op_id).await?;
    let waits = found.filter(|contract| contract.state == ContractState::OnPaper);
    let contract = waits.ok_or(ErrorCode::NotFound)?;
    let printed = printed(&mut conn, &contract).await?;
    Ok((contract, printed))
}

async fn line(
    conn: &mut Conn,
    contract: &ContractRecord,
    paper: &PaperRecord,
) -> Result<PaperLine, BackendError> {
    let missing = |what| BackendError::Corrupt { what };
    let case = cases::find(conn, &contract.tenant, contract.case_id).await?;
    Ok(PaperLine {
        op_id: contract.op_id.ok_or(missing("contract without its answer"))?,
        case_id: contract.case_id,
        number: contract.number.clone(),
        name: case.ok_or(missing("contract without its case"))?.name,
        received_at_ms: contract.signed_at_ms.unwrap_or_default(),
        pages: paper.scans.len(),
    })
}

fn paper_of(contract: &ContractRecord) -> Result<&PaperRecord, BackendError> {
    contract.paper.as_ref().ok_or(BackendError::Corrupt { what: "contract that was signed on paper" })
}

fn no_store() -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}
