//! What the server counts, for Prometheus.

use prometheus::{HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry, TextEncoder};

use crate::error::BackendError;

/// The server's counters.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    received: IntCounterVec,
    blob_bytes: IntCounter,
}

impl Metrics {
    /// # Errors
    /// [`BackendError::Metric`].
    pub fn new() -> Result<Self, BackendError> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("portal_requests_total", "Answered requests"),
            &["method", "route", "status"],
        )?;
        let seconds = HistogramVec::new(
            HistogramOpts::new("portal_request_seconds", "Time to the head of the answer"),
            &["method", "route"],
        )?;
        let received = IntCounterVec::new(
            Opts::new("portal_operations_received_total", "Operations received"),
            &["kind"],
        )?;
        let blob_bytes = IntCounter::new("portal_blob_bytes_total", "Bytes of blobs made durable")?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(received.clone()))?;
        registry.register(Box::new(blob_bytes.clone()))?;
        Ok(Self { registry, requests, seconds, received, blob_bytes })
    }

    pub fn answered(&self, method: &str, route: &str, status: u16, seconds: f64) {
        self.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        self.seconds.with_label_values(&[method, route]).observe(seconds);
    }

    pub fn received(&self, kind: &str) {
        self.received.with_label_values(&[kind]).inc();
    }

    pub fn stored(&self, bytes: u64) {
        self.blob_bytes.inc_by(bytes);
    }

    /// The Prometheus text format.
    ///
    /// # Errors
    /// [`BackendError::Metric`].
    pub fn text(&self) -> Result<String, BackendError> {
        Ok(TextEncoder::new().encode_to_string(&self.registry.gather())?)
    }
}
