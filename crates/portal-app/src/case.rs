//! Cases: from the first key press to submission, answer and withdrawal.

mod limits;
mod query;
mod submit;
mod view;

pub(crate) use self::query::count;

use portal_domain::check::{check, only_photos_missing};
use portal_domain::dossier::{Consent, Dossier};
use portal_domain::ids::{CaseId, Sha256};
use portal_domain::pointer;
use portal_domain::profile::{self, Profile};
use portal_domain::review;
use portal_store::{CaseRow, Draft, NewCase, StoreError};
use sha2::Digest;
use uuid::Uuid;

use crate::App;
use crate::account::Account;
use crate::clock::beijing_date;
use crate::error::{CommandCode, CommandError};
use crate::view::{CaseView, Changed, NewCasesView, Settings};

/// The profile that new cases get.
pub(crate) const DEFAULT_PROFILE: &str = "lakala";

/// The profile of a stored case in the version it was begun with; only a newer portal knows one that this one lacks.
pub(crate) fn profile_of(row: &CaseRow) -> Result<&'static Profile, CommandError> {
    profile::builtin_version(&row.profile_id, &row.profile_version)
        .ok_or(CommandError::new(CommandCode::NewerSchema))
}

impl App {
    pub(crate) fn profile_for_new_cases(&self) -> Result<&'static Profile, CommandError> {
        profile::builtin_profile(DEFAULT_PROFILE).ok_or(CommandError::new(CommandCode::Internal))
    }

    pub async fn case_create(&self) -> Result<CaseView, CommandError> {
        self.case_import(Dossier::default()).await
    }

    /// Starts a draft from a whole document, e.g. a case file. Photos in it are not taken over: they are added by
    /// [`App::photo_add`].
    ///
    /// # Errors
    /// `offline_too_long`; what the store says.
    pub async fn case_import(&self, mut dossier: Dossier) -> Result<CaseView, CommandError> {
        let account = self.account().await?;
        if account.new_cases(self.now()).await? == NewCasesView::OfflineTooLong {
            return Err(CommandError::new(CommandCode::OfflineTooLong));
        }
        let profile = self.profile_for_new_cases()?;
        portal_domain::check::clean(&mut dossier);
        dossier.attachments.clear();
        dossier.consents.clear();
        if !account.may_override() {
            dossier.overrides.clear();
        }
        let new = NewCase {
            case_id: CaseId(Uuid::now_v7()),
            owner: account.account_id(),
            profile_id: profile.id.clone(),
            profile_version: profile.version.clone(),
            dossier,
        };
        let row = account.store.create_case(new, self.now()).await?;
        self.changed(Changed::Case { case_id: row.case_id });
        self.case_view(&account, row).await
    }

    pub async fn case_show(&self, case_id: CaseId) -> Result<CaseView, CommandError> {
        let account = self.account().await?;
        let row = self.case_row(&account, case_id).await?;
        self.case_view(&account, row).await
    }

    pub async fn case_save(
        &self,
        case_id: CaseId,
        revision: u64,
        mut dossier: Dossier,
    ) -> Result<CaseView, CommandError> {
        let account = self.account().await?;
        let row = self.case_row(&account, case_id).await?;
        portal_domain::check::clean(&mut dossier);
        forget_reasons(&row.dossier, &mut dossier, account.may_override());
        dossier.attachments.clone_from(&row.dossier.attachments);
        dossier.consents.clone_from(&row.dossier.consents);
        refuse_what_was_not_returned(&row, &dossier)?;
        let row = self.save(&account, &row, revision, &dossier).await?;
        self.case_view(&account, row).await
    }

    pub async fn case_consent(
        &self,
        case_id: CaseId,
        revision: u64,
        consents: Vec<String>,
    ) -> Result<CaseView, CommandError> {
        let account = self.account().await?;
        let row = self.case_row(&account, case_id).await?;
        let profile = profile_of(&row)?;
        let mut dossier = row.dossier.clone();
        let mut given = Vec::with_capacity(consents.len());
        for id in consents {
            let rule = profile.consents.iter().find(|rule| rule.id == id).ok_or_else(|| {
                CommandError::new(CommandCode::InvalidArgument).field("/consents", "not_offered")
            })?;
            let text_sha256 = text_hash(&rule.text.zh, &rule.text.en);
            let kept = dossier.consents.iter().find(|old| {
                old.id == rule.id && old.version == rule.version && old.text_sha256 == text_sha256
            });
            given.push(kept.cloned().unwrap_or_else(|| Consent {
                id: rule.id.clone(),
                version: rule.version.clone(),
                text_sha256,
                at_ms: self.now(),
            }));
        }
        dossier.consents = given;
        let row = self.save(&account, &row, revision, &dossier).await?;
        self.case_view(&account, row).await
    }

    pub async fn case_delete(&self, case_id: CaseId) -> Result<(), CommandError> {
        let account = self.account().await?;
        account.store.delete_draft(case_id).await?;
        self.changed(Changed::Case { case_id });
        Ok(())
    }

    pub(crate) async fn case_row(&self, account: &Account, case_id: CaseId) -> Result<CaseRow, CommandError> {
        account.store.case(case_id).await?.ok_or(CommandError::new(CommandCode::NotFound))
    }

    async fn save(
        &self,
        account: &Account,
        row: &CaseRow,
        revision: u64,
        dossier: &Dossier,
    ) -> Result<CaseRow, CommandError> {
        let problems = check(dossier, profile_of(row)?, beijing_date(self.now()));
        let draft = Draft {
            case_id: row.case_id,
            expected_revision: revision,
            dossier,
            only_photos_missing: only_photos_missing(&problems),
        };
        let row = account.store.save_draft(draft, self.now()).await?;
        self.changed(Changed::Case { case_id: row.case_id });
        Ok(row)
    }

    /// A photo changes whether nothing but photos is missing: the status word follows.
    pub(crate) async fn after_photo_change(
        &self,
        account: &Account,
        case_id: CaseId,
    ) -> Result<CaseRow, CommandError> {
        loop {
            let row = self.case_row(account, case_id).await?;
            let problems = check(&row.dossier, profile_of(&row)?, beijing_date(self.now()));
            if only_photos_missing(&problems) == row.only_photos_missing {
                return Ok(row);
            }
            let draft = Draft {
                case_id,
                expected_revision: row.revision,
                dossier: &row.dossier,
                only_photos_missing: only_photos_missing(&problems),
            };
            match account.store.save_draft(draft, self.now()).await {
                // Typed beside it: the photo is in place all the same, and the word is found anew.
                Err(StoreError::Stale { .. }) => {}
                saved => return Ok(saved?),
            }
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        self.profile_dir().settings()
    }
}

