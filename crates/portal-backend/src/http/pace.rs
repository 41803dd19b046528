//! Bodies that come so slowly that they only hold a connection.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt;

use crate::app::AppState;

/// Breaks a body off that brings fewer bytes than it must; the handler finds it cut short. One that stands still is
/// broken off by the layer around this.
pub async fn enforce(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let traffic = app.limits.traffic;
    let (mut began, mut bytes) = (None, 0);
    let paced = move |body: Body| {
        body.into_data_stream().map(move |chunk| {
            let chunk = chunk?;
            bytes += chunk.len() as u64;
            let time = began.get_or_insert_with(Instant::now).elapsed().saturating_sub(traffic.body_idle());
            if is_too_slow(bytes, time, traffic.body_bytes_per_s) {
                return Err(axum::Error::new(std::io::Error::from(std::io::ErrorKind::TimedOut)));
            }
            Ok(chunk)
        })
    };
    next.run(request.map(|body| Body::from_stream(paced(body)))).await
}

/// Whether these are fewer bytes than this time must bring.
fn is_too_slow(bytes: u64, time: Duration, least_bytes_per_s: u32) -> bool {
    (bytes as f64) < time.as_secs_f64() * f64::from(least_bytes_per_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_must_bring_its_bytes_in_time() {
        assert!(!is_too_slow(0, Duration::ZERO, 1000));
        assert!(is_too_slow(0, Duration::from_millis(1), 1000));
        assert!(!is_too_slow(10_000, Duration::from_secs(10), 1000));
        assert!(is_too_slow(9_999, Duration::from_secs(10), 1000));
        assert!(!is_too_slow(1, Duration::from_secs(3600), 0));
    }
}
