//! Traces, metrics and logs.

use std::sync::OnceLock;

use anyhow::Context as _;
use opentelemetry::{
    global,
    trace::{TraceContextExt as _, TracerProvider as _},
};
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{LogExporter, MetricExporter, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource, logs::SdkLoggerProvider, metrics::SdkMeterProvider, propagation::TraceContextPropagator, trace::SdkTracerProvider,
};
use prometheus::{Registry, TextEncoder};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::{Environment, channel::Carrier};

static REGISTRY: OnceLock<Registry> = OnceLock::new();

/// What a process tells about itself.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What to log: `tracing`'s filter directives.
    pub filter: String,
    /// Where the OpenTelemetry collector listens; without it nothing is exported.
    pub endpoint: Option<String>,
}

impl Settings {
    /// Reads `ATLAS_LOG` and `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn read(environment: &mut Environment) -> Option<Self> {
        let filter: Option<String> = environment.optional("ATLAS_LOG", "info".to_owned());
        let endpoint = environment.maybe("OTEL_EXPORTER_OTLP_ENDPOINT");
        if let Some(Err(error)) = filter.as_ref().map(EnvFilter::try_new) {
            return environment.fault("ATLAS_LOG", error);
        }
        Some(Self { filter: filter?, endpoint: endpoint? })
    }
}

/// Traces, metrics and logs of a process; set up once, flushed on every way out.
///
/// Metrics can always be read at `/metrics`; without a collector, traces and logs go nowhere but to standard error.
#[derive(Debug)]
pub struct Telemetry {
    meters: SdkMeterProvider,
    exported: Option<(SdkTracerProvider, SdkLoggerProvider)>,
}

impl Telemetry {
    /// Sets it up for the whole process.
    ///
    /// # Errors
    /// The endpoint cannot be used, or telemetry was set up before.
    pub fn start(service: &'static str, settings: &Settings) -> anyhow::Result<Self> {
        let resource = Resource::builder().with_service_name(service).build();
        let registry = Registry::new();
        let mut meters = SdkMeterProvider::builder().with_resource(resource.clone());
        meters = meters.with_reader(opentelemetry_prometheus::exporter().with_registry(registry.clone()).build()?);
        let exported = match &settings.endpoint {
            Some(endpoint) => {
                meters = meters.with_periodic_exporter(MetricExporter::builder().with_tonic().with_endpoint(endpoint).build()?);
                Some((tracers(endpoint, &resource)?, loggers(endpoint, &resource)?))
            }
            None => None,
        };
        let meters = meters.build();
        subscribe(service, settings, exported.as_ref())?;
        global::set_text_map_propagator(TraceContextPropagator::new());
        global::set_meter_provider(meters.clone());
        let _ = REGISTRY.set(registry); // `subscribe` would have failed the second time
        Ok(Self { meters, exported })
    }

    /// Sends what has not been sent.
    pub fn flush(&self) {
        let mut failed = vec![self.meters.shutdown().err()];
        if let Some((tracers, loggers)) = &self.exported {
            failed.extend([tracers.shutdown().err(), loggers.shutdown().err()]);
        }
        for error in failed.into_iter().flatten() {
            tracing::warn!(error = &error as &dyn std::error::Error, "telemetry could not be flushed");
        }
    }
}

/// Links a span to the trace that a stranger's headers name. It does not join it: who sends a `traceparent` from outside is not to
/// decide what our traces are called, nor whether they are kept.
pub fn link_outside(span: &tracing::Span, headers: &http::HeaderMap) {
    let outside = global::get_text_map_propagator(|propagator| propagator.extract(&Carrier(headers)));
    let outside = outside.span().span_context().clone();
    if outside.is_valid() {
        span.add_link(outside);
    }
}

/// Gives a span that has begun another name.
pub fn rename(span: &tracing::Span, name: String) {
    span.context().span().update_name(name);
}

/// The metrics of this process in Prometheus' text format; empty before [`Telemetry::start`].
pub(crate) fn metrics() -> String {
    let families = REGISTRY.get().map(Registry::gather).unwrap_or_default();
    TextEncoder::new().encode_to_string(&families).unwrap_or_default()
}

fn tracers(endpoint: &str, resource: &Resource) -> anyhow::Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build().context("OTEL_EXPORTER_OTLP_ENDPOINT")?;
    Ok(SdkTracerProvider::builder().with_resource(resource.clone()).with_batch_exporter(exporter).build())
}

fn loggers(endpoint: &str, resource: &Resource) -> anyhow::Result<SdkLoggerProvider> {
    let exporter = LogExporter::builder().with_tonic().with_endpoint(endpoint).build().context("OTEL_EXPORTER_OTLP_ENDPOINT")?;
    Ok(SdkLoggerProvider::builder().with_resource(resource.clone()).with_batch_exporter(exporter).build())
}

fn subscribe(service: &'static str, settings: &Settings, exported: Option<&(SdkTracerProvider, SdkLoggerProvider)>) -> anyhow::Result<()> {
    // The exporter's own calls must not be exported in their turn.
    let quiet = || EnvFilter::new("info,h2=off,hyper=off,tonic=off,tower=off,opentelemetry=off,reqwest=off");
    let spans = exported.map(|(tracers, _)| tracing_opentelemetry::layer().with_tracer(tracers.tracer(service)).with_filter(quiet()));
    let logs = exported.map(|(_, loggers)| OpenTelemetryTracingBridge::new(loggers).with_filter(quiet()));
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_span_list(false).with_writer(std::io::stderr);
    tracing_subscriber::registry()
        // OpenTelemetry says of itself what nobody asked; who does ask comes later in the list, and wins.
        .with(lines.with_filter(EnvFilter::try_new(format!("opentelemetry=warn,{}", settings.filter))?))
        .with(spans)
        .with(logs)
        .try_init()
        .context("telemetry was set up before")
}
