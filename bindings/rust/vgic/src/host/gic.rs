// SPDX-License-Identifier: BSD-2-Clause

use core::ffi::c_void;
use core::mem::{size_of, zeroed};
use core::ptr::{addr_of, addr_of_mut, null, null_mut, NonNull};
use vgic_sys as sys;

use super::callbacks::{self, Host};
use super::vcpu::{Devices, Residence, Slot, Vcpus};
use crate::error::check;
use crate::memory::{aligned, WithFront};
use crate::state::{self, Owner, Region};
use crate::{Config, Error, Frames, Memory, Result, Stopped};

/// What libvgic has pointers to.
struct Front<H> {
    table: sys::vgic_host_ops,
    irq_table: sys::vgic_irq_ops,
    host: H,
}

/// Where the parts lie in the memory.
struct Layout {
    slots: usize,
    cpuifs: usize,
    cpuif_size: usize,
    gic: usize,
    gic_size: usize,
}

impl Layout {
    fn new<H: Host>(config: &Config) -> Result<Layout> {
        let table = callbacks::table::<H>();
        let c = in_c(config, &table, null_mut());
        // SAFETY: the configuration is complete, and read during the call.
        let gic_size = unsafe { sys::vgic_memory_size(&c) };
        let nr = config.nr_vcpus as usize;

        if gic_size == 0 || config.mpidr.map_or(nr, <[u64]>::len) != nr {
            return Err(Error::Invalid);
        }
        // SAFETY: neither has conditions.
        let cpuif_size = aligned(match config.arch.model() {
            sys::VGIC_GICV5 => unsafe { sys::vgic_soft_v5_size() },
            _ => unsafe { sys::vgic_soft_size() },
        });
        let slots = WithFront::<Front<H>>::SIZE;
        let cpuifs = slots + aligned(nr * size_of::<Slot>());
        let gic = cpuifs + nr * cpuif_size;
        Ok(Layout { slots, cpuifs, cpuif_size, gic, gic_size })
    }
}

/// The configuration, with CPU interfaces in software.
fn in_c(
    config: &Config,
    table: &sys::vgic_host_ops,
    ctx: *mut c_void,
) -> sys::vgic_config {
    let mut c = config.in_c();

    c.host = table;
    c.host_ctx = ctx;
    if config.arch.model() == sys::VGIC_GICV5 {
        // SAFETY: a constant of the library's.
        c.v5.cpuif = unsafe { &sys::vgic_soft_v5_backend };
    } else {
        // SAFETY: the same.
        c.cpuif = unsafe { &sys::vgic_soft_backend };
    }
    // SAFETY: it has no conditions but where to write.
    unsafe { sys::vgic_soft_caps(&mut c.caps) };
    c
}

/// A vCPU's affinity: 16 to a cluster of a GICv3, as the target lists of its
/// SGI registers want it.
fn affinity(config: &Config, index: u32) -> u64 {
    match config.mpidr {
        Some(mpidr) => mpidr[index as usize],
        None if config.arch.model() == sys::VGIC_GICV3 => {
            u64::from((index / 16) << 8 | (index % 16))
        }
        None => index.into(),
    }
}

/// A GIC with its vCPUs, and CPU interfaces in software. See the [module's
/// description](super).
pub struct Gic<'m, H: Host> {
    gic: NonNull<sys::vgic>,
    slots: NonNull<Slot>,
    nr_vcpus: u32,
    /// An access was possible: it is too late to place frames.
    started: bool,
    memory: WithFront<'m, Front<H>>,
}

// SAFETY: what the pointers lead to belongs to the Gic, and moves with it; `H`
// is Send by its trait.
unsafe impl<H: Host> Send for Gic<'_, H> {}
// SAFETY: a shared Gic only allows to look at what creation has fixed; `H` is
// Sync.
unsafe impl<H: Host> Sync for Gic<'_, H> {}

#[cfg(feature = "alloc")]
impl<H: Host> Gic<'static, H> {
    /// Create a GIC with all its vCPUs, in memory from the allocator.
    ///
    /// # Errors
    /// As [`Gic::new_in`].
    pub fn new(config: &Config, host: H) -> Result<Self> {
        let size = Self::memory_size(config)?;
        Self::new_in(config, Memory::allocate(size)?, host)
    }
}

