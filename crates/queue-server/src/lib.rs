//! The server: the shell around the pure core. Settings, clock, engine, live messages, HTTP, pages.

// The engine and what belongs to it.
pub mod boot;
pub mod chance;
pub mod clock;
pub mod engine;
pub mod live;
pub mod operator;
pub mod present;

// What is read at the start.
pub mod office_file;
pub mod settings;
pub mod toml_file;

// What faces the network.
pub mod accept;
pub mod auth;
pub mod backups;
pub mod http;
pub mod pages;
pub mod site;
pub mod sounds;
pub mod telemetry;

// The process.
pub mod cli;
pub mod demo;
pub mod server;
pub mod watchdog;
