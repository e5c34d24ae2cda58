// SPDX-License-Identifier: BSD-2-Clause

use core::fmt;
use vgic_sys as sys;
use vgic_sys::ctypes::c_int;

/// What the embedder did wrong. Which function returns which of these, and for
/// what, is said there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Error {
    /// A parameter is outside the range that its description gives.
    Invalid,
    /// There is not enough memory.
    NoMemory,
    /// The call comes too late or too early in the life of the object.
    Busy,
    /// The thing to create or place exists already.
    Exists,
    /// No such vCPU, interrupt or frame.
    NotFound,
    /// Two frames overlap, or one wraps the address space.
    Overlap,
    /// The GIC or its configuration lacks what is asked for.
    NotSupported,
    /// The interrupt belongs to another owner.
    Permission,
    /// What is to be read is damaged, or something else altogether.
    Format,
    /// Guest memory that is needed cannot be reached.
    Fault,
    /// An error of a later libvgic.
    Other(i32),
}

/// A value, or an [`Error`].
pub type Result<T, E = Error> = core::result::Result<T, E>;

const CODES: [(Error, c_int); 10] = [
    (Error::Invalid, sys::VGIC_E_INVAL),
    (Error::NoMemory, sys::VGIC_E_NOMEM),
    (Error::Busy, sys::VGIC_E_BUSY),
    (Error::Exists, sys::VGIC_E_EXIST),
    (Error::NotFound, sys::VGIC_E_NOENT),
    (Error::Overlap, sys::VGIC_E_OVERLAP),
    (Error::NotSupported, sys::VGIC_E_NOTSUP),
    (Error::Permission, sys::VGIC_E_PERM),
    (Error::Format, sys::VGIC_E_FORMAT),
    (Error::Fault, sys::VGIC_E_FAULT),
];

impl Error {
    fn from_code(code: c_int) -> Error {
        CODES
            .iter()
            .find(|&&(_, c)| c == code)
            .map_or(Error::Other(code), |&(error, _)| error)
    }

    /// The number that libvgic's C interface has for it.
    pub fn code(self) -> i32 {
        match self {
            Error::Other(code) => code,
            _ => CODES.iter().find(|&&(e, _)| e == self).unwrap().1,
        }
    }
}

/// The result of a C function that returns VGIC_OK or an error.
pub(crate) fn check(code: c_int) -> Result<()> {
    match code {
        sys::VGIC_OK => Ok(()),
        _ => Err(Error::from_code(code)),
    }
}

/// The result of a C function that returns a number, or an error below 0.
pub(crate) fn number(value: i64) -> Result<usize> {
    usize::try_from(value).map_err(|_| Error::from_code(value as c_int))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: any number will do; the string is constant.
        f.write_str(unsafe { crate::text(sys::vgic_strerror(self.code())) })
    }
}

#[cfg(feature = "std")]
impl std::error::Error for Error {}
