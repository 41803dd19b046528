//! Photos on their way into a slot: each can be given up, and is shown small as soon as it has pixels.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use portal_domain::ids::PhotoId;
use portal_imaging::worker::Stop;
use tokio::sync::watch;

use crate::App;
use crate::error::{CommandCode, CommandError};

/// By how much a request for a photo may be ahead of the photo itself.
const AHEAD: Duration = Duration::from_secs(2);

tokio::task_local! {
    /// What the present command is about.
    static CURRENT: Arc<PhotoWork>;
}

/// How far the work on a photo is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// Asked about before it came.
    Awaited,
    Begun,
    /// Its preview is with its account.
    Shown,
}

/// The work on one photo.
pub(crate) struct PhotoWork {
    photo_id: PhotoId,
    stop: Stop,
    stage: watch::Sender<Stage>,
}

impl PhotoWork {
    /// The id that the photo will have.
    pub fn photo_id(&self) -> PhotoId {
        self.photo_id
    }

    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Its account has the preview now.
    pub fn shown(&self) {
        self.stage.send_replace(Stage::Shown);
    }
}

/// All that are worked on, and those that somebody asked about just before: a small message may overtake the one with the
/// photo.
#[derive(Default)]
pub(crate) struct PhotoWorks(Mutex<HashMap<PhotoId, Arc<PhotoWork>>>);

impl PhotoWorks {
    fn of(&self, photo_id: PhotoId) -> Arc<PhotoWork> {
        let awaited = || {
            let stage = watch::Sender::new(Stage::Awaited);
            Arc::new(PhotoWork { photo_id, stop: Stop::default(), stage })
        };
        Arc::clone(self.all().entry(photo_id).or_insert_with(awaited))
    }

    fn begin(&self, photo_id: PhotoId) -> Arc<PhotoWork> {
        let work = self.of(photo_id);
        work.stage.send_replace(Stage::Begun);
        work
    }

    fn end(&self, photo_id: PhotoId) {
        self.all().remove(&photo_id);
    }

    /// Forgets a photo that never came, unless it is to be stopped when it does.
    fn give_up(&self, photo_id: PhotoId) {
        let never_came =
            |work: &Arc<PhotoWork>| *work.stage.borrow() == Stage::Awaited && !work.stop.is_stopped();
        let mut all = self.all();
        if all.get(&photo_id).is_some_and(never_came) {
            all.remove(&photo_id);
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<PhotoId, Arc<PhotoWork>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The work that the present command is about, if the caller chose an id for it.
pub(crate) fn current() -> Option<Arc<PhotoWork>> {
    CURRENT.try_with(Arc::clone).ok()
}

impl App {
    /// A command that brings a photo into a slot, under an id that the caller chose and uses once: by that it can be stopped
    /// ([`App::photo_stop`]) and seen ([`App::photo_bytes`]) while it is worked on. What is already being written is finished.
    pub async fn photo_under<T>(&self, photo_id: PhotoId, command: impl Future<Output = T>) -> T {
        let done = CURRENT.scope(self.photo_works.begin(photo_id), command).await;
        self.photo_works.end(photo_id);
        done
    }

    /// Stops the work on a photo that [`App::photo_under`] knows by this id, or is about to.
    ///
    /// # Errors
    /// None so far.
    pub async fn photo_stop(&self, photo_id: PhotoId) -> Result<(), CommandError> {
        self.photo_works.of(photo_id).stop.now();
        Ok(())
    }

    /// Waits until a photo that is worked on, or comes in a moment, has a preview.
    ///
    /// # Errors
    /// `not_found` when it doesn't come, or its work ends without one.
    pub(crate) async fn photo_coming(&self, photo_id: PhotoId) -> Result<(), CommandError> {
        // Not the work itself is kept: its end is the end of waiting.
        let mut stage = self.photo_works.of(photo_id).stage.subscribe();
        let not_found = CommandError::new(CommandCode::NotFound);
        let begun = tokio::time::timeout(AHEAD, stage.wait_for(|stage| *stage >= Stage::Begun));
        let has_begun = matches!(begun.await, Ok(Ok(_)));
        if !has_begun {
            self.photo_works.give_up(photo_id);
            return Err(not_found);
        }
        stage.wait_for(|stage| *stage == Stage::Shown).await.map_err(|_| not_found)?;
        Ok(())
    }
}
