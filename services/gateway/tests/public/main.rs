//! The public half of the gateway, through the real door and the real table of addresses, on small models.

mod crawl;
mod door;
mod fixture;
mod follow;
mod hostile;
mod pages;
mod search;
mod snapshot;
mod words;
