//! `cargo xtask load`: many desktops that submit applications to one server.

use crate::process::{self, Failure, Result};
use crate::setup;
use crate::shared::{Durability, Postgres};
use crate::workspace::{cargo, root, target};

/// As it is shipped.
const BUILD: [&str; 10] = [
    "build",
    "--release",
    "--package",
    "portal-tests",
    "--package",
    "portal-backend",
    "--bin",
    "load",
    "--bin",
    "portal-backend",
];

/// Builds what is needed and runs it; the options but the database are those of the program.
///
/// # Errors
/// When a submission failed.
pub fn load(words: &[&str]) -> Result<()> {
    let (database, options) = chosen(words)?;
    setup::setup()?;
    process::run(cargo(BUILD))?;
    let program = target()?.join("release/load");
    let mut run = process::command(&program.to_string_lossy(), options, root());
    match database {
        Database::Sqlite => process::run(run),
        Database::Postgres => {
            let postgres = Postgres::start(Durability::Full)?;
            run.env("DATABASE_URL", postgres.url());
            process::run(run)
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Database {
    Sqlite,
    Postgres,
}

/// The database, and the other words.
fn chosen<'a>(words: &[&'a str]) -> Result<(Database, Vec<&'a str>)> {
    let mut others = words.to_vec();
    let Some(at) = words.iter().position(|word| *word == "--database") else {
        return Ok((Database::Sqlite, others));
    };
    let database = match words.get(at + 1) {
        Some(&"sqlite") => Database::Sqlite,
        Some(&"postgres") => Database::Postgres,
        _ => return Err(Failure::new("--database sqlite or --database postgres")),
    };
    others.drain(at..at + 2);
    Ok((database, others))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_is_chosen_among_the_programs_options() {
        assert_eq!(chosen(&["--seconds", "5"]).unwrap(), (Database::Sqlite, vec!["--seconds", "5"]));
        let words = ["--desktops", "9", "--database", "postgres", "--seconds", "5"];
        assert_eq!(chosen(&words).unwrap(), (Database::Postgres, vec!["--desktops", "9", "--seconds", "5"]));
        assert!(chosen(&["--database", "oracle"]).is_err() && chosen(&["--database"]).is_err());
    }
}
