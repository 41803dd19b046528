#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

//! Starts the portal's window.

fn main() -> std::process::ExitCode {
    merchant_portal::run()
}
