// SPDX-License-Identifier: BSD-2-Clause

use core::ffi::c_void;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Range;
use core::ptr::{addr_of, null, null_mut, NonNull};
use vgic_sys as sys;

use crate::error::check;
use crate::memory::WithFront;
use crate::state::{self, Irq, Owner, Region};
use crate::{ops, Config, Error, Frames, Memory, Ops, Pins};
use crate::{Result, Stopped, Sysreg};

/// Width of a load or store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// 8 bits.
    Byte = 1,
    /// 16 bits.
    Half = 2,
    /// 32 bits.
    Word = 4,
    /// 64 bits.
    Double = 8,
}

/// An access that the GIC does not execute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unhandled {
    /// The address or the register is not the GIC's.
    NotMine,
    /// The guest takes an UNDEFINED exception.
    Undefined,
}

impl fmt::Display for Unhandled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unhandled::NotMine => "not the GIC's",
            Unhandled::Undefined => "UNDEFINED",
        })
    }
}

#[cfg(feature = "std")]
impl std::error::Error for Unhandled {}

/// What libvgic has pointers to.
struct Front<O> {
    table: sys::vgic_emu_ops,
    ops: O,
}

/// A GIC with its vCPUs and their CPU interfaces, all of it in software.
///
/// Make one, place its frames, and [`split`](Emu::split) it for the threads of
/// the emulator. See the [crate's description](crate).
pub struct Emu<'m, O: Ops> {
    emu: NonNull<sys::vgic_emu>,
    nr_vcpus: u32,
    /// An access was possible: it is too late to place frames.
    started: bool,
    memory: WithFront<'m, Front<O>>,
}

// SAFETY: what the pointers lead to belongs to the Emu, and moves with it; `O`
// is Send by its trait.
unsafe impl<O: Ops> Send for Emu<'_, O> {}
// SAFETY: a shared Emu allows what any thread may do at any time; `O` is Sync.
unsafe impl<O: Ops> Sync for Emu<'_, O> {}

#[cfg(feature = "alloc")]
impl<O: Ops> Emu<'static, O> {
    /// Create a GIC with all its vCPUs, in memory from the allocator.
    ///
    /// # Errors
    /// As [`Emu::new_in`].
    pub fn new(config: &Config, ops: O) -> Result<Self> {
        let size = Self::memory_size(config)?;
        Self::new_in(config, Memory::allocate(size)?, ops)
    }
}

impl<'m, O: Ops> Emu<'m, O> {
    /// Bytes of memory that [`Emu::new_in`] needs.
    ///
    /// # Errors
    /// [`Error::Invalid`]: the configuration is.
    pub fn memory_size(config: &Config) -> Result<usize> {
        let table = ops::table::<O>();
        let c = emu_config(config, &table, null_mut())?;
        // SAFETY: both are complete, and read during the call alone.
        match unsafe { sys::vgic_emu_memory_size(&c) } {
            0 => Err(Error::Invalid),
            size => Ok(WithFront::<Front<O>>::SIZE + size),
        }
    }

    /// Create a GIC with all its vCPUs in memory of yours, which nothing is
    /// added to later.
    ///
    /// # Errors
    /// [`Error::Invalid`]: a number in the configuration is out of range, a
    /// GIC that reads guest memory is without
    /// [`Guest::MEMORY`](crate::Guest::MEMORY), or `O` has to be aligned to
    /// more than 64 bytes; [`Error::Exists`]: two vCPUs have
    /// one affinity; [`Error::NoMemory`]: there is less than
    /// [`Emu::memory_size`].
    pub fn new_in(config: &Config, memory: Memory<'m>, ops: O) -> Result<Self> {
        let needed = Self::memory_size(config)?;
        let front = Front { table: ops::table::<O>(), ops };
        let memory = WithFront::new(memory, needed, front)?;
        let ctx = addr_of!(memory.ops) as *mut c_void;
        let c = emu_config(config, &memory.table, ctx)?;
        let mut emu = null_mut();
        // SAFETY: behind the Front all of the memory is libvgic's; what the
        // configuration points to stays where it is for as long as the memory.
        check(unsafe {
            let front = WithFront::<Front<O>>::SIZE;
            let rest = memory.start().add(front).cast();
            sys::vgic_emu_create(&c, rest, memory.size() - front, &mut emu)
        })?;
        Ok(Emu {
            emu: NonNull::new(emu).ok_or(Error::Invalid)?,
            nr_vcpus: config.nr_vcpus,
            started: false,
            memory,
        })
    }

