// SPDX-License-Identifier: BSD-2-Clause
//! Arm virtual interrupt controllers, GICv2, GICv3 with ITSs and GICv5: libvgic
//! for emulators and VMMs, without `unsafe`. A VMM whose guest's code runs
//! elsewhere finds its interface in [`host`].
//!
//! An emulator executes every instruction of its guest itself. It needs three
//! things of a GIC: an answer to an access ([`Vcpu`]), a place for a device's
//! line ([`Devices`]), and to be told when a CPU's IRQ or FIQ input changes
//! ([`Ops::set_pins`]).
//!
//! ```
//! use vgic::{Config, Emu, Guest, Ops, Pins, Sysreg, Width};
//!
//! struct Board;
//!
//! impl Guest for Board {}
//!
//! impl Ops for Board {
//!     fn set_pins(&self, vcpu: u32, pins: Pins) {
//!         println!("vCPU {vcpu}: IRQ {}", pins.irq);
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config { nr_spis: 32, ..Config::gicv3(1) };
//! let mut emu = Emu::new(&config, Board)?;
//! let mut frames = emu.frames()?;
//! frames.set_dist_base(0x0800_0000)?;
//! frames.add_redist_region(0x080a_0000, 1)?;
//!
//! let (devices, mut vcpus) = emu.split();
//! let mut vcpu = vcpus.next().unwrap();
//! vcpu.store(0x0800_0000, Width::Word, 2)?; // GICD_CTLR
//! vcpu.store(0x0800_0104, Width::Word, 1 << 1)?; // GICD_ISENABLER1
//! vcpu.write_sysreg(Sysreg::ICC_PMR_EL1, 0xf0)?;
//! vcpu.write_sysreg(Sysreg::ICC_IGRPEN1_EL1, 1)?;
//! devices.inject_irq(0, 33, true, None)?;
//! assert_eq!(vcpu.read_sysreg(Sysreg::ICC_IAR1_EL1)?, 33);
//! # Ok(())
//! # }
//! ```
//!
//! # What the types hold you to
//!
//! libvgic's C interface has rules that a compiler does not check. Here they
//! are types, so safe code cannot break them:
//!
//! * Memory and callbacks belong to the [`Emu`]: the GIC, its CPU interfaces
//!   and the [`Ops`] are in one block, which is given back when the `Emu` is
//!   dropped. Nothing else is allocated. Without the feature `alloc` the block
//!   is yours ([`Memory`]).
//! * [`Emu::split`] borrows the `Emu` for as long as anybody may access the
//!   GIC. It hands out one [`Vcpu`] for each vCPU, which can be sent to a
//!   thread but not shared between two, and [`Devices`], which all threads may
//!   have.
//! * The VM is stopped for a reset, a save or a restore in
//!   [`Emu::stopped`] alone, which wants the `Emu` for itself: all vCPUs and
//!   devices have been given back by then.
//!
//! What remains for you to keep is said at [`Guest`]: a callback that calls the
//! GIC may hang. That is the only rule, and breaking it is not undefined
//! behaviour.
//!
//! # Errors
//!
//! A guest cannot cause an [`Error`]: what it does wrong reads as zero or is
//! ignored, as the architecture says, and is counted ([`Stats`]). Errors are
//! the embedder's own.
//!
//! # Features
//!
//! The crate is `no_std`. `alloc` adds memory from the allocator, `std` (the
//! default) also `std::error::Error`.
#![no_std]
#![deny(missing_docs, unsafe_op_in_unsafe_fn)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod config;
mod emu;
mod error;
mod frames;
pub mod host;
mod memory;
mod ops;
pub mod snapshot;
mod state;
mod stopped;
mod sysreg;

pub use config::{Arch, Config, ItsConfig, V5Config};
pub use emu::{Devices, Emu, Unhandled, Vcpu, Vcpus, Width};
pub use error::{Error, Result};
pub use frames::Frames;
pub use memory::{Block, Memory};
pub use ops::{Guest, Ops, OutsideRam, Pins};
pub use state::{Irq, Kinds, Owner, Region, Stats};
pub use stopped::Stopped;
pub use sysreg::Sysreg;

use vgic_sys::ctypes::c_char;

/// The version of libvgic that is linked.
pub fn version() -> &'static str {
    // SAFETY: the function has no conditions and returns a constant string.
    unsafe { text(vgic_sys::vgic_version()) }
}

/// A constant string of the library's.
///
/// # Safety
/// `string` is a null-terminated string that lives for ever.
unsafe fn text(string: *const c_char) -> &'static str {
    let mut length = 0;
    // SAFETY: up to the terminating zero all of it may be read.
    let bytes = unsafe {
        while *string.add(length) != 0 {
            length += 1;
        }
        core::slice::from_raw_parts(string.cast::<u8>(), length)
    };
    core::str::from_utf8(bytes).unwrap_or("?")
}
