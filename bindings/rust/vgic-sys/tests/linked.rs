// SPDX-License-Identifier: BSD-2-Clause
//! The libraries that are linked are those of the headers.

use std::ffi::CStr;

#[test]
fn version_of_headers_and_library() {
    let linked = unsafe { CStr::from_ptr(vgic_sys::vgic_version()) };
    assert_eq!(linked.to_bytes_with_nul(), vgic_sys::VGIC_VERSION_STRING);
    assert_eq!(linked.to_str().unwrap(), env!("CARGO_PKG_VERSION"));
}

/// A function of each library; that they link is what is tested.
#[test]
fn all_libraries() {
    let functions = [
        vgic_sys::vgic_memory_size as *const (),
        vgic_sys::vgic_soft_size as *const (),
        vgic_sys::vgic_emu_memory_size as *const (),
        vgic_sys::vgic_madt as *const (),
        vgic_sys::vgic_kvm_create as *const (),
    ];
    assert!(functions.iter().all(|f| !f.is_null()));
}

/// op0:op1:CRn:CRm:op2 in 2:3:4:4:3 bits, and not C's macro unexpanded.
#[test]
fn names_of_registers() {
    assert_eq!(vgic_sys::VGIC_SYSREG_ICC_PMR_EL1, 3 << 14 | 4 << 7 | 6 << 3);
}
