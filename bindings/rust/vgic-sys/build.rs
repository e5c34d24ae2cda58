// SPDX-License-Identifier: BSD-2-Clause
//! Finds libvgic's static libraries: in the directories that VGIC_LIB_DIR
//! names, with a colon between them, else where pkg-config says.

use std::env;
use std::path::PathBuf;
use std::process::Command;

/// All of them, each before those that it needs.  Those that are not there are
/// left out, but for the last.
const LIBRARIES: [&str; 5] =
    ["vgic_kvm", "vgic_emu", "vgic_describe", "vgic_soft", "vgic"];

fn directories() -> Vec<PathBuf> {
    if let Some(paths) = env::var_os("VGIC_LIB_DIR") {
        return env::split_paths(&paths).collect();
    }
    let said =
        Command::new("pkg-config").args(["--variable=libdir", "vgic"]).output();
    match said {
        Ok(said) if said.status.success() => {
            let libdir = String::from_utf8(said.stdout).unwrap();
            vec![PathBuf::from(libdir.trim())]
        }
        _ => panic!(
            "no libvgic: pkg-config does not know it, and VGIC_LIB_DIR \
             does not say where libvgic.a is"
        ),
    }
}

fn main() {
    println!("cargo:rerun-if-env-changed=VGIC_LIB_DIR");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    let directories = directories();
    for name in LIBRARIES {
        let file = format!("lib{name}.a");
        let found = directories.iter().find(|d| d.join(&file).exists());
        if let Some(directory) = found {
            println!("cargo:rustc-link-search=native={}", directory.display());
            println!("cargo:rustc-link-lib=static={name}");
            println!("cargo:rerun-if-changed={}/{file}", directory.display());
        } else if name == "vgic" {
            panic!("no {file} in {directories:?}");
        }
    }
}
