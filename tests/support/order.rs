//! Whether the backend promises only what is on the disk, judged by the order of its system calls: a kill leaves the
//! page cache, so that nothing else short of a power cut can tell.

use std::path::Path;

use portal_domain::dossier::MerchantKind;

use crate::backend::Backend;
use crate::portal::{draft, open_quiet, phone, sign_in_by_phone, submit};
use crate::proxy::{At, Proxy};
use crate::tracer::Tracer;

/// What tells in which order bytes, names and promises came, with `strace -f -y`.
pub const CALLS: &str = "--trace=fsync,fdatasync,rename,renameat,renameat2,write,writev,sendto,sendmsg";

/// Sends one case with its photos in one request each and another with resumable ones, and looks in which order the
/// backend wrote, named, made durable and answered.
///
/// # Errors
/// What was promised too early.
pub async fn judge_order_of_promises(seed: u64) -> Result<(), String> {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for shelf in 0..=0xff_u8 {
        // As a crash may leave them: there, and never made durable.
        std::fs::create_dir_all(data.path().join(format!("blobs/{shelf:02x}"))).unwrap();
    }
    let backend = Backend::start(data.path());
    let line = Proxy::start(backend.address());
    let app = open_quiet(profile.path(), line.address()).await;
    sign_in_by_phone(&app, &backend, &phone(seed)).await;
    let log = data.path().join("calls");
    for resumable in [false, true] {
        let case = draft(&app, seed + u64::from(resumable), MerchantKind::Micro).await;
        submit(&app, case.case_id).await;
        if resumable {
            line.cut(|name| name.starts_with("PUT /v1/blobs/"), At::Request(1_000));
        }
        let tracer = Tracer::attach(backend.id(), &log, &["-s", "40", CALLS]);
        let sent = app.sync_once().await.unwrap();
        tracer.detach();
        if sent.received != 1 {
            return Err(format!("not received: {sent:?}"));
        }
        let calls = Calls::read(&std::fs::read_to_string(&log).unwrap());
        let photos = calls.photos(&data.path().join("blobs"));
        if photos.len() != case.dossier.photos().count() {
            return Err(format!("{} photos were named of {}", photos.len(), case.dossier.photos().count()));
        }
        let durable = photos.iter().map(|named| calls.durable_at(named)).collect::<Result<Vec<_>, _>>()?;
        if !resumable {
            calls.judge_answers(&durable)?;
            calls.judge_shelves(&photos)?;
        }
    }
    app.close().await;
    Ok(())
}

/// Whether a computer names photos only when they are durable: bytes, names and folders, and then the row that names them.
/// `log` is of `strace -f -y` with [`CALLS`]. Gives how many were stored.
///
/// # Errors
/// What was promised too early.
pub fn judge_stored_photos(log: &str, blobs: &Path) -> Result<usize, String> {
    let calls = Calls::read(log);
    let photos = calls.photos(blobs);
    calls.judge_shelves(&photos)?;
    for named in &photos {
        let durable = calls.durable_at(named)?;
        let is_log = |call: &&Call| call.name.ends_with("sync") && call.arguments.contains("-wal>");
        if !calls.0.iter().filter(is_log).any(|sync| sync.began > durable) {
            return Err("no row was made durable behind the photo that it names".to_owned());
        }
    }
    Ok(photos.len())
}

/// One system call: the lines at which it began and ended.
struct Call {
    name: String,
    arguments: String,
    began: usize,
    ended: usize,
}

struct Calls(Vec<Call>);

impl Calls {
    /// Reads what `strace -f -y` wrote: `PID call(arguments) = result`, or the same in two lines.
    fn read(log: &str) -> Self {
        let mut calls: Vec<Call> = Vec::new();
        let mut unfinished: Vec<(String, usize)> = Vec::new();
        for (number, line) in log.lines().enumerate() {
            let Some((process, rest)) = line.split_once(' ') else { continue };
            let rest = rest.trim_start();
            if rest.starts_with("<... ") {
                if let Some(at) = unfinished.iter().position(|(one, _)| one == process) {
                    let (_, call) = unfinished.remove(at);
                    calls[call].ended = number;
                }
                continue;
            }
            let Some((name, arguments)) = rest.split_once('(') else { continue };
            let is_unfinished = arguments.ends_with("<unfinished ...>");
            if is_unfinished {
                unfinished.push((process.to_owned(), calls.len()));
            }
            calls.push(Call {
                name: name.to_owned(),
                arguments: arguments.to_owned(),
                began: number,
                ended: if is_unfinished { usize::MAX } else { number },
            });
        }
        Self(calls)
    }

    fn syncs(&self, path: &str) -> impl Iterator<Item = &Call> {
        let file = format!("<{path}>");
        self.0.iter().filter(move |call| call.name.ends_with("sync") && call.arguments.contains(&file))
    }

    /// The calls that give a photo its name.
    fn photos(&self, folder: &Path) -> Vec<&Call> {
        let target = format!(", \"{}/", folder.display());
        self.0
            .iter()
            .filter(|call| call.name.starts_with("rename") && call.arguments.contains(&target))
            .collect()
    }

