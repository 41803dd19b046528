//! The benchmarks by name. Without dependencies: `xtask` includes this file too, to know a name before it builds.

/// One benchmark, which may print several lines.
pub struct Benchmark {
    pub name: &'static str,
    /// For the list of names.
    pub measures: &'static str,
    /// Whether it starts programs of the product.
    pub product: bool,
    /// Whether the bare Tauri window is its peer.
    pub bare_window: bool,
    /// Whether it needs a PostgreSQL database, which waits for the disk.
    pub postgres: bool,
    /// Whether other programs that fit photos are its peers, and the photo worker is looked at.
    pub fits_photos: bool,
}

pub const BENCHMARKS: &[Benchmark] = &[
    Benchmark {
        name: "checks",
        measures: "planted defects that the checks before submission catch, and clean applications that they block",
        product: false,
        bare_window: false,
        postgres: false,
        fits_photos: false,
    },
    Benchmark {
        name: "contract",
        measures: "rendering and signing a contract, against pyHanko signing the same pages",
        product: false,
        bare_window: false,
        postgres: false,
        fits_photos: false,
    },
    Benchmark {
        name: "enqueue",
        measures: "finalising an application, against one durable insert of its bytes into a bare SQLCipher table",
        product: false,
        bare_window: false,
        postgres: false,
        fits_photos: false,
    },
    Benchmark {
        name: "photos",
        measures: "photos of 12 megapixels fitted, against libvips, sharp, Pillow and image with the same pictures",
        product: false,
        bare_window: false,
        postgres: false,
        fits_photos: true,
    },
    Benchmark {
        name: "photos-corners",
        measures: "documents on photos that are outlined where they lie",
        product: false,
        bare_window: false,
        postgres: false,
        fits_photos: false,
    },
    Benchmark {
        name: "photos-verdicts",
        measures: "spoiled photos whose flaw is called by its name, and good photos that are blamed",
        product: false,
        bare_window: false,
        postgres: false,
        fits_photos: false,
    },
    Benchmark {
        name: "upload",
        measures: "a photo to the backend, against curl -T of the same bytes to the same backend",
        product: true,
        bare_window: false,
        postgres: false,
        fits_photos: false,
    },
    Benchmark {
        name: "queued",
        measures: "10,000 queued operations: what they cost at the start, and in memory while one run sends them all",
        product: true,
        bare_window: false,
        postgres: false,
        fits_photos: false,
    },
    Benchmark {
        name: "postgres",
        measures: "applications received on PostgreSQL from 16 desktops, against pgbench that only inserts their rows",
        product: true,
        bare_window: false,
        postgres: true,
        fits_photos: false,
    },
    Benchmark {
        name: "window",
        measures: "process start to a usable start screen, against a bare Tauri window of the same version",
        product: true,
        bare_window: true,
        postgres: false,
        fits_photos: false,
    },
    Benchmark {
        name: "keystroke",
        measures: "key press to changed pixels and click to the painted step, with 10,000 cases stored",
        product: true,
        bare_window: false,
        postgres: false,
        fits_photos: false,
    },
    Benchmark {
        name: "memory",
        measures: "memory of the window's processes with 10,000 cases, idle and through the main job on one core",
        product: true,
        bare_window: true,
        postgres: false,
        fits_photos: false,
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
