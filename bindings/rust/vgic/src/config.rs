// SPDX-License-Identifier: BSD-2-Clause

use core::ptr::null;
use vgic_sys as sys;

/// Which GIC the guest sees. A program is linked with those alone that it
/// names.
#[derive(Clone, Copy, Debug)]
pub struct Arch(pub(crate) &'static sys::vgic_arch);

impl Arch {
    /// A GICv2.
    pub fn gicv2() -> Arch {
        // SAFETY: a constant of the library's.
        Arch(unsafe { &sys::vgic_gicv2 })
    }

    /// A GICv3 without LPIs.
    pub fn gicv3() -> Arch {
        // SAFETY: a constant of the library's.
        Arch(unsafe { &sys::vgic_gicv3 })
    }

    /// A GICv3 that may have ITSs and LPIs.
    pub fn gicv3_its() -> Arch {
        // SAFETY: a constant of the library's.
        Arch(unsafe { &sys::vgic_gicv3_its })
    }

    /// A GICv5.
    pub fn gicv5() -> Arch {
        // SAFETY: a constant of the library's.
        Arch(unsafe { &sys::vgic_gicv5 })
    }

    /// 2, 3 or 5.
    pub fn model(self) -> u32 {
        // SAFETY: any of the four will do.
        unsafe { sys::vgic_arch_model(self.0) }
    }
}

/// What a GICv3 with LPIs has besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ItsConfig {
    /// ITSs, 0 to 8.
    pub nr_its: u32,
    /// LPIs, 4 to 57344: INTIDs from 8192 on. 0 if and only if `nr_its` is.
    pub nr_lpis: u32,
    /// Events that can be mapped at one time, over all ITSs, and as many
    /// devices; at most `nr_lpis`, which 0 means.
    pub nr_events: u32,
}

/// What a GICv5 has besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct V5Config {
    /// PPIs that the CPU interface has, bit n % 64 of `[n / 64]` for PPI n.
    pub ppi_implemented: [u64; 2],
    /// Of those, the level-sensitive ones.
    pub ppi_level: [u64; 2],
    /// How many LPIs can be backed at one time, a multiple of 256.
    pub nr_lpis: u32,
    /// Bits of an LPI's ID, 10 to 24.
    pub lpi_id_bits: u32,
    /// IRSs, 1 to 8.
    pub nr_irs: u32,
}

/// Everything that is fixed for the life of a GIC. Begin with one of the
/// functions and change what differs:
///
/// ```
/// use vgic::Config;
///
/// let config = Config { nr_spis: 64, ..Config::gicv3(2) };
/// assert_eq!(config.arch.model(), 3);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Config<'a> {
    /// Which GIC the guest sees.
    pub arch: Arch,
    /// vCPUs, 1 to 512; of a GICv2 at most 8.
    pub nr_vcpus: u32,
    /// SPIs, 0 to 988: INTIDs 32 to 31 + `nr_spis`. Of a GICv5 0 to 65536, a
    /// multiple of the IRSs: IDs from 0 on.
    pub nr_spis: u32,
    /// GICv3: regions of redistributors, 1 to 64.
    pub nr_redist_regions: u32,
    /// How many interrupts can at one time have an [`Owner`](crate::Owner), be
    /// mapped ([`Gic::map_irq`]) or be listened to ([`Gic::listen`]); a PPI
    /// counts once for each vCPU.
    ///
    /// [`Gic::map_irq`]: crate::host::Gic::map_irq
    /// [`Gic::listen`]: crate::host::Gic::listen
    pub nr_side_entries: u32,
    /// ITSs and LPIs of a GICv3; they need [`Guest::MEMORY`].
    ///
    /// [`Guest::MEMORY`]: crate::Guest::MEMORY
    pub its: ItsConfig,
    /// Of a GICv5.
    pub v5: V5Config,
    /// The affinity of each vCPU: Aff3 in bits 39:32, Aff2 to Aff0 in 23:0; of
    /// a GICv5 the IAFFID. `None`: Aff0 is the index's bits 3:0 and Aff1 the
    /// rest of it; of a GICv2 and a GICv5 the index.
    pub mpidr: Option<&'a [u64]>,
}

impl Config<'_> {
    fn new(arch: Arch, nr_vcpus: u32) -> Self {
        Config {
            arch,
            nr_vcpus,
            nr_spis: 0,
            nr_redist_regions: 0,
            nr_side_entries: 0,
            its: ItsConfig::default(),
            v5: V5Config::default(),
            mpidr: None,
        }
    }

    /// A GICv2 without SPIs.
    pub fn gicv2(nr_vcpus: u32) -> Self {
        Self::new(Arch::gicv2(), nr_vcpus)
    }

    /// A GICv3 without LPIs and SPIs, with one region of redistributors.
    pub fn gicv3(nr_vcpus: u32) -> Self {
        Config { nr_redist_regions: 1, ..Self::new(Arch::gicv3(), nr_vcpus) }
    }

    /// The same with LPIs.
    pub fn gicv3_its(nr_vcpus: u32, its: ItsConfig) -> Self {
        Config { arch: Arch::gicv3_its(), its, ..Self::gicv3(nr_vcpus) }
    }

    /// A GICv5 without SPIs and LPIs, with one IRS and all 128 PPIs, edges.
    pub fn gicv5(nr_vcpus: u32) -> Self {
        let v5 = V5Config {
            ppi_implemented: [u64::MAX; 2],
            lpi_id_bits: 10,
            nr_irs: 1,
            ..V5Config::default()
        };
        Config { v5, ..Self::new(Arch::gicv5(), nr_vcpus) }
    }

    /// The same for C, without callbacks and CPU interfaces: these are null.
    pub(crate) fn in_c(&self) -> sys::vgic_config {
        // SAFETY: integers, booleans and null pointers, for which zero will do.
        let mut c: sys::vgic_config = unsafe { core::mem::zeroed() };
        c.arch = self.arch.0;
        c.nr_vcpus = self.nr_vcpus;
        c.nr_spis = self.nr_spis;
        c.nr_redist_regions = self.nr_redist_regions;
        c.nr_side_entries = self.nr_side_entries;
        c.its = sys::vgic_its_config {
            nr_its: self.its.nr_its,
            nr_lpis: self.its.nr_lpis,
            nr_events: self.its.nr_events,
        };
        c.v5 = sys::vgic_v5_config {
            cpuif: null(),
            ppi_implemented: self.v5.ppi_implemented,
            ppi_level: self.v5.ppi_level,
            nr_lpis: self.v5.nr_lpis,
            lpi_id_bits: self.v5.lpi_id_bits,
            nr_irs: self.v5.nr_irs,
        };
        c
    }
}
