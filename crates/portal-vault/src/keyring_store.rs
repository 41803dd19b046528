//! The operating system's keyring: Secret Service, Keychain or Credential Manager.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use keyring_core::{CredentialStore, Entry};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::kdf::random;
use crate::status::Unavailable;
use crate::{Canary, VaultError};

const SERVICE: &str = "zhanggui.portal";
/// Longest wait for one request. An unlock prompt that is answered later is seen when the vault is opened again.
const CALL_LIMIT: Duration = Duration::from_secs(4);

/// Entries of one installation in the default keyring.
pub(crate) struct KeyringStore {
    store: Arc<CredentialStore>,
    installation_id: Uuid,
    worker: Worker,
}

impl KeyringStore {
    /// Connects and writes, reads and deletes a canary, because a locked collection reports a good status and
    /// answers reads with "no entry". All within one time limit.
    pub fn open(installation_id: Uuid) -> Result<(Self, Canary), (Unavailable, Canary)> {
        let absent = (Unavailable::KeyringAbsent, Canary::NotRun);
        let worker = Worker::start(CALL_LIMIT).map_err(|_| absent)?;
        let probe = move || {
            let store = match keyring::Entry::store_status() {
                Ok(()) => keyring_core::get_default_store()?,
                Err(error) => {
                    tracing::info!(%error, "no keyring service");
                    return None;
                }
            };
            let canary = run_canary(store.as_ref(), installation_id);
            Some((store, canary))
        };
        match worker.run(probe) {
            Ok(Some((store, Canary::Passed))) => {
                Ok((Self { store, installation_id, worker }, Canary::Passed))
            }
            Ok(Some((_, canary))) => Err((Unavailable::KeyringLocked, canary)),
            Ok(None) => Err(absent),
            Err(_) => Err((Unavailable::KeyringLocked, Canary::TimedOut)),
        }
    }

    pub fn canary(&self) -> Canary {
        let (store, installation_id) = (Arc::clone(&self.store), self.installation_id);
        self.worker.run(move || run_canary(store.as_ref(), installation_id)).unwrap_or(Canary::TimedOut)
    }

