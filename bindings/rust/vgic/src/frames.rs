// SPDX-License-Identifier: BSD-2-Clause

use core::marker::PhantomData;
use vgic_sys as sys;

use crate::error::check;
use crate::Result;

/// Where the frames of a GIC are placed, before the guest runs. What the guest
/// has to be told of them is in its device tree or its ACPI tables.
pub struct Frames<'g> {
    gic: *mut sys::vgic,
    lives: PhantomData<&'g mut ()>,
}

impl Frames<'_> {
    /// # Safety
    /// The vGIC exists for as long as this, no vCPU has run, and nobody else
    /// has it.
    pub(crate) unsafe fn new(gic: *mut sys::vgic) -> Self {
        Frames { gic, lives: PhantomData }
    }

    /// Place the distributor of a GICv2 or a GICv3.
    ///
    /// # Errors
    /// `NotSupported`: a GICv5; `Invalid`: `ipa` is not a multiple of 64 KiB
    /// (of a GICv2, 4 KiB); `Exists`: placed already; `Overlap`: with another
    /// frame, or it wraps.
    pub fn set_dist_base(&mut self, ipa: u64) -> Result<()> {
        // SAFETY: as new() says; so with the next four.
        check(unsafe { sys::vgic_set_dist_base(self.gic, ipa) })
    }

    /// Place the CPU interface of a GICv2.
    ///
    /// # Errors
    /// As [`Frames::set_dist_base`]; `NotSupported`: not a GICv2.
    pub fn set_cpu_base(&mut self, ipa: u64) -> Result<()> {
        check(unsafe { sys::vgic_set_cpu_base(self.gic, ipa) })
    }

    /// Add a region of redistributors, 128 KiB each, to a GICv3: for `count`
    /// vCPUs, in the order of their indices.
    ///
    /// # Errors
    /// As [`Frames::set_dist_base`]; `NotSupported`: not a GICv3; `Invalid`:
    /// `count` is not 1 to 512, either; `NoMemory`: more than
    /// [`Config::nr_redist_regions`](crate::Config::nr_redist_regions).
    pub fn add_redist_region(&mut self, ipa: u64, count: u32) -> Result<()> {
        check(unsafe { sys::vgic_add_redist_region(self.gic, ipa, count) })
    }

    /// Place an ITS of a GICv3: 128 KiB.
    ///
    /// # Errors
    /// As [`Frames::set_dist_base`]; `NotSupported`: not a GICv3 with LPIs;
    /// `NotFound`: no such ITS.
    pub fn set_its_base(&mut self, its: u32, ipa: u64) -> Result<()> {
        check(unsafe { sys::vgic_set_its_base(self.gic, its, ipa) })
    }

    /// Place an IRS of a GICv5: 128 KiB.
    ///
    /// # Errors
    /// As [`Frames::set_dist_base`]; `NotSupported`: not a GICv5; `NotFound`:
    /// no such IRS.
    pub fn set_irs_base(&mut self, irs: u32, ipa: u64) -> Result<()> {
        check(unsafe { sys::vgic_set_irs_base(self.gic, irs, ipa) })
    }
}