impl<'m, H: Host> Gic<'m, H> {
    /// Bytes of memory that [`Gic::new_in`] needs.
    ///
    /// # Errors
    /// [`Error::Invalid`]: the configuration is.
    pub fn memory_size(config: &Config) -> Result<usize> {
        Layout::new::<H>(config).map(|l| l.gic + l.gic_size)
    }

    /// Create a GIC with all its vCPUs in memory of yours, which nothing is
    /// added to later.
    ///
    /// # Errors
    /// [`Error::Invalid`]: a number in the configuration is out of range, a
    /// GIC that reads guest memory is without
    /// [`Guest::MEMORY`](crate::Guest::MEMORY), or `H` has to be aligned to
    /// more than 64 bytes; [`Error::Exists`]: two vCPUs have one affinity;
    /// [`Error::NoMemory`]: there is less than [`Gic::memory_size`].
    pub fn new_in(
        config: &Config,
        memory: Memory<'m>,
        host: H,
    ) -> Result<Self> {
        let layout = Layout::new::<H>(config)?;
        let table = callbacks::table::<H>();
        let irq_table = callbacks::irq_table::<H>();
        let front = Front { table, irq_table, host };
        let needed = layout.gic + layout.gic_size;
        let memory = WithFront::new(memory, needed, front)?;
        // SAFETY: the layout is of this configuration, and the memory has as
        // much as it says.
        let (gic, slots) = unsafe { create(config, &layout, &memory)? };
        Ok(Gic {
            gic,
            slots,
            nr_vcpus: config.nr_vcpus,
            started: false,
            memory,
        })
    }

    /// What the VMM provides.
    pub fn host(&self) -> &H {
        &self.memory.host
    }

    /// Where its frames are placed.
    ///
    /// # Errors
    /// [`Error::Busy`]: after [`Gic::split`] or [`Gic::stopped`].
    pub fn frames(&mut self) -> Result<Frames<'_>> {
        if self.started {
            return Err(Error::Busy);
        }
        // SAFETY: it exists, the reference is unique, and an access would have
        // set `started`.
        Ok(unsafe { Frames::new(self.gic.as_ptr()) })
    }

    /// The frames, for a bus: what the guest accesses there goes to
    /// [`Vcpu::read`](super::Vcpu::read) and
    /// [`Vcpu::write`](super::Vcpu::write).
    pub fn regions(&self) -> impl Iterator<Item = Region> + '_ {
        let gic = self.gic.as_ptr();
        // SAFETY: the vGIC exists; frames are placed by a unique reference.
        (0..).map_while(move |n| unsafe { state::region(gic, n) })
    }

    /// As [`Emu::set_owner`](crate::Emu::set_owner).
    ///
    /// # Errors
    /// The same.
    pub fn set_owner(
        &mut self,
        vcpu: u32,
        intid: u32,
        owner: Option<Owner>,
    ) -> Result<()> {
        // SAFETY: the vGIC exists and there is no other call.
        unsafe { state::set_owner(self.gic.as_ptr(), vcpu, intid, owner) }
    }

    /// Map a virtual interrupt to a physical one: when the guest deactivates
    /// the virtual one, the physical one is deactivated. The host leaves the
    /// physical interrupt active when it injects the virtual one;
    /// [`Host::phys_set_active`] ends it.
    ///
    /// * `intid`: a PPI or SPI.
    /// * `pintid`: 16 to 1019; for a GICv5 guest with its TYPE.
    ///
    /// # Errors
    /// [`Error::NotSupported`]: without [`Host::PHYSICAL`];
    /// [`Error::NotFound`]: no such interrupt; [`Error::Invalid`]: a `pintid`
    /// that no PPI or SPI can have, or an SGI or LPI; [`Error::Exists`]: mapped
    /// already; [`Error::NoMemory`]: more than [`Config::nr_side_entries`].
    pub fn map_irq(
        &mut self,
        vcpu: u32,
        intid: u32,
        pintid: u32,
    ) -> Result<()> {
        // SAFETY: the vGIC exists and there is no other call.
        check(unsafe {
            sys::vgic_map_irq(self.gic.as_ptr(), vcpu, intid, pintid)
        })
    }

    /// Undo that. A physical interrupt that is active then is the host's to
    /// end.
    ///
    /// # Errors
    /// [`Error::NotFound`]: no such interrupt, or not mapped.
    pub fn unmap_irq(&mut self, vcpu: u32, intid: u32) -> Result<()> {
        // SAFETY: the vGIC exists and there is no other call.
        check(unsafe { sys::vgic_unmap_irq(self.gic.as_ptr(), vcpu, intid) })
    }

    /// Have [`Host::irq_ended`] called for a PPI or SPI and, if it is mapped,
    /// [`Host::input_level`]; or no more.
    ///
    /// # Errors
    /// [`Error::NotFound`]: no such interrupt; [`Error::Invalid`]: an LPI;
    /// [`Error::NoMemory`]: more than [`Config::nr_side_entries`].
    pub fn listen(&mut self, vcpu: u32, intid: u32, on: bool) -> Result<()> {
        let ops: *const _ = if on { &self.memory.irq_table } else { null() };
        let ctx = addr_of!(self.memory.host) as *mut c_void;
        // SAFETY: the vGIC exists and there is no other call; the table and the
        // H live as long as it does.
        check(unsafe {
            sys::vgic_set_irq_ops(self.gic.as_ptr(), vcpu, intid, ops, ctx)
        })
    }

    /// Let vCPUs run and devices inject: a handle for each vCPU, in the order
    /// of their indices, and one for all devices. When they have been dropped,
    /// the `Gic` can be split again.
    pub fn split(&mut self) -> (Devices<'_>, Vcpus<'_>) {
        self.started = true;
        // SAFETY: they borrow the Gic, uniquely.
        unsafe {
            (
                Devices::new(self.gic.as_ptr()),
                Vcpus::new(self.gic.as_ptr(), self.slots, self.nr_vcpus),
            )
        }
    }

    /// Stop the VM and let `f` reset, save or restore it. On return all vCPUs
    /// that this affects have been kicked.
    pub fn stopped<R>(&mut self, f: impl FnOnce(&mut Stopped<'_>) -> R) -> R {
        // A handle puts its vCPU away when it is dropped.  One that was
        // forgotten has not.
        self.split().1.for_each(drop);
        f(&mut Stopped::new(self.gic.as_ptr()))
    }
}

