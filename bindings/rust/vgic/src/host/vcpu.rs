// SPDX-License-Identifier: BSD-2-Clause

use core::fmt;
use core::marker::PhantomData;
use core::ops::Range;
use core::ptr::NonNull;
use vgic_sys as sys;

use crate::error::{check, number};
use crate::state::{self, Irq, Owner};
use crate::{Pins, Result, Sysreg, Width};

/// How far a vCPU has come, in the order that libvgic wants.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Residence {
    /// vgic_load() is the next.
    Out,
    /// vgic_enter() or vgic_put() is.
    Loaded,
    /// vgic_exit() is.
    Entered,
}

/// A vCPU, in the memory of the `Gic`: so its residence is known even after
/// `forget()` of its handle.
pub(super) struct Slot {
    pub(super) vcpu: NonNull<sys::vgic_vcpu>,
    pub(super) residence: Residence,
}

/// An access that was not executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refused {
    /// The address or the register is not the GIC's.
    NotMine,
    /// The guest takes an UNDEFINED exception.
    Undefined,
    /// The guest is to execute the access again, after [`Vcpu::enter`] and
    /// [`Vcpu::exit`]: another vCPU was kicked that has the answer, or there is
    /// more to be done than one trap may. Its PC stays where it is.
    Retry,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refused::NotMine => "not the GIC's",
            Refused::Undefined => "UNDEFINED",
            Refused::Retry => "to be executed again",
        })
    }
}

#[cfg(feature = "std")]
impl std::error::Error for Refused {}

/// The vCPUs of a [`Gic`](super::Gic), each once.
pub struct Vcpus<'g> {
    gic: *mut sys::vgic,
    slots: NonNull<Slot>,
    /// Of the vCPUs that are still here.
    indices: Range<u32>,
    lives: PhantomData<&'g mut ()>,
}

// SAFETY: it is a number of handles, each of which is Send.
unsafe impl Send for Vcpus<'_> {}

impl<'g> Vcpus<'g> {
    /// # Safety
    /// The vGIC and `nr_vcpus` slots exist for 'g, and nobody else has any.
    pub(super) unsafe fn new(
        gic: *mut sys::vgic,
        slots: NonNull<Slot>,
        nr_vcpus: u32,
    ) -> Self {
        Vcpus { gic, slots, indices: 0..nr_vcpus, lives: PhantomData }
    }
}

impl<'g> Iterator for Vcpus<'g> {
    type Item = Vcpu<'g>;

    fn next(&mut self) -> Option<Vcpu<'g>> {
        let index = self.indices.next()?;
        // SAFETY: each index has a slot, and is lent out once.
        let slot = unsafe { &mut *self.slots.as_ptr().add(index as usize) };
        Some(Vcpu { slot, index, gic: self.gic })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.indices.size_hint()
    }
}

impl ExactSizeIterator for Vcpus<'_> {}

/// One vCPU: its thread's. It can be sent to another thread but not be shared
/// between threads:
///
/// ```compile_fail,E0277
/// fn shared<T: Sync>() {}
/// shared::<vgic::host::Vcpu>();
/// ```
///
/// Dropping it takes the vCPU out of the guest and off its CPU.
pub struct Vcpu<'g> {
    slot: &'g mut Slot,
    index: u32,
    /// For [`Vcpu::irq`]. As a pointer it keeps the Vcpu from being Sync, too.
    gic: *mut sys::vgic,
}

// SAFETY: libvgic wants one thread at a time, which is the one that has this.
unsafe impl Send for Vcpu<'_> {}

