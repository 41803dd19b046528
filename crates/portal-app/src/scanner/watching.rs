//! A folder in which files appear: told when they are whole, on every system and on drives that tell nothing.
//!
//! Two things say that a file is whole. Linux tells when a writer has closed it. Everywhere else, and on network drives,
//! the folder is looked at again and again: a file is whole when it hasn't changed for a while.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::sorting::is_hidden;

/// Without a word from the system the folder is looked at so often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// However much the system tells, it isn't looked at more often.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(250);
/// Where nothing tells that a file was closed, it is whole when it hasn't changed for so long.
const SETTLED_AFTER: Duration = Duration::from_millis(1_500);
/// How programs name what they haven't finished.
const UNFINISHED: [&str; 7] = ["tmp", "temp", "part", "partial", "filepart", "crdownload", "download"];

/// What happens in a watched folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FolderNews {
    /// A file is there, and whole; again when it was written again.
    File(PathBuf),
    /// The folder can't be read any more; nothing more comes.
    Gone,
}

/// Watches a folder, not those in it, until it is dropped.
pub(crate) struct FolderWatch {
    /// None where the system can't tell: looking is enough.
    _watcher: Option<RecommendedWatcher>,
    /// Its end ends the thread.
    _alive: Sender<Told>,
}

type Told = notify::Result<Event>;

impl FolderWatch {
    /// Begins to watch. Files that are there already are no news. `heard` is called on a thread of its own. Blocks.
    ///
    /// # Errors
    /// Why the folder can't be read.
    pub(crate) fn start(folder: &Path, heard: impl Fn(FolderNews) + Send + 'static) -> io::Result<Self> {
        // First, so that nothing comes between: what is there only afterwards is news.
        let files = Files::known(list(folder)?, Instant::now());
        let (alive, told) = mpsc::channel();
        let watcher = watcher(folder, alive.clone());
        if watcher.is_err() {
            // Without the error's own text, which names the folder.
            tracing::info!("the system can't tell of the scanner's folder: it is only looked at");
        }
        let folder = folder.to_owned();
        std::thread::spawn(move || attend(&folder, files, &told, &heard));
        Ok(Self { _watcher: watcher.ok(), _alive: alive })
    }
}

fn watcher(folder: &Path, told: Sender<Told>) -> notify::Result<RecommendedWatcher> {
    let tell = move |event: Told| {
        // The receiver is gone once the folder is.
        let _unheard = told.send(event);
    };
    let mut watcher = notify::recommended_watcher(tell)?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

fn attend(folder: &Path, mut files: Files, told: &Receiver<Told>, heard: &impl Fn(FolderNews)) {
    let mut looked = Instant::now();
    loop {
        match told.recv_timeout(LOOK_EVERY) {
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) | Ok(Err(_)) => {}
            Ok(Ok(event)) => files.hear(&event).into_iter().map(FolderNews::File).for_each(heard),
        }
        if looked.elapsed() < LOOK_AT_MOST_EVERY {
            continue;
        }
        looked = Instant::now();
        let Ok(listed) = list(folder) else {
            heard(FolderNews::Gone);
            return;
        };
        files.look(listed, looked).into_iter().map(FolderNews::File).for_each(heard);
    }
}

/// What tells one content of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    /// None when it is no file that can be asked.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok().filter(fs::Metadata::is_file)?;
        Some(Self { bytes: metadata.len(), modified: metadata.modified().ok() })
    }
}

/// The files that may be news.
fn list(folder: &Path) -> io::Result<Vec<(PathBuf, Stamp)>> {
    let mut listed = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if let Some(stamp) = Some(&path).filter(|path| is_wanted(path)).and_then(|path| Stamp::of(path)) {
            listed.push((path, stamp));
        }
    }
    listed.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(listed)
}

fn is_wanted(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    !is_hidden(&name) && !name.starts_with('~') && !UNFINISHED.contains(&&*ending)
}

/// What is known of the files in the folder.
#[derive(Default)]
struct Files(HashMap<PathBuf, File>);

struct File {
    /// With this content it was told.
    told: Option<Stamp>,
    seen: Stamp,
    /// Since then it hasn't changed.
    since: Instant,
    /// Somebody writes; the system will tell when they have closed it.
    held: bool,
}

impl Files {
    fn known(listed: Vec<(PathBuf, Stamp)>, now: Instant) -> Self {
        let known = |stamp| File { told: Some(stamp), seen: stamp, since: now, held: false };
        Self(listed.into_iter().map(|(path, stamp)| (path, known(stamp))).collect())
    }

    /// Files that are whole since the last look.
    fn look(&mut self, listed: Vec<(PathBuf, Stamp)>, now: Instant) -> Vec<PathBuf> {
        let mut before = std::mem::take(&mut self.0);
        let mut whole = Vec::new();
        for (path, stamp) in listed {
            let file = before.remove(&path);
            let mut file = file.unwrap_or(File { told: None, seen: stamp, since: now, held: false });
            if file.seen != stamp {
                (file.seen, file.since) = (stamp, now);
            }
            if !file.held && now.duration_since(file.since) >= SETTLED_AFTER && file.tell(stamp) {
                whole.push(path.clone());
            }
            self.0.insert(path, file);
        }
        whole
    }

