//! The record: what collectivités do abroad, with whom. Partnerships, the projects done under them, and the themes of projects.

pub mod commands;
pub mod domain;
pub mod facts;
pub mod grpc;
pub mod queries;
pub mod retell;
pub mod store;
