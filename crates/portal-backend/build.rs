//! Makes cargo notice a newly built console: a folder that doesn't exist can't be watched.

fn main() -> std::io::Result<()> {
    const CONSOLE: &str = "../../ui/dist/console";
    std::fs::create_dir_all(CONSOLE)?;
    write(&format!("cargo::rerun-if-changed={CONSOLE}\n"))?;
    write("cargo::rerun-if-changed=migrations\n")
}

fn write(line: &str) -> std::io::Result<()> {
    use std::io::Write;
    std::io::stdout().write_all(line.as_bytes())
}
