// SPDX-License-Identifier: BSD-2-Clause
//! Frames, interrupts and counters of a GIC, to be looked at; and owners.

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::num::NonZeroUsize;
use vgic_sys as sys;

use crate::error::check;
use crate::Result;

/// A device that an interrupt belongs to: any address of it, as a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Owner(NonZeroUsize);

impl Owner {
    /// The device at this address. Only the address counts: nothing is kept of
    /// the device, and it may be gone or have moved.
    pub fn of<T>(device: &T) -> Owner {
        let address = device as *const T as usize;
        // A reference is not null; were it, 1 names as well as any other.
        Owner(NonZeroUsize::new(address.max(1)).unwrap())
    }
}

/// Guest addresses whose accesses are the GIC's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// "GICD", "GICC", "GICR", "GITS" or "IRS".
    pub name: &'static str,
    /// Guest physical address.
    pub ipa: u64,
    /// Bytes.
    pub size: u64,
}

/// The state of one interrupt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Irq {
    /// It is pending, wherever that is held.
    pub pending: bool,
    /// It was acknowledged and not yet deactivated.
    pub active: bool,
    /// The guest has enabled it.
    pub enabled: bool,
    /// Level-sensitive; else edge-triggered.
    pub level: bool,
    /// Its device's line is up.
    pub line: bool,
    /// Group 1; else Group 0.
    pub group1: bool,
    /// 0 is the most urgent.
    pub priority: u8,
    /// The vCPU that it is routed to.
    pub target: Option<u32>,
    /// The vCPU that has it queued, or holds it.
    pub holder: Option<u32>,
    /// Where it is: "-", "inbox", "queue", "lr" or "active".
    pub place: &'static str,
}

/// A number for each kind of interrupt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// SGIs.
    pub sgi: u64,
    /// PPIs.
    pub ppi: u64,
    /// SPIs.
    pub spi: u64,
    /// LPIs.
    pub lpi: u64,
}

impl Kinds {
    fn from_c(numbers: [u64; 4]) -> Kinds {
        let [sgi, ppi, spi, lpi] = numbers;
        Kinds { sgi, ppi, spi, lpi }
    }
}

/// Counters of one vCPU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Interrupts that became pending for it.
    pub injected: Kinds,
    /// Interrupts that its guest acknowledged.
    pub delivered: Kinds,
    /// Accesses that its guest got wrong.
    pub guest_errors: u64,
}

fn index(number: u32) -> Option<u32> {
    (number != u32::MAX).then_some(number)
}

/// # Safety
/// `gic` exists, and nobody places frames meanwhile.
pub(crate) unsafe fn region(gic: *const sys::vgic, n: u32) -> Option<Region> {
    let mut c = MaybeUninit::uninit();
    // SAFETY: as the caller says; what succeeds has filled it in, with a
    // constant name.
    unsafe {
        check(sys::vgic_mmio_region(gic, n, c.as_mut_ptr())).ok()?;
        let c: sys::vgic_mmio_region = c.assume_init();
        Some(Region { name: crate::text(c.name), ipa: c.ipa, size: c.size })
    }
}

/// # Safety
/// `gic` exists.
pub(crate) unsafe fn irq(
    gic: *mut sys::vgic,
    vcpu: u32,
    intid: u32,
) -> Result<Irq> {
    let mut c = MaybeUninit::uninit();
    // SAFETY: as the caller says; what succeeds has filled it in, with a
    // constant text.
    unsafe {
        check(sys::vgic_get_irq_info(gic, vcpu, intid, c.as_mut_ptr()))?;
        let c: sys::vgic_irq_info = c.assume_init();
        Ok(Irq {
            pending: c.pending,
            active: c.active,
            enabled: c.enabled,
            level: c.level,
            line: c.line,
            group1: c.group1,
            priority: c.priority,
            target: index(c.target),
            holder: index(c.holder),
            place: crate::text(c.place),
        })
    }
}

/// # Safety
/// `vcpu` exists.
pub(crate) unsafe fn stats(vcpu: *const sys::vgic_vcpu) -> Stats {
    let mut c = MaybeUninit::uninit();
    // SAFETY: as the caller says; it always fills it in.
    let c: sys::vgic_stats = unsafe {
        sys::vgic_get_stats(vcpu, c.as_mut_ptr());
        c.assume_init()
    };
    Stats {
        injected: Kinds::from_c(c.injected),
        delivered: Kinds::from_c(c.delivered),
        guest_errors: c.guest_errors,
    }
}

/// An address that names a device, or null.
pub(crate) fn name_of(owner: Option<Owner>) -> *const c_void {
    owner.map_or(0, |owner| owner.0.get()) as *const c_void
}

/// # Safety
/// `gic` exists, and there is no other call for this interrupt.
pub(crate) unsafe fn set_owner(
    gic: *mut sys::vgic,
    vcpu: u32,
    intid: u32,
    owner: Option<Owner>,
) -> Result<()> {
    // SAFETY: as the caller says; the name is not looked into.
    check(unsafe { sys::vgic_set_owner(gic, vcpu, intid, name_of(owner)) })
}
