//! What several servers share: the PostgreSQL and the S3 server that `cargo xtask shared` starts.

use std::path::Path;

use super::{database, http, sha, storage};

/// Makes a bucket for a data folder: its name.
pub async fn bucket(folder: &Path) -> String {
    let server = std::env::var("AWS_ENDPOINT_URL").expect("run this by `cargo xtask shared`");
    let name = format!("portal-{}", &sha(folder.as_os_str().as_encoded_bytes()).as_str()[..24]);
    let made = http().put(format!("{server}/{name}")).send().await.unwrap();
    assert_eq!(made.status(), 200);
    name
}

/// Makes a schema for a folder: its address.
pub async fn schema(folder: &Path) -> String {
    storage(folder).await;
    database(folder).expect("run this by `cargo xtask shared`").0
}
