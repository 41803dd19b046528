//! Makes cargo notice a newly built page: a folder that doesn't exist can't be watched.

fn main() -> std::io::Result<()> {
    use std::io::Write;
    const PAGE: &str = "../../ui/dist/phone";
    std::fs::create_dir_all(PAGE)?;
    std::io::stdout().write_all(format!("cargo::rerun-if-changed={PAGE}\n").as_bytes())
}