    /// What the emulator provides.
    pub fn ops(&self) -> &O {
        &self.memory.ops
    }

    /// vCPUs that there are.
    pub fn nr_vcpus(&self) -> u32 {
        self.nr_vcpus
    }

    /// Where its frames are placed.
    ///
    /// # Errors
    /// [`Error::Busy`]: after [`Emu::split`] or [`Emu::stopped`].
    pub fn frames(&mut self) -> Result<Frames<'_>> {
        if self.started {
            return Err(Error::Busy);
        }
        // SAFETY: it exists, the reference is unique, and an access would have
        // set `started`.
        Ok(unsafe { Frames::new(self.gic()) })
    }

    /// The frames, for a bus: what the guest accesses there goes to
    /// [`Vcpu::load`] and [`Vcpu::store`].
    pub fn regions(&self) -> impl Iterator<Item = Region> + '_ {
        // SAFETY: the vGIC exists; frames are placed by a unique reference.
        (0..).map_while(|n| unsafe { state::region(self.gic(), n) })
    }

    /// Claim a PPI or SPI for one device, or release it: injections without
    /// this owner fail. A GICv5's guest gets the PPIs that are claimed when a
    /// vCPU first runs.
    ///
    /// # Errors
    /// [`Error::NotFound`]: no such interrupt; [`Error::Invalid`]: an SGI;
    /// [`Error::Exists`]: another owner has it; [`Error::NoMemory`]: more than
    /// [`Config::nr_side_entries`].
    pub fn set_owner(
        &mut self,
        vcpu: u32,
        intid: u32,
        owner: Option<Owner>,
    ) -> Result<()> {
        // SAFETY: the vGIC exists and there is no other call.
        unsafe { state::set_owner(self.gic(), vcpu, intid, owner) }
    }

    /// Let vCPUs and devices access the GIC: a handle for each vCPU, in the
    /// order of their indices, and one for all devices. When they have been
    /// dropped, the `Emu` can be split again.
    pub fn split(&mut self) -> (Devices<'_>, Vcpus<'_>) {
        self.started = true;
        let devices =
            Devices { emu: self.emu, gic: self.gic(), lives: PhantomData };
        let indices = 0..self.nr_vcpus;
        let vcpus = Vcpus { emu: self.emu, indices, lives: PhantomData };
        (devices, vcpus)
    }

    /// Stop the VM, let `f` reset, save or restore it, and start it again. On
    /// return [`Ops::set_pins`] has been called for all inputs that changed.
    pub fn stopped<R>(&mut self, f: impl FnOnce(&mut Stopped<'_>) -> R) -> R {
        /// The VM goes on even if `f` panics.
        struct Start(NonNull<sys::vgic_emu>);

        impl Drop for Start {
            fn drop(&mut self) {
                // SAFETY: as vgic_emu_stop(), below.
                unsafe { sys::vgic_emu_start(self.0.as_ptr()) };
            }
        }
        self.started = true;
        // SAFETY: the reference is unique, so no other call is in progress, and
        // none can be made before this one returns.
        unsafe { sys::vgic_emu_stop(self.emu.as_ptr()) };
        let _start = Start(self.emu);
        f(&mut Stopped::new(self.gic()))
    }

    fn gic(&self) -> *mut sys::vgic {
        // SAFETY: it exists.
        unsafe { sys::vgic_emu_gic(self.emu.as_ptr()) }
    }
}

/// The configuration as C has it.
fn emu_config(
    config: &Config,
    table: &sys::vgic_emu_ops,
    ctx: *mut c_void,
) -> Result<sys::vgic_emu_config> {
    let given = config.mpidr.map_or(config.nr_vcpus as usize, <[u64]>::len);

    if given != config.nr_vcpus as usize {
        return Err(Error::Invalid);
    }
    Ok(sys::vgic_emu_config {
        gic: config.in_c(),
        mpidr: config.mpidr.map_or(null(), <[u64]>::as_ptr),
        ops: table,
        ctx,
    })
}

