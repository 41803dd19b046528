//! Finding cases by any part of a name or number.
//!
//! Words are indexed as overlapping pairs of characters (`北京烤鸭` → `北京 京烤 烤鸭 鸭`), and a query becomes a phrase
//! of pairs: two Chinese characters find a name, which a trigram index can't. Receipt and notice numbers are not among
//! the words: a case gets them while its words stay, so they are looked for in an index of their own.

use portal_domain::dossier::Dossier;

use super::row::CaseRow;
use crate::error::StoreError;
use crate::store::Conn;

/// The number a merchant is called at: the contact's, else the legal person's.
pub(super) fn phone(dossier: &Dossier) -> &str {
    if dossier.contact.mobile.trim().is_empty() {
        &dossier.legal_person.mobile
    } else {
        &dossier.contact.mobile
    }
}

/// A number as it is compared: letters and digits only, capitals.
pub(super) fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

pub(super) async fn index(conn: &mut Conn, id: i64, row: &CaseRow) -> Result<(), StoreError> {
    let dossier = &row.dossier;
    let texts = [
        dossier.display_name(),
        &dossier.business.registered_name,
        &dossier.licence.number,
        &dossier.legal_person.name,
        &dossier.legal_person.mobile,
        &dossier.contact.name,
        &dossier.contact.mobile,
    ];
    let mut pairs = Vec::new();
    for word in texts.iter().flat_map(|text| words(text)) {
        for start in 0..word.len() {
            pairs.push(word.iter().skip(start).take(2).collect::<String>());
        }
    }
    let words = pairs.join(" ");
    // Most saves change no name or number, and the index is the dearest part of a save.
    let known: Option<String> = sqlx::query_scalar("SELECT words FROM case_search WHERE rowid = ?1")
        .bind(id)
        .fetch_optional(&mut *conn)
        .await?;
    if known.as_ref() == Some(&words) {
        return Ok(());
    }
    remove(conn, id).await?;
    sqlx::query("INSERT INTO case_search (rowid, words) VALUES (?1, ?2)")
        .bind(id)
        .bind(words)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn remove(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM case_search WHERE rowid = ?1").bind(id).execute(conn).await?;
    Ok(())
}

/// The FTS5 expression for what a user typed; absent when it holds no letter or digit.
pub(super) fn expression(typed: &str) -> Option<String> {
    let phrases: Vec<String> = words(typed)
        .iter()
        .map(|word| match word.as_slice() {
            [single] => format!("\"{single}\" *"),
            several => {
                let pairs: Vec<String> = several.windows(2).map(|pair| pair.iter().collect()).collect();
                format!("\"{}\"", pairs.join(" "))
            }
        })
        .collect();
    if phrases.is_empty() { None } else { Some(phrases.join(" AND ")) }
}

fn words(text: &str) -> Vec<Vec<char>> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().chars().collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_become_phrases_of_pairs() {
        assert_eq!(expression("烤鸭").unwrap(), "\"烤鸭\"");
        assert_eq!(expression("京 138-1").unwrap(), "\"京\" * AND \"13 38\" AND \"1\" *");
        assert_eq!(expression(" \"*- "), None);
    }

    #[test]
    fn numbers_compare_without_spaces_and_case() {
        assert_eq!(key("6222 0212-34x "), "6222021234X");
    }
}
