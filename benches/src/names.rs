//! The benchmarks by name. Without dependencies: `xtask` includes this file too, to know a name before it builds.

/// One benchmark, which may print several lines.
pub struct Benchmark {
    pub name: &'static str,
    /// For the list of names.
    pub measures: &'static str,
    /// What has to be built, installed or started for it.
    pub needs: &'static [Need],
}

/// What a benchmark does not bring itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The product's programs as they are shipped.
    Product,
    /// A bare Tauri window, as the peer.
    BareWindow,
    /// A PostgreSQL database that waits for the disk.
    Postgres,
    /// Other programs that fit photos, as peers, and the photo worker, which is looked at.
    PhotoPeers,
    /// Another program that reads papers, as a peer, the page reader, which is looked at, and the models of both.
    ReadingPeers,
    /// Other people's tus client and server, as peers.
    TusPeers,
}

pub const BENCHMARKS: &[Benchmark] = &[
    Benchmark {
        name: "checks",
        measures: "planted defects that the checks before submission catch, and clean applications that they block",
        needs: &[],
    },
    Benchmark {
        name: "contract",
        measures: "rendering and signing a contract, against pyHanko signing the same pages",
        needs: &[],
    },
    Benchmark {
        name: "enqueue",
        measures: "finalising an application, against one durable insert of its bytes into a bare SQLCipher table",
        needs: &[],
    },
    Benchmark {
        name: "photos",
        measures: "photos of 12 megapixels fitted, against libvips, sharp, Pillow and image with the same pictures",
        needs: &[Need::PhotoPeers],
    },
    Benchmark {
        name: "photos-corners",
        measures: "documents on photos that are outlined where they lie",
        needs: &[],
    },
    Benchmark {
        name: "photos-hostile",
        measures: "files made to do harm that the photo worker refuses by name, and how much the models add to an installer",
        needs: &[],
    },
    Benchmark {
        name: "photos-window",
        measures: "photos in the real window, from the file to their thumbnail, their verdict and what was read",
        needs: &[Need::Product],
    },
    Benchmark {
        name: "photos-phone",
        measures: "photos of a phone, from its page to the window of the computer",
        needs: &[Need::Product],
    },
    Benchmark {
        name: "photos-verdicts",
        measures: "spoiled photos whose flaw is called by its name, and good photos that are blamed",
        needs: &[],
    },
    Benchmark {
        name: "photos-qr",
        measures: "QR codes of licences read, against rqrr and rxing",
        needs: &[],
    },
    Benchmark {
        name: "photos-read",
        measures: "papers read, against RapidOCR with the same models and as it comes",
        needs: &[Need::ReadingPeers],
    },
    Benchmark {
        name: "upload",
        measures: "photos to the backend, against curl -T to the same backend and tus-js-client to @tus/server",
        needs: &[Need::Product, Need::TusPeers],
    },
    Benchmark {
        name: "queued",
        measures: "10,000 queued operations: what they cost at the start, and in memory while one run sends them all",
        needs: &[Need::Product],
    },
    Benchmark {
        name: "postgres",
        measures: "applications received on PostgreSQL from 16 desktops, against pgbench that only inserts their rows",
        needs: &[Need::Product, Need::Postgres],
    },
    Benchmark {
        name: "window",
        measures: "process start to a usable start screen, against a bare Tauri window of the same version, and to a first draft",
        needs: &[Need::Product, Need::BareWindow],
    },
    Benchmark {
        name: "keystroke",
        measures: "key press to changed pixels and click to the painted step, with 10,000 cases stored",
        needs: &[Need::Product],
    },
    Benchmark {
        name: "memory",
        measures: "memory of the window's processes with 10,000 cases, idle and through the main job on one core",
        needs: &[Need::Product, Need::BareWindow],
    },
];

/// The benchmark of this name.
///
/// # Errors
/// The sentence to show, with the names there are.
pub fn find(name: &str) -> Result<&'static Benchmark, String> {
    BENCHMARKS.iter().find(|benchmark| benchmark.name == name).ok_or_else(|| {
        let known: Vec<_> =
            BENCHMARKS.iter().map(|known| format!("  {:<16} {}", known.name, known.measures)).collect();
        format!("there is no benchmark `{name}`; there are\n{}", known.join("\n"))
    })
}
