// SPDX-License-Identifier: BSD-2-Clause

use vgic_sys as sys;

/// A system register, or an instruction of a GICv5's, as its encoding names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sysreg(pub(crate) u32);

impl Sysreg {
    /// The register with this encoding, as an instruction has it. Bits beyond a
    /// field's width are left out.
    pub const fn new(op0: u32, op1: u32, crn: u32, crm: u32, op2: u32) -> Self {
        Sysreg(
            (op0 & 3) << 14
                | (op1 & 7) << 11
                | (crn & 15) << 7
                | (crm & 15) << 3
                | op2 & 7,
        )
    }

    /// The one that bits 20:5 of an MRS, MSR, SYS or SYSL instruction name.
    pub const fn from_instruction(word: u32) -> Self {
        Sysreg(word >> 5 & 0xffff)
    }
}

/// The constants of vgic/sysreg.h.
macro_rules! names {
    ($($name:ident = $c:ident;)*) => {
        impl Sysreg {
            $(
                #[doc = concat!(stringify!($name), ".")]
                pub const $name: Sysreg = Sysreg(sys::$c);
            )*
        }
    };
}

names! {
    ICC_PMR_EL1 = VGIC_SYSREG_ICC_PMR_EL1;
    ICC_IAR0_EL1 = VGIC_SYSREG_ICC_IAR0_EL1;
    ICC_EOIR0_EL1 = VGIC_SYSREG_ICC_EOIR0_EL1;
    ICC_HPPIR0_EL1 = VGIC_SYSREG_ICC_HPPIR0_EL1;
    ICC_BPR0_EL1 = VGIC_SYSREG_ICC_BPR0_EL1;
    ICC_DIR_EL1 = VGIC_SYSREG_ICC_DIR_EL1;
    ICC_RPR_EL1 = VGIC_SYSREG_ICC_RPR_EL1;
    ICC_SGI1R_EL1 = VGIC_SYSREG_ICC_SGI1R_EL1;
    ICC_ASGI1R_EL1 = VGIC_SYSREG_ICC_ASGI1R_EL1;
    ICC_SGI0R_EL1 = VGIC_SYSREG_ICC_SGI0R_EL1;
    ICC_IAR1_EL1 = VGIC_SYSREG_ICC_IAR1_EL1;
    ICC_EOIR1_EL1 = VGIC_SYSREG_ICC_EOIR1_EL1;
    ICC_HPPIR1_EL1 = VGIC_SYSREG_ICC_HPPIR1_EL1;
    ICC_BPR1_EL1 = VGIC_SYSREG_ICC_BPR1_EL1;
    ICC_CTLR_EL1 = VGIC_SYSREG_ICC_CTLR_EL1;
    ICC_SRE_EL1 = VGIC_SYSREG_ICC_SRE_EL1;
    ICC_IGRPEN0_EL1 = VGIC_SYSREG_ICC_IGRPEN0_EL1;
    ICC_IGRPEN1_EL1 = VGIC_SYSREG_ICC_IGRPEN1_EL1;
    ICC_IDR0_EL1 = VGIC_SYSREG_ICC_IDR0_EL1;
    ICC_ICSR_EL1 = VGIC_SYSREG_ICC_ICSR_EL1;
    ICC_IAFFIDR_EL1 = VGIC_SYSREG_ICC_IAFFIDR_EL1;
    ICC_PPI_ENABLER0_EL1 = VGIC_SYSREG_ICC_PPI_ENABLER0_EL1;
    ICC_PPI_ENABLER1_EL1 = VGIC_SYSREG_ICC_PPI_ENABLER1_EL1;
    ICC_CR0_EL1 = VGIC_SYSREG_ICC_CR0_EL1;
    ICC_PCR_EL1 = VGIC_SYSREG_ICC_PCR_EL1;
    GIC_CDDIS = VGIC_SYSREG_GIC_CDDIS;
    GIC_CDEN = VGIC_SYSREG_GIC_CDEN;
    GIC_CDPRI = VGIC_SYSREG_GIC_CDPRI;
    GIC_CDAFF = VGIC_SYSREG_GIC_CDAFF;
    GIC_CDPEND = VGIC_SYSREG_GIC_CDPEND;
    GIC_CDRCFG = VGIC_SYSREG_GIC_CDRCFG;
    GIC_CDEOI = VGIC_SYSREG_GIC_CDEOI;
    GIC_CDDI = VGIC_SYSREG_GIC_CDDI;
    GIC_CDHM = VGIC_SYSREG_GIC_CDHM;
    GICR_CDIA = VGIC_SYSREG_GICR_CDIA;
}
