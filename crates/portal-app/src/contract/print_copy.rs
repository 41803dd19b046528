//! The contract in effect for paper, and where anybody looks it up.

use portal_contract::Fonts;
use portal_contract::signing::{PrintCopy, SignError, print_copy};
use portal_contract::verifying::{Trust, verify};
use portal_domain::ids::{CaseId, Sha256};

use crate::App;
use crate::account::Account;
use crate::documents::{print_error, print_language};
use crate::error::{CommandCode, CommandError};
use crate::failure::internal;

impl App {
    /// The print copy of the contract in effect, in the words of the chosen language. It is made anew each time, of the same
    /// bytes.
    ///
    /// # Errors
    /// `not_found` without an offer; `internal` for a stored file that the verifier refuses.
    pub(crate) async fn contract_print_copy(
        &self,
        account: &Account,
        case_id: CaseId,
        pdf: Vec<u8>,
    ) -> Result<Vec<u8>, CommandError> {
        let contract =
            account.store.contract(case_id).await?.ok_or(CommandError::new(CommandCode::NotFound))?;
        let pass = self.signing_pass(account).await?;
        let (trust, now) = (Trust { roots: vec![pass.root], time_roots: pass.time_roots }, self.timestamp());
        let language = print_language(self.settings().language);
        let verifier = self.verifier_page();
        self.blocking(move || {
            let report = verify(&pdf, &trust, now);
            let link = verifier.map(|page| link(&page, &report.file_sha256));
            let about = PrintCopy { language, number: &contract.number, link: link.as_deref() };
            let fonts = Fonts::embedded().map_err(print_error)?;
            print_copy(&pdf, &report, about, fonts).map_err(|error| match error {
                SignError::Render(error) => print_error(error),
                other => internal("print copy", &other),
            })
        })
        .await
    }

    /// Where anybody learns what the file with this hash is worth.
    pub(super) fn verifier_link(&self, sha: &Sha256) -> Option<String> {
        self.verifier_page().map(|page| link(&page, sha.as_str()))
    }

    fn verifier_page(&self) -> Option<String> {
        self.config.backend.as_deref().map(|backend| format!("{backend}/contract"))
    }
}

/// The hash is the address's fragment: the page asks for it once it is open, as for one that is typed.
fn link(page: &str, file_sha256: &str) -> String {
    format!("{page}#{file_sha256}")
}
