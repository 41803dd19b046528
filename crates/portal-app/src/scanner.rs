//! A scanner as the source of a case's pictures: the folder into which it puts them is watched while somebody waits for
//! them, and no longer than the account is in use. Its files are read and never changed; what they are is for sorting.

mod watching;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use portal_domain::ids::CaseId;
use tokio_util::task::AbortOnDropHandle;

use self::watching::{FolderNews, FolderWatch, Stamp};
use crate::App;
use crate::account::Account;
use crate::error::{CommandCode, CommandError};
use crate::session::{audit, left};
use crate::sorting::read_handed;
use crate::view::{Changed, HandedFile, ScannerView};

/// Where the account's store remembers the folder. It names a person's folders, so it is in no plain file.
const FOLDER: &str = "scanner-folder";

/// The watch, if there is one.
#[derive(Default)]
pub(crate) struct Scanner {
    watch: Option<Watch>,
    /// How many there were: tells the news of one from those of another.
    begun: u64,
}

struct Watch {
    number: u64,
    view: ScannerView,
    /// None until it has begun, and again when the folder is gone.
    folder: Option<FolderWatch>,
    _ends_with_account: AbortOnDropHandle<()>,
}

/// What a scanner gave since the account was unlocked, by number: also when it is no longer watched, what was confirmed
/// is still to be read.
#[derive(Default)]
pub(crate) struct Scans(Mutex<Vec<(PathBuf, Stamp)>>);

impl Scans {
    /// None when it went away meanwhile.
    fn add(&self, path: PathBuf) -> Option<HandedFile> {
        let stamp = Stamp::of(&path)?;
        let name = name_of(&path);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.push((path, stamp));
        Some(HandedFile { number: known.len() - 1, name, size_bytes: stamp.bytes })
    }

    fn get(&self, number: usize) -> Option<(PathBuf, Stamp)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(number).cloned()
    }
}

impl App {
    /// Watches the folder that was chosen last; none when there was none.
    ///
    /// # Errors
    /// `frozen` when the case can't be changed.
    pub async fn scanner_start(&self, case_id: CaseId) -> Result<Option<ScannerView>, CommandError> {
        let (account, _) = self.to_be_filled(case_id).await?;
        let Some(folder) = account.store.meta_get(FOLDER).await? else { return Ok(None) };
        self.watch_folder(&account, case_id, PathBuf::from(folder)).await.map(Some)
    }

    /// Watches this folder, now and the next time.
    ///
    /// # Errors
    /// As [`App::scanner_start`].
    pub async fn scanner_choose(
        &self,
        case_id: CaseId,
        folder: PathBuf,
    ) -> Result<ScannerView, CommandError> {
        let (account, _) = self.to_be_filled(case_id).await?;
        // What isn't text can't be kept as text: it is chosen again the next time.
        if let Some(text) = folder.to_str() {
            account.store.meta_set(FOLDER, text).await?;
        }
        self.watch_folder(&account, case_id, folder).await
    }

    /// The folder that is watched, and one that went away while it was; none when nobody waits for a scanner.
    pub async fn scanner_show(&self) -> Result<Option<ScannerView>, CommandError> {
        Ok(self.scanning().watch.as_ref().map(|watch| watch.view.clone()))
    }

    pub async fn scanner_stop(&self) -> Result<(), CommandError> {
        self.close_scanner();
        self.changed(Changed::Scanner);
        Ok(())
    }

    /// A file that the scanner gave, as it was then.
    ///
    /// # Errors
    /// `file_unusable` when it can't be read, or is another by now: a person has seen the first.
    pub async fn scanner_read(&self, number: usize) -> Result<Vec<u8>, CommandError> {
        let account = self.account().await?;
        let (path, stamp) = account.scans.get(number).ok_or(CommandError::new(CommandCode::NotFound))?;
        let bytes = read_handed(&path).await?;
        let is_same = self.blocking(move || Ok(Stamp::of(&path) == Some(stamp))).await?;
        if is_same { Ok(bytes) } else { Err(CommandError::new(CommandCode::FileUnusable)) }
    }

    pub(crate) fn close_scanner(&self) {
        self.scanning().watch = None;
    }

    async fn watch_folder(
        &self,
        account: &Arc<Account>,
        case_id: CaseId,
        folder: PathBuf,
    ) -> Result<ScannerView, CommandError> {
        let mut view = ScannerView { case_id, folder: name_of(&folder), watching: true, files: Vec::new() };
        audit(account, "scanner.watched", Some(case_id), self.now()).await;
        let number = self.expect_scans(account, view.clone());
        let (app, account) = (self.weak(), Arc::downgrade(account));
        let heard = move |news| {
            if let Some(app) = app.upgrade() {
                app.hear_scanner(number, &account, news);
            }
        };
        let started = self.blocking(move || Ok(FolderWatch::start(&folder, heard))).await?;
        view.watching = started.is_ok();
        // Stopped meanwhile, it ends here.
        if let Some(watch) = self.scanning().watch.as_mut().filter(|watch| watch.number == number) {
            watch.view.watching &= started.is_ok();
            watch.folder = started.ok();
        }
        self.changed(Changed::Scanner);
        Ok(view)
    }

    /// Makes the place for what a watch will tell, instead of any other's. Gives its number.
    fn expect_scans(&self, account: &Account, view: ScannerView) -> u64 {
        let mut scanner = self.scanning();
        scanner.begun += 1;
        let number = scanner.begun;
        let (app, left) = (self.weak(), left(self.weak(), account.local_id.clone(), self.changes()));
        let ends = tokio::spawn(async move {
            left.await;
            if let Some(app) = app.upgrade() {
                app.end_watch(number);
            }
        });
        let _ends_with_account = AbortOnDropHandle::new(ends);
        scanner.watch = Some(Watch { number, view, folder: None, _ends_with_account });
        number
    }

    fn end_watch(&self, number: u64) {
        self.scanning().watch.take_if(|watch| watch.number == number);
        self.changed(Changed::Scanner);
    }

    /// Takes note of what happened in the folder. Nothing is read here.
    fn hear_scanner(&self, number: u64, account: &Weak<Account>, news: FolderNews) {
        {
            let mut scanner = self.scanning();
            let Some(watch) = scanner.watch.as_mut().filter(|watch| watch.number == number) else { return };
            match news {
                FolderNews::Gone => {
                    watch.view.watching = false;
                    watch.folder = None;
                }
                FolderNews::File(path) => {
                    let Some(file) = account.upgrade().and_then(|account| account.scans.add(path)) else {
                        return;
                    };
                    watch.view.files.retain(|known| known.name != file.name);
                    watch.view.files.push(file);
                }
            }
        }
        self.changed(Changed::Scanner);
    }

    fn scanning(&self) -> MutexGuard<'_, Scanner> {
        self.scanner().lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
