//! Declares the cfg under which the runtime's own chance follows the seed.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(tokio_unstable)");
}
