//! The main journeys, black box, on the whole platform.
