// SPDX-License-Identifier: BSD-2-Clause
//! libvgic's C interface, all of its public headers, as bindgen declares it.
//!
//! What the functions do, where they may be called from and what they return
//! is in the headers, `include/vgic/`, and in their manual pages
//! (`man libvgic`).  The crate `vgic` is the safe interface.
//!
//! The names of system registers, `VGIC_ICC_PMR_EL1` in C, have `SYSREG` in
//! them here: [`VGIC_SYSREG_ICC_PMR_EL1`].
//!
//! `bindings/rust/generate --renew` makes the declarations from the headers.
#![no_std]
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]

/// C's types, for which `core` has no names before Rust 1.64.
pub mod ctypes {
    pub use core::ffi::c_void;
    /// As plain `char` is: unsigned on Arm.
    #[cfg(not(any(target_arch = "aarch64", target_arch = "arm")))]
    pub type c_char = i8;
    /// As plain `char` is: unsigned on Arm.
    #[cfg(any(target_arch = "aarch64", target_arch = "arm"))]
    pub type c_char = u8;
    pub type c_uchar = u8;
    pub type c_ushort = u16;
    pub type c_int = i32;
    pub type c_uint = u32;
    /// LP64, as all machines are that libvgic is made for.
    pub type c_long = i64;
    pub type c_ulong = u64;
}

mod bindings;
pub use bindings::*;