impl Vcpu<'_> {
    /// Its index, from 0 on.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// About to run guest code: takes in what was posted to it, and says what
    /// the guest's inputs are. A vCPU that has entered already exits before.
    ///
    /// From here until the guest runs, a kick has to be able to end the guest
    /// at once: look whether one has come, as the last thing before.
    pub fn enter(&mut self) -> Pins {
        match self.slot.residence {
            // SAFETY: the vCPU exists, and is entered.
            Residence::Entered => unsafe { sys::vgic_reenter(self.vcpu()) },
            _ => {
                self.at_least_loaded();
                // SAFETY: the vCPU exists, is loaded and not entered.
                unsafe { sys::vgic_enter(self.vcpu()) };
                self.slot.residence = Residence::Entered;
            }
        }
        self.pins()
    }

    /// Guest code stopped: takes in what the guest did.
    pub fn exit(&mut self) {
        if self.slot.residence == Residence::Entered {
            // SAFETY: the vCPU exists, and is entered.
            unsafe { sys::vgic_exit(self.vcpu()) };
            self.slot.residence = Residence::Loaded;
        }
    }

    /// The thread does something else for a while. [`Vcpu::enter`] comes back.
    pub fn put(&mut self) {
        self.exit();
        if self.slot.residence == Residence::Loaded {
            // SAFETY: the vCPU exists, and is loaded and not entered.
            unsafe { sys::vgic_put(self.vcpu()) };
            self.slot.residence = Residence::Out;
        }
    }

    /// What the guest's inputs are, since [`Vcpu::enter`] or an access after
    /// that; none are asserted when it has not entered.
    pub fn pins(&self) -> Pins {
        match self.slot.residence {
            // SAFETY: the vCPU exists, and is entered.
            Residence::Entered => {
                Pins::from_c(unsafe { sys::vgic_signals(self.vcpu()) })
            }
            _ => Pins::default(),
        }
    }

    /// Has it an interrupt that it could take now? For WFI, and for a vCPU that
    /// is off and was kicked. It exits before.
    pub fn pending(&mut self) -> bool {
        self.exit();
        // SAFETY: the vCPU exists, and is not entered.
        unsafe { sys::vgic_pending(self.vcpu()) }
    }

    /// The vCPU is turned on or off, as PSCI does: its CPU interface is reset,
    /// and with `redistributor` its SGIs, PPIs and pending LPIs are as well.
    /// It is put away before.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy), only with LPIs and `redistributor`:
    /// more of them are to be gone through, or another vCPU is changing what
    /// ITSs map. Call it again before the vCPU runs.
    pub fn reset(&mut self, redistributor: bool) -> Result<()> {
        self.put();
        // SAFETY: the vCPU exists, and is not loaded.
        check(unsafe { sys::vgic_vcpu_reset(self.vcpu(), redistributor) })
    }

    /// The guest loads from where a frame of the GIC's may be. Any alignment
    /// will do. A vCPU that has entered is as if it had stayed so.
    ///
    /// # Errors
    /// [`Refused::NotMine`]: no frame of the GIC's is there;
    /// [`Refused::Retry`].
    pub fn read(&mut self, ipa: u64, width: Width) -> Result<u64, Refused> {
        self.mmio(ipa, width, false, 0)
    }

    /// The same of a store.
    ///
    /// # Errors
    /// As [`Vcpu::read`].
    pub fn write(
        &mut self,
        ipa: u64,
        width: Width,
        value: u64,
    ) -> Result<(), Refused> {
        self.mmio(ipa, width, true, value).map(drop)
    }

    /// The guest executes MRS, or a GICv5 instruction with a result.
    ///
    /// # Errors
    /// [`Refused::Undefined`]; [`Refused::NotMine`]: not a register of the
    /// GIC's; of a GICv5 [`Refused::Retry`].
    pub fn read_sysreg(&mut self, reg: Sysreg) -> Result<u64, Refused> {
        self.sysreg(reg, false, 0)
    }

    /// The guest executes MSR, or a GICv5 instruction without a result.
    ///
    /// # Errors
    /// As [`Vcpu::read_sysreg`].
    pub fn write_sysreg(
        &mut self,
        reg: Sysreg,
        value: u64,
    ) -> Result<(), Refused> {
        self.sysreg(reg, true, value).map(drop)
    }

    /// Describe an interrupt of this vCPU's, or an SPI, for people.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound): no such interrupt.
    pub fn irq(&self, intid: u32) -> Result<Irq> {
        // SAFETY: the vGIC exists.
        unsafe { state::irq(self.gic, self.index, intid) }
    }

    fn vcpu(&self) -> *mut sys::vgic_vcpu {
        self.slot.vcpu.as_ptr()
    }

    fn at_least_loaded(&mut self) {
        if self.slot.residence == Residence::Out {
            // SAFETY: the vCPU exists, and is not loaded.
            unsafe { sys::vgic_load(self.vcpu()) };
            self.slot.residence = Residence::Loaded;
        }
    }

    /// Call `trap`, which is told whether the vCPU is entered. An access that
    /// it does not execute then is executed between an exit and an entry.
    fn access(
        &mut self,
        value: u64,
        trap: impl Fn(*mut sys::vgic_vcpu, bool, &mut u64) -> sys::vgic_trap,
    ) -> Result<u64, Refused> {
        let entered = self.slot.residence == Residence::Entered;

        if entered {
            let mut copy = value;
            let said = trap(self.vcpu(), true, &mut copy);
            if matches!(said, sys::VGIC_TRAP_DONE | sys::VGIC_TRAP_UNDEF) {
                return outcome(said, copy);
            }
            self.exit();
        }
        self.at_least_loaded();
        let mut copy = value;
        let said = trap(self.vcpu(), false, &mut copy);
        if entered {
            self.enter();
        }
        outcome(said, copy)
    }

    fn mmio(
        &mut self,
        ipa: u64,
        width: Width,
        write: bool,
        value: u64,
    ) -> Result<u64, Refused> {
        let width = width as u32;
        // SAFETY: the vCPU exists, and is as access() says; the width is one of
        // the four.
        self.access(value, |vcpu, entered, value| unsafe {
            if entered {
                sys::vgic_trap_mmio_entered(vcpu, ipa, width, write, value)
            } else {
                sys::vgic_trap_mmio(vcpu, ipa, width, write, value)
            }
        })
    }

    fn sysreg(
        &mut self,
        reg: Sysreg,
        write: bool,
        value: u64,
    ) -> Result<u64, Refused> {
        // SAFETY: the vCPU exists, and is as access() says.
        self.access(value, |vcpu, entered, value| unsafe {
            if entered {
                sys::vgic_trap_sysreg_entered(vcpu, reg.0, write, value)
            } else {
                sys::vgic_trap_sysreg(vcpu, reg.0, write, value)
            }
        })
    }
}