/// What devices and timers call, from any thread at any time; so it may be
/// copied and shared.
#[derive(Clone, Copy)]
pub struct Devices<'e> {
    emu: NonNull<sys::vgic_emu>,
    gic: *mut sys::vgic,
    lives: PhantomData<&'e ()>,
}

// SAFETY: any thread may make these calls at any time, says vgic/emu.h.
unsafe impl Send for Devices<'_> {}
// SAFETY: the same.
unsafe impl Sync for Devices<'_> {}

impl Devices<'_> {
    /// A device changed its line, or sent an edge. An interrupt that is a level
    /// follows `level`; of an edge `true` latches it. On return the inputs that
    /// changed have been reported, or the thread whose call is in progress for
    /// that vCPU is about to. Never waits.
    ///
    /// What was written to guest memory before is visible to the handler that
    /// takes the interrupt.
    ///
    /// * `vcpu`: of an SPI ignored.
    /// * `intid`: 16 to 31, or from 32 on an SPI; 0 to 15 as edges. Of a GICv5
    ///   with its TYPE in bits 31:29: 1 PPI, 2 LPI, 3 SPI.
    ///
    /// # Errors
    /// [`Error::NotFound`]: no such vCPU or interrupt; [`Error::Invalid`]: a
    /// GICv3's LPI; [`Error::Permission`]: it has another owner.
    pub fn inject_irq(
        &self,
        vcpu: u32,
        intid: u32,
        level: bool,
        owner: Option<Owner>,
    ) -> Result<()> {
        // SAFETY: the emulator exists; the name is not looked into.
        check(unsafe {
            let emu = self.emu.as_ptr();
            sys::vgic_emu_inject_irq(
                emu,
                vcpu,
                intid,
                level,
                state::name_of(owner),
            )
        })
    }

    /// A device without a line rings once: the interrupt becomes pending,
    /// edge or level, until it is acknowledged. Never waits.
    ///
    /// # Errors
    /// As [`Devices::inject_irq`]; [`Error::NotSupported`]: a GICv3's LPI, or a
    /// GICv5's PPI that is a level.
    pub fn pulse_irq(
        &self,
        vcpu: u32,
        intid: u32,
        owner: Option<Owner>,
    ) -> Result<()> {
        // SAFETY: both exist; the name is not looked into.
        check(unsafe {
            let err = sys::vgic_pulse_irq(
                self.gic,
                vcpu,
                intid,
                state::name_of(owner),
            );
            sys::vgic_emu_update(self.emu.as_ptr());
            err
        })
    }

    /// A device wrote a message to an ITS of a GICv3. `false`: the guest has it
    /// mapped nowhere, or has the ITS or the redistributor's LPIs off; it is
    /// dropped, and counted. Never waits.
    ///
    /// # Errors
    /// [`Error::NotSupported`]: not a GICv3 with LPIs; [`Error::NotFound`]: no
    /// such ITS.
    pub fn inject_msi(
        &self,
        its: u32,
        device: u32,
        event: u32,
    ) -> Result<bool> {
        // SAFETY: the emulator exists.
        let taken = unsafe {
            sys::vgic_emu_inject_msi(self.emu.as_ptr(), its, device, event)
        };
        Ok(crate::error::number(taken.into())? != 0)
    }

    /// The inputs of a vCPU, as they were last reported; none are asserted of
    /// one that there is not.
    pub fn pins(&self, vcpu: u32) -> Pins {
        // SAFETY: the emulator exists.
        Pins::from_c(unsafe { sys::vgic_emu_pins(self.emu.as_ptr(), vcpu) })
    }

    /// Describe an interrupt, for people: it may have changed at once.
    ///
    /// # Errors
    /// [`Error::NotFound`]: no such vCPU or interrupt.
    pub fn irq(&self, vcpu: u32, intid: u32) -> Result<Irq> {
        // SAFETY: the vGIC exists.
        unsafe { state::irq(self.gic, vcpu, intid) }
    }
}

/// The vCPUs of an [`Emu`], each once.
pub struct Vcpus<'e> {
    emu: NonNull<sys::vgic_emu>,
    /// Of the vCPUs that are still here.
    indices: Range<u32>,
    lives: PhantomData<&'e ()>,
}

// SAFETY: it is a number of handles, each of which is Send.
unsafe impl Send for Vcpus<'_> {}

impl<'e> Iterator for Vcpus<'e> {
    type Item = Vcpu<'e>;

