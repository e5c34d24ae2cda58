// SPDX-License-Identifier: BSD-2-Clause
//! A guest for the tests of both interfaces: its memory map, its RAM, and what
//! its kernel does with a GICv3.

use std::sync::Mutex;

use vgic::{host, Config, ItsConfig, OutsideRam, Sysreg, Vcpu, Width};

pub const GICD: u64 = 0x0800_0000;
pub const GICR: u64 = 0x080a_0000;
pub const GITS: u64 = 0x0810_0000;
const RAM: u64 = 0x4000_0000;
const RAM_SIZE: usize = 0x40000;

/// The accesses of a vCPU, of which each interface has its own type.
pub trait Cpu {
    fn index(&self) -> u32;
    fn store(&mut self, ipa: u64, width: Width, value: u64);
    fn read_sysreg(&mut self, reg: Sysreg) -> u64;
    fn write_sysreg(&mut self, reg: Sysreg, value: u64);
}

macro_rules! cpu {
    ($vcpu:ty, $store:ident) => {
        impl Cpu for $vcpu {
            fn index(&self) -> u32 {
                <$vcpu>::index(self)
            }

            fn store(&mut self, ipa: u64, width: Width, value: u64) {
                <$vcpu>::$store(self, ipa, width, value).unwrap();
            }

            fn read_sysreg(&mut self, reg: Sysreg) -> u64 {
                <$vcpu>::read_sysreg(self, reg).unwrap()
            }

            fn write_sysreg(&mut self, reg: Sysreg, value: u64) {
                <$vcpu>::write_sysreg(self, reg, value).unwrap();
            }
        }
    };
}

cpu!(Vcpu<'_>, store);
cpu!(host::Vcpu<'_>, write);

/// All groups on, all priorities let through, the vCPU's private interrupts and
/// SPIs 32 to 63 enabled, the first 16 of these as levels.
pub fn open(cpu: &mut impl Cpu) {
    let redist = GICR + 0x20000 * u64::from(cpu.index());
    for (address, value) in [
        (GICD, 2),
        (GICD + 0x104, 0xffff_ffff),
        (GICD + 0xc08, 0),
        (redist + 0x10100, 0xffff_ffff),
    ] {
        cpu.store(address, Width::Word, value);
    }
    cpu.write_sysreg(Sysreg::ICC_PMR_EL1, 0xf0);
    cpu.write_sysreg(Sysreg::ICC_IGRPEN1_EL1, 1);
}

/// Acknowledge an interrupt.
pub fn take(cpu: &mut impl Cpu) -> u64 {
    cpu.read_sysreg(Sysreg::ICC_IAR1_EL1)
}

pub fn end(cpu: &mut impl Cpu, intid: u64) {
    cpu.write_sysreg(Sysreg::ICC_EOIR1_EL1, intid);
}

/// 256 KiB.
pub struct Ram(Mutex<Vec<u8>>);

impl Default for Ram {
    fn default() -> Ram {
        Ram(Mutex::new(vec![0; RAM_SIZE]))
    }
}

impl Ram {
    pub fn read(&self, ipa: u64, bytes: &mut [u8]) -> Result<(), OutsideRam> {
        let range = range(ipa, bytes.len()).ok_or(OutsideRam)?;
        bytes.copy_from_slice(&self.0.lock().unwrap()[range]);
        Ok(())
    }

    pub fn write(&self, ipa: u64, bytes: &[u8]) -> Result<(), OutsideRam> {
        let range = range(ipa, bytes.len()).ok_or(OutsideRam)?;
        self.0.lock().unwrap()[range].copy_from_slice(bytes);
        Ok(())
    }
}

fn range(ipa: u64, len: usize) -> Option<std::ops::Range<usize>> {
    let start = usize::try_from(ipa.checked_sub(RAM)?).ok()?;
    let end = start.checked_add(len)?;
    (end <= RAM_SIZE).then_some(start..end)
}

/// A GICv3 with one vCPU and one ITS.
pub fn with_its() -> Config<'static> {
    let its = ItsConfig { nr_its: 1, nr_lpis: 256, nr_events: 0 };
    Config { nr_spis: 32, ..Config::gicv3_its(1, its) }
}

/// Map event 3 of device 7 to LPI 8192, in collection 0, which is the vCPU's.
pub fn map_lpi(ram: &Ram, cpu: &mut impl Cpu) {
    const PROPS: u64 = RAM;
    const PENDS: u64 = RAM + 0x10000;
    const QUEUE: u64 = RAM + 0x20000;
    const DEVICES: u64 = RAM + 0x30000;
    const COLLECTIONS: u64 = RAM + 0x31000;
    const ITT: u64 = RAM + 0x32000;

    ram.write(PROPS, &[1]).unwrap(); // priority 0, enabled
    let commands: [u64; 12] = [
        7 << 32 | 8, // MAPD
        4,
        1 << 63 | ITT,
        0,
        9, // MAPC
        0,
        1 << 63,
        0,
        7 << 32 | 10, // MAPTI
        8192 << 32 | 3,
        0,
        0,
    ];
    let bytes = commands.map(u64::to_le_bytes).concat();
    ram.write(QUEUE, &bytes).unwrap();
    for (address, width, value) in [
        (GICR + 0x70, Width::Double, PROPS | 13),
        (GICR + 0x78, Width::Double, PENDS | 1 << 62),
        (GITS + 0x100, Width::Double, 1 << 63 | DEVICES),
        (GITS + 0x108, Width::Double, 1 << 63 | COLLECTIONS),
        (GITS + 0x80, Width::Double, 1 << 63 | QUEUE),
        (GICR, Width::Word, 1), // EnableLPIs
        (GITS, Width::Word, 1),
        (GITS + 0x88, Width::Double, bytes.len() as u64),
    ] {
        cpu.store(address, width, value);
    }
}