/// Create the GIC and its vCPUs behind the `Front`.
///
/// # Safety
/// `layout` is of `config`, and the memory has as much as it says.
unsafe fn create<H: Host>(
    config: &Config,
    layout: &Layout,
    memory: &WithFront<Front<H>>,
) -> Result<(NonNull<sys::vgic>, NonNull<Slot>)> {
    let start = memory.start();
    let ctx = addr_of!(memory.host) as *mut c_void;
    let c = in_c(config, &memory.table, ctx);
    let mut gic = null_mut();
    // SAFETY: the parts lie in the memory, behind the Front, and do not
    // overlap; what the configuration points to stays where it is.
    unsafe {
        let rest = start.add(layout.gic).cast();
        check(sys::vgic_create(&c, rest, layout.gic_size, &mut gic))?;
        let slots = start.add(layout.slots).cast::<Slot>();
        for index in 0..config.nr_vcpus {
            let n = index as usize;
            let hw = start.add(layout.cpuifs + n * layout.cpuif_size).cast();
            let mpidr = affinity(config, index);
            init_cpuif::<H>(&c, hw, mpidr, ctx)?;
            let mut vcpu = null_mut();
            check(sys::vgic_vcpu_create(gic, index, mpidr, hw, &mut vcpu))?;
            let vcpu = NonNull::new(vcpu).ok_or(Error::Invalid)?;
            slots.add(n).write(Slot { vcpu, residence: Residence::Out });
        }
        let slots = NonNull::new(slots).ok_or(Error::Invalid)?;
        Ok((NonNull::new(gic).ok_or(Error::Invalid)?, slots))
    }
}

/// # Safety
/// `hw` has room for a CPU interface, and `ctx` is the address of an H.
unsafe fn init_cpuif<H: Host>(
    c: &sys::vgic_config,
    hw: *mut c_void,
    mpidr: u64,
    ctx: *mut c_void,
) -> Result<()> {
    // SAFETY: as the caller says.
    unsafe {
        let model = sys::vgic_arch_model(c.arch);
        if model == sys::VGIC_GICV5 {
            return match sys::vgic_soft_v5_init(hw, &c.v5, mpidr as u16) {
                0 => Ok(()),
                _ => Err(Error::Invalid),
            };
        }
        let mut caps = zeroed();
        let gicv2 = model == sys::VGIC_GICV2;
        let end = Some(callbacks::deactivate::<H> as _);
        sys::vgic_soft_init(hw, gicv2, end, ctx, addr_of_mut!(caps));
    }
    Ok(())
}