    /// When a photo was durable under its name: its bytes were before it got the name, its folder after.
    fn durable_at(&self, named: &Call) -> Result<usize, String> {
        let mut paths = named.arguments.split('"').skip(1).step_by(2);
        let (from, to) = (paths.next().unwrap_or_default(), paths.next().unwrap_or_default());
        if !self.syncs(from).any(|sync| sync.ended < named.began) {
            return Err(format!("{to} got its name before its bytes were durable"));
        }
        let folder = to.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.syncs(folder)
            .find(|sync| sync.began > named.ended)
            .map(|sync| sync.ended)
            .ok_or_else(|| format!("the name of {to} was never made durable"))
    }

    /// The first photo in a folder made the folder's own name durable, too.
    fn judge_shelves(&self, photos: &[&Call]) -> Result<(), String> {
        for named in photos {
            let to = named.arguments.split('"').nth(3).unwrap_or_default();
            let mut folders = Path::new(to).ancestors().skip(1);
            let (shelf, rack) = (folders.next().unwrap(), folders.next().unwrap());
            if !self.syncs(&rack.to_string_lossy()).any(|sync| sync.ended < named.began) {
                return Err(format!("the folder {} was never made durable", shelf.display()));
            }
        }
        Ok(())
    }

    /// When an answer with this status began to leave.
    fn answers(&self, status: u32) -> Vec<usize> {
        let line = format!("HTTP/1.1 {status}");
        self.0.iter().filter(|call| call.arguments.contains(&line)).map(|call| call.began).collect()
    }

    /// A declaration and then each photo were answered by 201, the commit by 200: no photo before it was durable, and
    /// no receipt before its row was.
    fn judge_answers(&self, durable: &[usize]) -> Result<(), String> {
        let stored = self.answers(201);
        for (count, answer) in stored.iter().skip(1).enumerate() {
            let ready = durable.iter().filter(|at| *at < answer).count();
            if ready <= count {
                return Err(format!("{} photos were promised and {ready} durable", count + 1));
            }
        }
        let last = stored.last().copied().unwrap_or_default();
        let receipt =
            self.answers(200).into_iter().find(|answer| *answer > last).ok_or("no receipt was given")?;
        let is_log = |call: &&Call| call.name.ends_with("sync") && call.arguments.contains("-wal>");
        if self.0.iter().filter(is_log).any(|sync| sync.began > last && sync.ended < receipt) {
            Ok(())
        } else {
            Err("a receipt was given before its row was durable".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
7 sendto(9<TCP:[1]>, \"HTTP/1.1 201 Created\", 20, 0) = 20
8 fsync(5</d/uploads/a.tmp> <unfinished ...>
7 fsync(6</d/other>) = 0
8 <... fsync resumed>) = 0
8 rename(\"/d/uploads/a.tmp\", \"/d/blobs/ab/abc\") = 0
8 fsync(5</d/blobs/ab>) = 0
7 sendto(9<TCP:[1]>, \"HTTP/1.1 201 Created\", 20, 0) = 20
7 fdatasync(3</d/backend.sqlite-wal>) = 0
7 sendto(9<TCP:[1]>, \"HTTP/1.1 200 OK\", 20, 0) = 20
";

    fn judged(log: &str) -> Result<(), String> {
        let calls = Calls::read(log);
        let photos = calls.photos(Path::new("/d/blobs"));
        assert_eq!(photos.len(), 1);
        let durable = photos.iter().map(|named| calls.durable_at(named)).collect::<Result<Vec<_>, _>>()?;
        calls.judge_answers(&durable)
    }

    #[test]
    fn the_right_order_is_right() {
        assert_eq!(judged(LOG), Ok(()));
    }

    #[test]
    fn every_step_that_is_missing_is_seen() {
        for missing in ["<... fsync resumed>", "</d/blobs/ab>", "-wal>"] {
            let log: Vec<&str> = LOG.lines().filter(|line| !line.contains(missing)).collect();
            assert!(judged(&log.join("\n")).is_err(), "{missing}");
        }
    }

    #[test]
    fn a_folder_that_is_not_durable_is_seen() {
        let calls = Calls::read(LOG);
        let photos = calls.photos(Path::new("/d/blobs"));
        assert!(calls.judge_shelves(&photos).is_err());
        let log = format!("8 fsync(5</d/blobs>) = 0\n{LOG}");
        let calls = Calls::read(&log);
        assert_eq!(calls.judge_shelves(&calls.photos(Path::new("/d/blobs"))), Ok(()));
    }

    #[test]
    fn an_answer_ahead_of_the_disk_is_seen() {
        let mut lines: Vec<&str> = LOG.lines().collect();
        lines.swap(5, 6);
        assert!(judged(&lines.join("\n")).is_err());
        let mut lines: Vec<&str> = LOG.lines().collect();
        lines.swap(7, 8);
        assert!(judged(&lines.join("\n")).is_err());
    }
}