    fn next(&mut self) -> Option<Vcpu<'e>> {
        let index = self.indices.next()?;
        Some(Vcpu { emu: self.emu, index, lives: PhantomData })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.indices.size_hint()
    }
}

impl ExactSizeIterator for Vcpus<'_> {}

/// One vCPU's accesses of its GIC. It can be sent to the thread that emulates
/// the vCPU, but not be shared between threads:
///
/// ```compile_fail,E0277
/// fn shared<T: Sync>() {}
/// shared::<vgic::Vcpu>();
/// ```
///
/// nor outlive the [`Emu`], or be there while the VM is stopped:
///
/// ```compile_fail,E0499
/// # use vgic::{Emu, Ops};
/// # fn f<O: Ops>(emu: &mut Emu<O>) {
/// let (devices, vcpus) = emu.split();
/// emu.stopped(|gic| gic.reset());
/// drop(vcpus);
/// # }
/// ```
pub struct Vcpu<'e> {
    emu: NonNull<sys::vgic_emu>,
    index: u32,
    lives: PhantomData<&'e ()>,
}

// SAFETY: any thread may make these calls, says vgic/emu.h.  Not Sync, by the
// pointer: what a vCPU executes is in some order.
unsafe impl Send for Vcpu<'_> {}

impl Vcpu<'_> {
    /// Its index, from 0 on.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The guest loads from where a frame of the GIC's may be. Any alignment
    /// will do. On return the access is complete; it waits for as long as
    /// another thread's call that concerns this vCPU takes.
    ///
    /// # Errors
    /// [`Unhandled::NotMine`]: no frame of the GIC's is there.
    pub fn load(&mut self, ipa: u64, width: Width) -> Result<u64, Unhandled> {
        self.mmio(ipa, width, false, 0)
    }

    /// The same of a store.
    ///
    /// # Errors
    /// [`Unhandled::NotMine`]: no frame of the GIC's is there.
    pub fn store(
        &mut self,
        ipa: u64,
        width: Width,
        value: u64,
    ) -> Result<(), Unhandled> {
        self.mmio(ipa, width, true, value).map(drop)
    }

    /// The guest executes MRS, or a GICv5 instruction with a result.
    ///
    /// # Errors
    /// [`Unhandled::Undefined`]: the guest takes an UNDEFINED exception;
    /// [`Unhandled::NotMine`]: not a register of the GIC's.
    pub fn read_sysreg(&mut self, reg: Sysreg) -> Result<u64, Unhandled> {
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
    ) -> Result<(), Unhandled> {
        self.sysreg(reg, true, value).map(drop)
    }

    /// The vCPU is turned on or off, as PSCI does: its CPU interface is reset,
    /// and with `redistributor` its SGIs, PPIs and pending LPIs are as well.
    pub fn reset(&mut self, redistributor: bool) {
        // SAFETY: the emulator and the vCPU exist, which is all that it asks;
        // and this vCPU executes nothing, since its handle is here.
        let _ = unsafe {
            sys::vgic_emu_vcpu_reset(
                self.emu.as_ptr(),
                self.index,
                redistributor,
            )
        };
    }

    fn mmio(
        &mut self,
        ipa: u64,
        width: Width,
        write: bool,
        mut value: u64,
    ) -> Result<u64, Unhandled> {
        // SAFETY: the emulator exists; the width is one of the four.
        let said = unsafe {
            sys::vgic_emu_mmio(
                self.emu.as_ptr(),
                self.index,
                ipa,
                width as u32,
                write,
                &mut value,
            )
        };
        outcome(said, value)
    }

    fn sysreg(
        &mut self,
        reg: Sysreg,
        write: bool,
        mut value: u64,
    ) -> Result<u64, Unhandled> {
        // SAFETY: the emulator exists.
        let said = unsafe {
            let emu = self.emu.as_ptr();
            sys::vgic_emu_sysreg(emu, self.index, reg.0, write, &mut value)
        };
        outcome(said, value)
    }
}

fn outcome(said: sys::vgic_trap, value: u64) -> Result<u64, Unhandled> {
    match said {
        sys::VGIC_TRAP_DONE => Ok(value),
        sys::VGIC_TRAP_UNDEF => Err(Unhandled::Undefined),
        _ => Err(Unhandled::NotMine),
    }
}