    /// `None` only when the keyring can be read: if there is no such entry the canary tells a missing one
    /// from a collection locked meanwhile.
    pub fn get(&self, name: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
        let answer = self.with_entry(name, |entry| match entry.get_password() {
            Ok(value) => Ok(Some(Zeroizing::new(value))),
            Err(keyring_core::Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })?;
        if answer.is_none() && self.canary() != Canary::Passed {
            return Err(VaultError::KeyringLocked);
        }
        Ok(answer)
    }

    pub fn set(&self, name: &str, value: &str) -> Result<(), VaultError> {
        let value = Zeroizing::new(value.to_owned());
        self.with_entry(name, move |entry| entry.set_password(&value))
    }

    pub fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.with_entry(name, |entry| match entry.delete_credential() {
            Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
    }

    fn with_entry<T: Send + 'static>(
        &self,
        name: &str,
        work: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<T, VaultError> {
        let (store, user) = (Arc::clone(&self.store), user(self.installation_id, name));
        self.worker
            .run(move || entry(store.as_ref(), &user).and_then(|entry| work(&entry)))?
            .map_err(vault_error)
    }
}

fn vault_error(error: keyring_core::Error) -> VaultError {
    match error {
        keyring_core::Error::NoStorageAccess(_) => VaultError::KeyringLocked,
        // These two carry the item's content, which must not travel in an error.
        keyring_core::Error::BadEncoding(content) | keyring_core::Error::BadDataFormat(content, _) => {
            drop(Zeroizing::new(content));
            VaultError::KeyringItemDamaged
        }
        other => VaultError::Keyring(other),
    }
}

fn user(installation_id: Uuid, name: &str) -> String {
    format!("{installation_id}/{name}")
}

fn entry(store: &CredentialStore, user: &str) -> keyring_core::Result<Entry> {
    store.build(SERVICE, user, None)
}

fn run_canary(store: &CredentialStore, installation_id: Uuid) -> Canary {
    let Ok(noise) = random::<8>() else { return Canary::WriteRefused };
    let value = hex::encode(noise);
    // Its own name each time: two programs on one profile must not delete each other's canary.
    let Ok(entry) = entry(store, &user(installation_id, &format!("canary-{value}"))) else {
        return Canary::WriteRefused;
    };
    if entry.set_password(&value).is_err() {
        return Canary::WriteRefused;
    }
    let read_back = entry.get_password().is_ok_and(|read| read == value);
    match (read_back, entry.delete_credential()) {
        (false, _) => Canary::ReadBackFailed,
        (true, Err(_)) => Canary::DeleteRefused,
        (true, Ok(())) => Canary::Passed,
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// One thread for all D-Bus calls of a vault, so that a call stuck behind a prompt costs its caller the time
/// limit and nothing more. The thread ends with the vault, or when its stuck call ends.
struct Worker {
    jobs: mpsc::Sender<Job>,
    limit: Duration,
}

impl Worker {
    fn start(limit: Duration) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || queue.into_iter().for_each(|job| job()))?;
        Ok(Self { jobs, limit })
    }

    fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, VaultError> {
        let (reply, answer) = mpsc::sync_channel(1);
        let given_up = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&given_up);
        let job: Job = Box::new(move || {
            // A request whose caller has gone must not change the keyring later.
            if !seen.load(Ordering::Acquire) {
                let _ = reply.send(work());
            }
        });
        self.jobs.send(job).map_err(|_| VaultError::KeyringTimeout)?;
        answer.recv_timeout(self.limit).map_err(|_| {
            given_up.store(true, Ordering::Release);
            tracing::warn!("the keyring gave no answer in time");
            VaultError::KeyringTimeout
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault_keyring(store: &Arc<CredentialStore>, installation_id: Uuid) -> KeyringStore {
        KeyringStore { store: Arc::clone(store), installation_id, worker: Worker::start(CALL_LIMIT).unwrap() }
    }

    #[test]
    fn two_installations_do_not_see_each_other() {
        let store: Arc<CredentialStore> = keyring_core::mock::Store::new().unwrap();
        let first = vault_keyring(&store, Uuid::from_u128(1));
        let second = vault_keyring(&store, Uuid::from_u128(2));
        first.set("device", "one").unwrap();
        second.set("device", "two").unwrap();
        assert_eq!(first.get("device").unwrap().unwrap().as_str(), "one");
        second.delete("device").unwrap();
        second.delete("device").unwrap();
        assert!(second.get("device").unwrap().is_none());
        assert_eq!(first.get("device").unwrap().unwrap().as_str(), "one");
    }

    #[test]
    fn foreign_content_is_named_and_not_carried_in_the_error() {
        let store: Arc<CredentialStore> = keyring_core::mock::Store::new().unwrap();
        let keyring = vault_keyring(&store, Uuid::from_u128(1));
        let item = store.build(SERVICE, &user(Uuid::from_u128(1), "device"), None).unwrap();
        item.set_secret(&[0xff, 0xfe, 77, 78]).unwrap();
        let error = keyring.get("device").unwrap_err();
        assert_eq!(error.code(), "keyring_item_damaged");
        assert!(!format!("{error:?}").contains("77"));
    }

    #[test]
    fn an_unanswered_request_gives_its_caller_back_and_later_ones_are_dropped() {
        let worker = Worker::start(Duration::from_millis(200)).unwrap();
        let (release, held) = mpsc::channel::<()>();
        let stuck = worker.run(move || held.recv());
        assert_eq!(stuck.unwrap_err().code(), "keyring_timeout");

        let ran = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&ran);
        assert!(worker.run(move || flag.store(true, Ordering::Release)).is_err());
        release.send(()).unwrap();
        worker.run(|| ()).unwrap();
        assert!(!ran.load(Ordering::Acquire), "an abandoned request must not run afterwards");
    }
}
