// SPDX-License-Identifier: BSD-2-Clause
//! What a snapshot is of. [`Stopped::save`](crate::Stopped::save) makes one,
//! [`Stopped::restore`](crate::Stopped::restore) reads it.

use core::fmt;
use core::mem::MaybeUninit;
use vgic_sys as sys;
use vgic_sys::ctypes::c_int;

use crate::error::check;
use crate::{Error, ItsConfig, Result, V5Config};

/// What is wrong with a snapshot, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The error.
    pub error: Error,
    /// What is wrong, if that can be said in more words.
    pub what: Option<&'static str>,
    /// Bytes from the start to the record, or to the entry in it.
    pub offset: u32,
    /// The name of the record.
    pub record: &'static str,
    /// The vCPU that it is about.
    pub vcpu: Option<u32>,
    /// The interrupt.
    pub intid: Option<u32>,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (record, offset) = (self.record, self.offset);
        write!(f, "{}: record {record} at {offset}", self.error)?;
        if let Some(vcpu) = self.vcpu {
            write!(f, ", vCPU {vcpu}")?;
        }
        if let Some(intid) = self.intid {
            write!(f, ", INTID {intid}")?;
        }
        match self.what {
            Some(what) => write!(f, ": {what}"),
            None => Ok(()),
        }
    }
}

#[cfg(feature = "std")]
impl std::error::Error for Damage {}

/// What a snapshot is of, to create a GIC for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// Version of its format, major and minor.
    pub version: (u32, u32),
    /// Which GIC it is of: 2, 3 or 5.
    pub model: u32,
    /// The only vCPU that it has; `None`: it is of the whole GIC.
    pub vcpu: Option<u32>,
    /// As in [`Config`](crate::Config), when it was saved.
    pub nr_vcpus: u32,
    /// The same.
    pub nr_spis: u32,
    /// The same.
    pub its: ItsConfig,
    /// The same, but that `nr_lpis` is 0.
    pub v5: V5Config,
    /// How many interrupts it has.
    pub nr_irqs: u32,
    /// How many bytes.
    pub length: u32,
}

/// Say what a snapshot is of. Checks its header, the structure of its records
/// and the checksums.
///
/// # Errors
/// A [`Damage`]: [`Error::Format`] and [`Error::NotSupported`] as
/// [`Stopped::restore`](crate::Stopped::restore).
pub fn describe(bytes: &[u8]) -> Result<Info, Damage> {
    let mut c = MaybeUninit::uninit();
    let (start, size) = (bytes.as_ptr().cast(), bytes.len());
    // SAFETY: so many bytes may be read; what succeeds has filled it in.
    let c: sys::vgic_snapshot_info = unsafe {
        checked(|place| {
            sys::vgic_snapshot_describe(start, size, c.as_mut_ptr(), place)
        })?;
        c.assume_init()
    };
    Ok(Info {
        version: (c.major, c.minor),
        model: c.model,
        vcpu: some(c.vcpu),
        nr_vcpus: c.nr_vcpus,
        nr_spis: c.nr_spis,
        its: ItsConfig {
            nr_its: c.its.nr_its,
            nr_lpis: c.its.nr_lpis,
            nr_events: c.its.nr_events,
        },
        v5: V5Config {
            ppi_implemented: c.v5.ppi_implemented,
            ppi_level: c.v5.ppi_level,
            nr_lpis: c.v5.nr_lpis,
            lpi_id_bits: c.v5.lpi_id_bits,
            nr_irs: c.v5.nr_irs,
        },
        nr_irqs: c.nr_irqs,
        length: c.length,
    })
}

/// The affinity of a vCPU in a snapshot: Aff3, Aff2, Aff1 and Aff0, a byte
/// each; of a GICv5 the IAFFID.
///
/// # Errors
/// [`Error::NotFound`]: it does not have this vCPU; else as [`describe`].
pub fn affinity(bytes: &[u8], vcpu: u32) -> Result<u32> {
    let mut affinity = 0;
    let (start, size) = (bytes.as_ptr().cast(), bytes.len());
    // SAFETY: so many bytes may be read.
    check(unsafe {
        sys::vgic_snapshot_affinity(start, size, vcpu, &mut affinity)
    })?;
    Ok(affinity)
}

fn some(number: u32) -> Option<u32> {
    (number != sys::VGIC_SNAPSHOT_NONE).then_some(number)
}

/// Call a C function that reports what is wrong with a snapshot.
pub(crate) fn checked(
    call: impl FnOnce(*mut sys::vgic_snapshot_where) -> c_int,
) -> Result<(), Damage> {
    let mut place = sys::vgic_snapshot_where {
        offset: 0,
        record: sys::VGIC_SNAPSHOT_HEADER,
        vcpu: sys::VGIC_SNAPSHOT_NONE,
        intid: sys::VGIC_SNAPSHOT_NONE,
        what: core::ptr::null(),
    };

    check(call(&mut place)).map_err(|error| Damage {
        error,
        // SAFETY: a text that is there is constant.
        what: (!place.what.is_null())
            .then(|| unsafe { crate::text(place.what) }),
        offset: place.offset,
        // SAFETY: any number will do; the name is constant.
        record: unsafe {
            crate::text(sys::vgic_snapshot_record_name(place.record))
        },
        vcpu: some(place.vcpu),
        intid: some(place.intid),
    })
}