impl Drop for Vcpu<'_> {
    fn drop(&mut self) {
        self.put();
    }
}

fn outcome(said: sys::vgic_trap, value: u64) -> Result<u64, Refused> {
    match said {
        sys::VGIC_TRAP_DONE => Ok(value),
        sys::VGIC_TRAP_RETRY => Err(Refused::Retry),
        sys::VGIC_TRAP_UNDEF => Err(Refused::Undefined),
        _ => Err(Refused::NotMine),
    }
}

/// What devices and timers call, from any thread at any time; so it may be
/// copied and shared. None of the functions ever waits.
#[derive(Clone, Copy)]
pub struct Devices<'g> {
    gic: *mut sys::vgic,
    lives: PhantomData<&'g ()>,
}

// SAFETY: any thread may make these calls at any time, says vgic/vgic.h.
unsafe impl Send for Devices<'_> {}
// SAFETY: the same.
unsafe impl Sync for Devices<'_> {}

impl Devices<'_> {
    /// # Safety
    /// The vGIC exists for as long as this.
    pub(super) unsafe fn new(gic: *mut sys::vgic) -> Self {
        Devices { gic, lives: PhantomData }
    }

    /// A device changed its line, or sent an edge: as
    /// [`vgic::Devices::inject_irq`](crate::Devices::inject_irq), but that
    /// vCPUs are kicked.
    ///
    /// # Errors
    /// The same.
    pub fn inject_irq(
        &self,
        vcpu: u32,
        intid: u32,
        level: bool,
        owner: Option<Owner>,
    ) -> Result<()> {
        let owner = state::name_of(owner);
        // SAFETY: the vGIC exists; the name is not looked into.
        check(unsafe {
            sys::vgic_inject_irq(self.gic, vcpu, intid, level, owner)
        })
    }

    /// As [`vgic::Devices::pulse_irq`](crate::Devices::pulse_irq).
    ///
    /// # Errors
    /// The same; [`Error::NotSupported`](crate::Error::NotSupported) also for
    /// an interrupt that is mapped.
    pub fn pulse_irq(
        &self,
        vcpu: u32,
        intid: u32,
        owner: Option<Owner>,
    ) -> Result<()> {
        let owner = state::name_of(owner);
        // SAFETY: the vGIC exists; the name is not looked into.
        check(unsafe { sys::vgic_pulse_irq(self.gic, vcpu, intid, owner) })
    }

    /// As [`vgic::Devices::inject_msi`](crate::Devices::inject_msi).
    ///
    /// # Errors
    /// The same.
    pub fn inject_msi(
        &self,
        its: u32,
        device: u32,
        event: u32,
    ) -> Result<bool> {
        // SAFETY: the vGIC exists.
        let taken =
            unsafe { sys::vgic_inject_msi(self.gic, its, device, event) };
        Ok(number(taken.into())? != 0)
    }

    /// As [`vgic::Devices::irq`](crate::Devices::irq).
    ///
    /// # Errors
    /// The same.
    pub fn irq(&self, vcpu: u32, intid: u32) -> Result<Irq> {
        // SAFETY: the vGIC exists.
        unsafe { state::irq(self.gic, vcpu, intid) }
    }
}
