//! Photos on their way into a slot: each can be given up, and is shown small as soon as it has pixels.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use portal_domain::ids::PhotoId;
use portal_imaging::worker::Stop;
use tokio::sync::watch;

use crate::App;
use crate::error::{CommandCode, CommandError};

/// Longest wait for the first pixels of a photo, which may stand behind others.
const PREVIEW_PATIENCE: Duration = Duration::from_secs(60);

tokio::task_local! {
    /// What the present command is about.
    static CURRENT: Arc<PhotoWork>;
}

/// The work on one photo.
pub(crate) struct PhotoWork {
    photo_id: PhotoId,
    stop: Stop,
    preview: watch::Sender<Option<Vec<u8>>>,
}

impl PhotoWork {
    /// The id that the photo will have.
    pub fn photo_id(&self) -> PhotoId {
        self.photo_id
    }

    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    pub fn show(&self, preview: &[u8]) {
        self.preview.send_replace(Some(preview.to_vec()));
    }
}

/// All that are worked on, or are about to be: a small message may overtake the one with the photo.
#[derive(Default)]
pub(crate) struct PhotoWorks(Mutex<HashMap<PhotoId, Arc<PhotoWork>>>);

impl PhotoWorks {
    fn of(&self, photo_id: PhotoId) -> Arc<PhotoWork> {
        let begun =
            || Arc::new(PhotoWork { photo_id, stop: Stop::default(), preview: watch::Sender::default() });
        Arc::clone(self.all().entry(photo_id).or_insert_with(begun))
    }

    fn end(&self, photo_id: PhotoId) {
        self.all().remove(&photo_id);
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<PhotoId, Arc<PhotoWork>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The work that the present command is about, if it has a name.
pub(crate) fn current() -> Option<Arc<PhotoWork>> {
    CURRENT.try_with(Arc::clone).ok()
}

impl App {
    /// A command that brings a photo into a slot, under an id that the caller chose and uses once: by that it can be stopped
    /// ([`App::photo_stop`]) and seen ([`App::photo_bytes`]) while it is worked on. What is already being written is finished.
    pub async fn photo_named<T>(&self, photo_id: PhotoId, command: impl Future<Output = T>) -> T {
        let done = CURRENT.scope(self.photo_works.of(photo_id), command).await;
        self.photo_works.end(photo_id);
        done
    }

    /// Stops the work on a photo that [`App::photo_named`] knows by this id, or is about to.
    ///
    /// # Errors
    /// None so far.
    pub async fn photo_stop(&self, photo_id: PhotoId) -> Result<(), CommandError> {
        self.photo_works.of(photo_id).stop.now();
        Ok(())
    }

    /// The preview of a photo that is worked on, or is about to be, as soon as there is one.
    pub(crate) async fn photo_coming(&self, photo_id: PhotoId) -> Result<Vec<u8>, CommandError> {
        // Not the work itself is kept: its end is the end of waiting.
        let mut preview = self.photo_works.of(photo_id).preview.subscribe();
        let shown = tokio::time::timeout(PREVIEW_PATIENCE, preview.wait_for(Option::is_some)).await;
        match shown {
            Ok(Ok(shown)) => shown.clone().ok_or(CommandError::new(CommandCode::NotFound)),
            Ok(Err(_)) => Err(CommandError::new(CommandCode::NotFound)),
            Err(_) => {
                self.photo_works.end(photo_id);
                Err(CommandError::new(CommandCode::NotFound))
            }
        }
    }
}
