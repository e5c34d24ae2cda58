// SPDX-License-Identifier: BSD-2-Clause

use core::ffi::c_void;
use vgic_sys as sys;

use crate::ops::{self, guarded};
use crate::Guest;

/// How a guest has configured an interrupt that is mapped to a physical one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhysConfig {
    /// The vCPU that a PPI belongs to; of an SPI 0.
    pub vcpu: u32,
    /// The virtual interrupt.
    pub intid: u32,
    /// The guest has enabled it.
    pub enabled: bool,
    /// Level-sensitive; else edge-triggered.
    pub level: bool,
    /// 0 to 0xf8, 0 is the most urgent.
    pub priority: u8,
    /// The vCPU that it is routed to; none also for 1 of N.
    pub target: Option<u32>,
}

/// What a VMM provides. The rules of [`Guest`] hold for these, too.
pub trait Host: Guest {
    /// The host can change the state of physical interrupts:
    /// [`Gic::map_irq`](super::Gic::map_irq) needs it.
    const PHYSICAL: bool = false;

    /// Something changed for a vCPU. If it runs guest code it is to leave that
    /// soon, and to pass through [`Vcpu::exit`](super::Vcpu::exit) and
    /// [`Vcpu::enter`](super::Vcpu::enter); if it waits in WFI or is off, its
    /// thread is to call [`Vcpu::pending`](super::Vcpu::pending). Its own
    /// thread may call this, too, in `enter`, in `pending` and in an access of
    /// a system register: then the guest has to be left at once.
    ///
    /// What was stored before is to be visible to the vCPU's thread once that
    /// notices the kick, as it is with a lock, a channel or a release store.
    fn kick(&self, vcpu: u32);

    /// Change the active state of a physical interrupt that a virtual one is
    /// mapped to.
    fn phys_set_active(&self, pintid: u32, active: bool) {
        let _ = (pintid, active);
    }

    /// The same for its pending state.
    fn phys_set_pending(&self, pintid: u32, pending: bool) {
        let _ = (pintid, pending);
    }

    /// The guest changed how a mapped interrupt is configured. Two calls for
    /// one interrupt may overlap; the one that returns last says what is so.
    fn phys_configure(&self, pintid: u32, config: &PhysConfig) {
        let _ = (pintid, config);
    }

    /// The present level of the line behind an interrupt that
    /// [`Gic::listen`](super::Gic::listen) named and that is mapped.
    fn input_level(&self, vcpu: u32, intid: u32) -> bool {
        let _ = (vcpu, intid);
        false
    }

    /// The guest has ended an interrupt that
    /// [`Gic::listen`](super::Gic::listen) named; perhaps called twice for one
    /// end. Not for PPIs of a GICv5.
    fn irq_ended(&self, vcpu: u32, intid: u32) {
        let _ = (vcpu, intid);
    }
}

impl<T: Host> Host for &T {
    const PHYSICAL: bool = T::PHYSICAL;

    fn kick(&self, vcpu: u32) {
        T::kick(self, vcpu);
    }

    fn phys_set_active(&self, pintid: u32, active: bool) {
        T::phys_set_active(self, pintid, active);
    }

    fn phys_set_pending(&self, pintid: u32, pending: bool) {
        T::phys_set_pending(self, pintid, pending);
    }

    fn phys_configure(&self, pintid: u32, config: &PhysConfig) {
        T::phys_configure(self, pintid, config);
    }

    fn input_level(&self, vcpu: u32, intid: u32) -> bool {
        T::input_level(self, vcpu, intid)
    }

    fn irq_ended(&self, vcpu: u32, intid: u32) {
        T::irq_ended(self, vcpu, intid);
    }
}

/// The table of an `H`, whose address is the context.
pub(super) fn table<H: Host>() -> sys::vgic_host_ops {
    sys::vgic_host_ops {
        kick: Some(kick::<H>),
        read_guest: H::MEMORY.then_some(ops::read_guest::<H> as _),
        write_guest: H::MEMORY.then_some(ops::write_guest::<H> as _),
        phys_set_active: H::PHYSICAL.then_some(phys_set_active::<H> as _),
        phys_set_pending: H::PHYSICAL.then_some(phys_set_pending::<H> as _),
        phys_configure: H::PHYSICAL.then_some(phys_configure::<H> as _),
        thread: None,
        bug: Some(ops::bug::<H>),
    }
}

/// The table of an interrupt for [`Gic::listen`](super::Gic::listen), whose
/// context is the address of the `H`, too.
pub(super) fn irq_table<H: Host>() -> sys::vgic_irq_ops {
    sys::vgic_irq_ops {
        get_input_level: Some(input_level::<H>),
        set_direct_injection: None,
        queue_irq_unlock: None,
        set_pending_state: None,
        irq_ended: Some(irq_ended::<H>),
        flags: 0,
    }
}

// SAFETY of all of these: libvgic calls them while the Gic is alive, with its
// context, which is the address of the Gic's H.

unsafe extern "C" fn kick<H: Host>(ctx: *mut c_void, vcpu: u32) {
    let host = unsafe { &*ctx.cast::<H>() };
    guarded(|| host.kick(vcpu));
}

unsafe extern "C" fn phys_set_active<H: Host>(
    ctx: *mut c_void,
    pintid: u32,
    active: bool,
) {
    let host = unsafe { &*ctx.cast::<H>() };
    guarded(|| host.phys_set_active(pintid, active));
}

unsafe extern "C" fn phys_set_pending<H: Host>(
    ctx: *mut c_void,
    pintid: u32,
    pending: bool,
) {
    let host = unsafe { &*ctx.cast::<H>() };
    guarded(|| host.phys_set_pending(pintid, pending));
}

unsafe extern "C" fn phys_configure<H: Host>(
    ctx: *mut c_void,
    pintid: u32,
    config: *const sys::vgic_phys_config,
) {
    let host = unsafe { &*ctx.cast::<H>() };
    // SAFETY: valid during the call.
    let c = unsafe { &*config };
    let config = PhysConfig {
        vcpu: c.vcpu,
        intid: c.intid,
        enabled: c.enabled,
        level: c.level,
        priority: c.priority,
        target: (c.target != u32::MAX).then_some(c.target),
    };
    guarded(|| host.phys_configure(pintid, &config));
}

/// What a CPU interface's list register with its HW bit set deactivates.
pub(super) unsafe extern "C" fn deactivate<H: Host>(
    ctx: *mut c_void,
    pintid: u32,
) {
    let host = unsafe { &*ctx.cast::<H>() };
    guarded(|| host.phys_set_active(pintid, false));
}

unsafe extern "C" fn input_level<H: Host>(
    opaque: *mut c_void,
    vcpu: u32,
    intid: u32,
) -> bool {
    let host = unsafe { &*opaque.cast::<H>() };
    guarded(|| host.input_level(vcpu, intid))
}

unsafe extern "C" fn irq_ended<H: Host>(
    opaque: *mut c_void,
    vcpu: u32,
    intid: u32,
) {
    let host = unsafe { &*opaque.cast::<H>() };
    guarded(|| host.irq_ended(vcpu, intid));
}
