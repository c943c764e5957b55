//! A process: configuration, telemetry, lifecycle, gRPC servers and channels, token check.
