// SPDX-License-Identifier: BSD-2-Clause

use core::marker::PhantomData;
use core::ptr::NonNull;
use vgic_sys as sys;

use crate::error::number;
use crate::snapshot::{self, Damage};
use crate::{state, Error, Result, Stats};

/// A VM that is stopped: nobody accesses its GIC or injects anything. See
/// [`Emu::stopped`](crate::Emu::stopped).
pub struct Stopped<'e> {
    gic: *mut sys::vgic,
    lives: PhantomData<&'e mut ()>,
}

impl Stopped<'_> {
    pub(crate) fn new(gic: *mut sys::vgic) -> Self {
        Stopped { gic, lives: PhantomData }
    }

    /// Put the whole GIC back to its reset state. Addresses and owners stay, as
    /// do the levels of lines.
    pub fn reset(&mut self) {
        // SAFETY: the vGIC exists, no vCPU is loaded, and there is no other
        // call.
        unsafe { sys::vgic_reset(self.gic) };
    }

    /// Bytes that [`Stopped::save`] would write now.
    pub fn snapshot_size(&mut self) -> usize {
        // SAFETY: as reset().  Its only error is a vCPU that is loaded.
        number(unsafe { sys::vgic_snapshot_size(self.gic) }).unwrap_or(0)
    }

    /// Save the whole GIC, which changes nothing, and say how many bytes that
    /// took.
    ///
    /// # Errors
    /// [`Error::NoMemory`]: there are less than [`Stopped::snapshot_size`].
    pub fn save(&mut self, bytes: &mut [u8]) -> Result<usize> {
        let (start, size) = (bytes.as_mut_ptr().cast(), bytes.len());
        // SAFETY: as reset(); so many bytes may be written.
        number(unsafe { sys::vgic_snapshot_save(self.gic, start, size) })
    }

    /// Save one vCPU alone: CPU interface, redistributor and private
    /// interrupts.
    ///
    /// # Errors
    /// As [`Stopped::save`]; [`Error::NotFound`]: no such vCPU.
    pub fn save_vcpu(&mut self, vcpu: u32, bytes: &mut [u8]) -> Result<usize> {
        let vcpu = self.vcpu(vcpu)?.as_ptr();
        let (start, size) = (bytes.as_mut_ptr().cast(), bytes.len());
        // SAFETY: as save().
        number(unsafe { sys::vgic_snapshot_save_vcpu(vcpu, start, size) })
    }

    /// Restore what a snapshot holds: the whole GIC, or one vCPU. The bytes may
    /// come from anywhere: all of them are checked before anything is changed.
    ///
    /// # Errors
    /// A [`Damage`], after which the GIC is as it was: [`Error::Format`]:
    /// damaged, or no snapshot; [`Error::NotSupported`]: of another model or
    /// shape, or a newer version; [`Error::NotFound`]: of a vCPU that there is
    /// not; [`Error::NoMemory`]: of more LPIs than there is room for.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), Damage> {
        let (start, size) = (bytes.as_ptr().cast(), bytes.len());
        // SAFETY: as reset(); so many bytes may be read.
        snapshot::checked(|place| unsafe {
            sys::vgic_snapshot_restore(self.gic, start, size, place)
        })
    }

    /// A vCPU's counters.
    ///
    /// # Errors
    /// [`Error::NotFound`]: no such vCPU.
    pub fn stats(&self, vcpu: u32) -> Result<Stats> {
        let vcpu = self.vcpu(vcpu)?;
        // SAFETY: it exists.
        Ok(unsafe { state::stats(vcpu.as_ptr()) })
    }

    /// Check the library's invariants, and say how many do not hold.
    /// [`Guest::bug`](crate::Guest::bug) is called for each.
    pub fn check_invariants(&mut self) -> u32 {
        // SAFETY: as reset().
        unsafe { sys::vgic_check_invariants(self.gic) }
    }

    fn vcpu(&self, index: u32) -> Result<NonNull<sys::vgic_vcpu>> {
        // SAFETY: the vGIC exists.
        let vcpu = unsafe { sys::vgic_vcpu_get(self.gic, index) };
        NonNull::new(vcpu).ok_or(Error::NotFound)
    }
}