    /// Files of which the system tells that they are whole.
    fn hear(&mut self, event: &Event) -> Vec<PathBuf> {
        // Elsewhere nobody tells of closing: what is heard leads to a look.
        if !cfg!(target_os = "linux") {
            return Vec::new();
        }
        if event.need_rescan() {
            // Something was lost, it may be the closing.
            self.0.values_mut().for_each(|file| file.held = false);
        }
        let is_closed = match event.kind {
            EventKind::Modify(ModifyKind::Data(_)) => false,
            EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => true,
            _ => return Vec::new(),
        };
        let (now, mut whole) = (Instant::now(), Vec::new());
        for path in event.paths.iter().filter(|path| is_wanted(path)) {
            let Some(stamp) = Stamp::of(path) else { continue };
            let new = || File { told: None, seen: stamp, since: now, held: true };
            let file = self.0.entry(path.clone()).or_insert_with(new);
            file.held = !is_closed;
            if is_closed && file.tell(stamp) {
                whole.push(path.clone());
            }
        }
        whole
    }
}

impl File {
    /// Whether it is news with this content; from here on it isn't.
    fn tell(&mut self, stamp: Stamp) -> bool {
        let is_news = stamp.bytes > 0 && self.told != Some(stamp);
        if is_news {
            self.told = Some(stamp);
        }
        is_news
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Longer than any loaded computer takes.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn watched(folder: &Path) -> (FolderWatch, Receiver<FolderNews>) {
        let (sender, news) = mpsc::channel();
        let heard = move |found| {
            let _unheard = sender.send(found);
        };
        (FolderWatch::start(folder, heard).unwrap(), news)
    }

    fn next(news: &Receiver<FolderNews>) -> FolderNews {
        news.recv_timeout(PATIENCE).expect("news of the folder")
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_is_told_when_its_writer_has_closed_it() {
        let folder = tempfile::tempdir().unwrap();
        let [old, slow, quick, moved] =
            ["old.jpg", "slow.jpg", "quick.jpg", "moved.jpg"].map(|name| folder.path().join(name));
        let [part, hidden] = ["scan.JPG.part", ".scan.jpg"].map(|name| folder.path().join(name));
        fs::write(&old, "there before").unwrap();
        let (watch, news) = watched(folder.path());
        let mut scanner = fs::File::create(&slow).unwrap();
        scanner.write_all(b"half").unwrap();
        fs::write(&part, "not finished").unwrap();
        fs::write(&hidden, "not for people").unwrap();
        fs::create_dir(folder.path().join("folder.jpg")).unwrap();
        fs::write(&quick, "whole").unwrap();
        assert_eq!(next(&news), FolderNews::File(quick), "the one before it isn't closed yet");
        scanner.write_all(b" and half").unwrap();
        drop(scanner);
        assert_eq!(next(&news), FolderNews::File(slow));
        fs::rename(&part, &moved).unwrap();
        assert_eq!(next(&news), FolderNews::File(moved), "it has its final name");
        fs::write(&old, "and scanned anew").unwrap();
        assert_eq!(next(&news), FolderNews::File(old));
        drop(watch);
        assert_eq!(news.recv_timeout(PATIENCE), Err(RecvTimeoutError::Disconnected), "the thread has ended");
    }

    #[test]
    fn a_file_that_nobody_tells_of_is_whole_when_it_has_settled() {
        let (path, start) = (PathBuf::from("scan.jpg"), Instant::now());
        let stamp = |bytes| Stamp { bytes, modified: None };
        let old = (PathBuf::from("old.jpg"), stamp(9));
        let mut files = Files::known(vec![old.clone()], start);
        let mut look = |bytes: u64, after_ms: u64| {
            let listed = vec![old.clone(), (path.clone(), stamp(bytes))];
            files.look(listed, start + Duration::from_millis(after_ms)).len()
        };
        assert_eq!([look(0, 0), look(0, 3_000)], [0, 0], "nothing is in it");
        assert_eq!(
            [look(5, 4_000), look(7, 5_400), look(7, 6_800)],
            [0, 0, 0],
            "it grows, or has just grown"
        );
        assert_eq!([look(7, 6_900), look(7, 20_000)], [1, 0], "told once");
        assert_eq!([look(8, 21_000), look(8, 23_000)], [0, 1], "written again");
    }

    #[test]
    fn a_folder_that_goes_away_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let scans = folder.path().join("scans");
        let missing = FolderWatch::start(&scans, |_| {}).err().map(|error| error.kind());
        assert_eq!(missing, Some(io::ErrorKind::NotFound));
        fs::create_dir(&scans).unwrap();
        let (_watch, news) = watched(&scans);
        fs::remove_dir(&scans).unwrap();
        assert_eq!(next(&news), FolderNews::Gone);
        assert_eq!(news.recv_timeout(PATIENCE), Err(RecvTimeoutError::Disconnected));
    }
}