/// A return opens the fields it names and no others: what was accepted stays as the reviewer saw it.
fn refuse_what_was_not_returned(row: &CaseRow, dossier: &Dossier) -> Result<(), CommandError> {
    if row.returned_items.is_empty() {
        return Ok(());
    }
    let violations = review::violations(&row.dossier, dossier, &row.returned_items);
    if violations.is_empty() {
        return Ok(());
    }
    let error = CommandError::new(CommandCode::Frozen);
    Err(violations.iter().fold(error, |error, pointer| error.field(pointer, "not_returned")))
}

/// What a consent's text is known by: both languages, since either may have been read.
fn text_hash(zh: &str, en: &str) -> Sha256 {
    Sha256::from_bytes(sha2::Sha256::digest(format!("{zh}\n{en}")).into())
}

/// Drops the reasons for numbers that nobody may give, and those that were given for another number than stands there now.
fn forget_reasons(before: &Dossier, after: &mut Dossier, may_override: bool) {
    if !may_override {
        after.overrides.clear();
    }
    if after.overrides.is_empty() {
        return;
    }
    let [old, new] = [before, &*after].map(pointer::to_value);
    after.overrides.retain(|given| {
        !before.overrides.contains(given) || old.pointer(&given.pointer) == new.pointer(&given.pointer)
    });
}
