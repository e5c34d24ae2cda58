// SPDX-License-Identifier: BSD-2-Clause

use core::ffi::c_void;
use core::mem::forget;
use vgic_sys as sys;
use vgic_sys::ctypes::{c_char, c_int, c_uint};

/// A vCPU's inputs: a set one interrupts it when PSTATE lets it, and ends its
/// WFI whether PSTATE does or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pins {
    /// IRQ is asserted.
    pub irq: bool,
    /// FIQ is asserted.
    pub fiq: bool,
}

impl Pins {
    /// One of them is asserted.
    pub fn any(self) -> bool {
        self.irq || self.fiq
    }

    pub(crate) fn from_c(pins: c_uint) -> Pins {
        Pins {
            irq: pins & sys::VGIC_VIRQ != 0,
            fiq: pins & sys::VGIC_VFIQ != 0,
        }
    }
}

/// Some byte of it is outside guest RAM; nothing was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideRam;

/// The guest's memory, and reports: what [`Ops`] and
/// [`Host`](crate::host::Host) have in common. Any thread that calls the GIC
/// may call these, for any vCPU; so they are shared between threads.
///
/// **Callbacks must not call the GIC.** The library is in the middle of a call,
/// and may have taken the vCPU: a callback that accesses it may wait for ever.
/// Set a flag, wake a thread.
///
/// A panic in one of them aborts the program, for it cannot pass through the C
/// functions in between.
pub trait Guest: Send + Sync {
    /// The guest has memory that the GIC can reach, by [`Guest::read`] and
    /// [`Guest::write`]: ITSs and a GICv5's LPIs need it.
    const MEMORY: bool = false;

    /// Copy guest memory, at most 4096 bytes.
    fn read(&self, ipa: u64, bytes: &mut [u8]) -> Result<(), OutsideRam> {
        let _ = (ipa, bytes);
        Err(OutsideRam)
    }

    /// The same to write.
    fn write(&self, ipa: u64, bytes: &[u8]) -> Result<(), OutsideRam> {
        let _ = (ipa, bytes);
        Err(OutsideRam)
    }

    /// An invariant of the library does not hold; or, in a contract build
    /// (VGIC_CONTRACT), this crate broke a rule. The library goes on.
    /// `vcpu` and `intid` are `u32::MAX` where no vCPU or interrupt is meant.
    fn bug(&self, what: &'static str, vcpu: u32, intid: u32) {
        let _ = (what, vcpu, intid);
    }
}

/// What an emulator provides. The rules of [`Guest`] hold for these, too.
pub trait Ops: Guest {
    /// A vCPU's inputs changed. Calls for one vCPU follow one another, in the
    /// order of the changes. A vCPU that waits in WFI is to go on when one of
    /// its inputs is set.
    fn set_pins(&self, vcpu: u32, pins: Pins);

    /// Called again and again by a thread that has to wait until the call of
    /// another thread is complete: a place for `std::thread::yield_now()`.
    fn relax(&self) {
        core::hint::spin_loop();
    }
}

/// So callbacks can be shared with the rest of the program.
impl<T: Guest> Guest for &T {
    const MEMORY: bool = T::MEMORY;

    fn read(&self, ipa: u64, bytes: &mut [u8]) -> Result<(), OutsideRam> {
        T::read(self, ipa, bytes)
    }

    fn write(&self, ipa: u64, bytes: &[u8]) -> Result<(), OutsideRam> {
        T::write(self, ipa, bytes)
    }

    fn bug(&self, what: &'static str, vcpu: u32, intid: u32) {
        T::bug(self, what, vcpu, intid);
    }
}

impl<T: Ops> Ops for &T {
    fn set_pins(&self, vcpu: u32, pins: Pins) {
        T::set_pins(self, vcpu, pins);
    }

    fn relax(&self) {
        T::relax(self);
    }
}

/// The table of an `O`, whose address is the context.
pub(crate) fn table<O: Ops>() -> sys::vgic_emu_ops {
    sys::vgic_emu_ops {
        set_pins: Some(set_pins::<O>),
        relax: Some(relax::<O>),
        read_guest: O::MEMORY.then_some(read_guest::<O> as _),
        write_guest: O::MEMORY.then_some(write_guest::<O> as _),
        bug: Some(bug::<O>),
    }
}

/// Make a callback. If it panics, `Panicking` is dropped while the stack
/// unwinds: its own panic is the second, which ends the program.
pub(crate) fn guarded<R>(call: impl FnOnce() -> R) -> R {
    struct Panicking;

    impl Drop for Panicking {
        fn drop(&mut self) {
            panic!("a callback of the GIC panicked");
        }
    }
    let panicking = Panicking;
    let result = call();

    forget(panicking);
    result
}

fn code(result: Result<(), OutsideRam>) -> c_int {
    c_int::from(result.is_err())
}

// SAFETY of all of these: libvgic calls them while the Emu is alive, with its
// context, which is the address of the Emu's O.

unsafe extern "C" fn set_pins<O: Ops>(
    ctx: *mut c_void,
    vcpu: u32,
    pins: c_uint,
) {
    let ops = unsafe { &*ctx.cast::<O>() };
    guarded(|| ops.set_pins(vcpu, Pins::from_c(pins)));
}

unsafe extern "C" fn relax<O: Ops>(ctx: *mut c_void) {
    let ops = unsafe { &*ctx.cast::<O>() };
    guarded(|| ops.relax());
}

pub(crate) unsafe extern "C" fn read_guest<O: Guest>(
    ctx: *mut c_void,
    ipa: u64,
    buf: *mut c_void,
    len: usize,
) -> c_int {
    let ops = unsafe { &*ctx.cast::<O>() };
    // SAFETY: `len` bytes are the library's. It need not have written them
    // before, which Rust wants of a slice.
    let bytes = unsafe {
        buf.cast::<u8>().write_bytes(0, len);
        core::slice::from_raw_parts_mut(buf.cast::<u8>(), len)
    };
    guarded(|| code(ops.read(ipa, bytes)))
}

pub(crate) unsafe extern "C" fn write_guest<O: Guest>(
    ctx: *mut c_void,
    ipa: u64,
    buf: *const c_void,
    len: usize,
) -> c_int {
    let ops = unsafe { &*ctx.cast::<O>() };
    // SAFETY: `len` bytes are the library's.
    let bytes = unsafe { core::slice::from_raw_parts(buf.cast::<u8>(), len) };
    guarded(|| code(ops.write(ipa, bytes)))
}

pub(crate) unsafe extern "C" fn bug<O: Guest>(
    ctx: *mut c_void,
    what: *const c_char,
    vcpu: u32,
    intid: u32,
) {
    let ops = unsafe { &*ctx.cast::<O>() };
    // SAFETY: the library's reports are constant strings.
    guarded(|| ops.bug(unsafe { crate::text(what) }, vcpu, intid));
}
