// SPDX-License-Identifier: BSD-2-Clause
//! The emulator's interface: what the types promise, and each call once.

mod common;

use std::process::Command;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::Arc;
use std::thread;

use common::{end, map_lpi, open, take, with_its, Ram, GICD, GICR, GITS};
use vgic::{Block, Config, Devices, Emu, Error, Guest, Memory, Ops};
use vgic::{OutsideRam, Owner, Pins, Sysreg, Unhandled, V5Config, Vcpu};
use vgic::{Vcpus, Width};

/// Counts what it is called for, and has RAM.
#[derive(Default)]
struct Board {
    changes: AtomicU32,
    ram: Ram,
}

#[derive(Clone)]
struct Shared(Arc<Board>);

impl Guest for Shared {
    const MEMORY: bool = true;

    fn read(&self, ipa: u64, bytes: &mut [u8]) -> Result<(), OutsideRam> {
        self.0.ram.read(ipa, bytes)
    }

    fn write(&self, ipa: u64, bytes: &[u8]) -> Result<(), OutsideRam> {
        self.0.ram.write(ipa, bytes)
    }
}

impl Ops for Shared {
    fn set_pins(&self, _: u32, _: Pins) {
        self.0.changes.fetch_add(1, Ordering::Relaxed);
    }
}

struct Quiet;

impl Guest for Quiet {
    fn bug(&self, what: &'static str, vcpu: u32, intid: u32) {
        panic!("{what}, vCPU {vcpu}, INTID {intid}");
    }
}

impl Ops for Quiet {
    fn set_pins(&self, _: u32, _: Pins) {}
}

fn gicv3(nr_vcpus: u32) -> Config<'static> {
    Config { nr_spis: 32, nr_side_entries: 4, ..Config::gicv3(nr_vcpus) }
}

fn placed<O: Ops>(config: &Config, ops: O) -> Emu<'static, O> {
    let mut emu = Emu::new(config, ops).unwrap();
    emu.frames().unwrap().set_dist_base(GICD).unwrap();
    emu.frames().unwrap().add_redist_region(GICR, config.nr_vcpus).unwrap();
    emu
}

#[test]
fn what_threads_may_send_and_share() {
    fn send<T: Send>() {}
    fn sync<T: Sync>() {}
    send::<Vcpu>();
    send::<Vcpus>();
    send::<Devices>();
    sync::<Devices>();
    send::<Emu<Quiet>>();
    sync::<Emu<Quiet>>();
}

#[test]
fn callbacks_live_as_long_as_the_gic() {
    let board = Arc::<Board>::default();
    let emu = placed(&gicv3(1), Shared(board.clone()));
    assert_eq!(Arc::strong_count(&board), 2);
    assert!(Arc::ptr_eq(&emu.ops().0, &board));
    let moved = Box::new(emu);
    assert_eq!(Arc::strong_count(&board), 2);
    drop(moved);
    assert_eq!(Arc::strong_count(&board), 1);
}

#[test]
fn callbacks_go_when_there_is_no_gic() {
    let board = Arc::<Board>::default();
    let twice = [1, 1];
    for config in [
        Config { mpidr: Some(&twice), ..gicv3(2) },
        Config { mpidr: Some(&twice), ..gicv3(1) },
        Config { nr_vcpus: 0, ..gicv3(1) },
        Config { nr_spis: 989, ..gicv3(1) },
    ] {
        let error = Emu::new(&config, Shared(board.clone())).err().unwrap();
        assert!(matches!(error, Error::Exists | Error::Invalid), "{error}");
        assert_eq!(Arc::strong_count(&board), 1);
    }
}

#[test]
fn memory_of_the_embedder() {
    let size = Emu::<Quiet>::memory_size(&gicv3(2)).unwrap();
    let mut blocks = vec![Block::UNUSED; (size + 63) / 64];
    let short = Memory::from(&mut blocks[1..]);
    let error = Emu::new_in(&gicv3(2), short, Quiet).err();
    assert_eq!(error, Some(Error::NoMemory));

    let mut emu =
        Emu::new_in(&gicv3(2), Memory::from(&mut blocks[..]), Quiet).unwrap();
    emu.frames().unwrap().set_dist_base(GICD).unwrap();
    let mut vcpu = emu.split().1.nth(1).unwrap();
    assert_eq!(vcpu.index(), 1);
    // GICD_TYPER.ITLinesNumber
    assert_eq!(vcpu.load(GICD + 4, Width::Word).unwrap() & 31, 1);
}

#[test]
fn alignment_of_callbacks() {
    #[repr(align(128))]
    struct Wide;

    impl Guest for Wide {}

    impl Ops for Wide {
        fn set_pins(&self, _: u32, _: Pins) {}
    }
    assert_eq!(Emu::new(&gicv3(1), Wide).err(), Some(Error::Invalid));
}

#[test]
fn frames_are_placed_first() {
    let mut emu = placed(&gicv3(2), Quiet);
    assert_eq!(emu.frames().unwrap().set_dist_base(0), Err(Error::Exists));
    assert_eq!(
        emu.frames().unwrap().add_redist_region(GICR, 1),
        Err(Error::NoMemory)
    );
    assert_eq!(emu.frames().unwrap().set_cpu_base(0), Err(Error::NotSupported));
    assert_eq!(
        emu.frames().unwrap().set_its_base(0, 0),
        Err(Error::NotSupported)
    );
    assert_eq!(
        emu.frames().unwrap().set_irs_base(0, 0),
        Err(Error::NotSupported)
    );
    let regions: Vec<_> =
        emu.regions().map(|r| (r.name, r.ipa, r.size)).collect();
    assert_eq!(regions, [("GICD", GICD, 0x10000), ("GICR", GICR, 0x40000)]);
    assert_eq!(emu.split().1.len(), 2);
    assert_eq!(emu.frames().err(), Some(Error::Busy));

    let mut emu = placed(&gicv3(1), Quiet);
    emu.stopped(|gic| gic.reset());
    assert_eq!(emu.frames().err(), Some(Error::Busy));
}

#[test]
fn accesses_that_are_not_the_gics() {
    let mut emu = placed(&gicv3(1), Quiet);
    let mut vcpu = emu.split().1.next().unwrap();
    assert_eq!(vcpu.load(0, Width::Double), Err(Unhandled::NotMine));
    assert_eq!(vcpu.store(0, Width::Byte, 1), Err(Unhandled::NotMine));
    // MIDR_EL1, and a write of a register that can only be read.
    let midr = Sysreg::from_instruction(0xd538_0000);
    assert_eq!(midr, Sysreg::new(3, 0, 0, 0, 0));
    assert_eq!(vcpu.read_sysreg(midr), Err(Unhandled::NotMine));
    assert_eq!(
        vcpu.write_sysreg(Sysreg::ICC_IAR1_EL1, 0),
        Err(Unhandled::Undefined)
    );
}

#[test]
fn lines_pulses_and_owners() {
    let board = Arc::<Board>::default();
    let mut emu = placed(&gicv3(1), Shared(board.clone()));
    let (uart, other) = (0u8, 0u8);
    let owner = Some(Owner::of(&uart));
    emu.set_owner(0, 33, owner).unwrap();
    assert_eq!(
        emu.set_owner(0, 33, Some(Owner::of(&other))),
        Err(Error::Exists)
    );
    assert_eq!(emu.set_owner(0, 1, owner), Err(Error::Invalid));

    let (devices, mut vcpus) = emu.split();
    let mut vcpu = vcpus.next().unwrap();
    open(&mut vcpu);
    assert_eq!(devices.inject_irq(0, 33, true, None), Err(Error::Permission));
    assert_eq!(devices.inject_irq(0, 64, true, None), Err(Error::NotFound));
    assert_eq!(devices.irq(0, 64), Err(Error::NotFound));
    assert_eq!(devices.inject_msi(0, 0, 0), Err(Error::NotSupported));
    assert!(!devices.pins(0).any());

    devices.inject_irq(0, 33, true, owner).unwrap();
    assert_eq!(devices.pins(0), Pins { irq: true, fiq: false });
    assert_eq!(board.changes.load(Ordering::Relaxed), 1);
    let irq = devices.irq(0, 33).unwrap();
    assert!(irq.pending && irq.line && irq.level && irq.enabled);
    assert_eq!((irq.target, irq.group1), (Some(0), true));
    assert_eq!(take(&mut vcpu), 33);
    assert!(devices.irq(0, 33).unwrap().active);
    devices.inject_irq(0, 33, false, owner).unwrap();
    end(&mut vcpu, 33);

    devices.pulse_irq(0, 40, None).unwrap();
    assert_eq!(take(&mut vcpu), 40);
    end(&mut vcpu, 40);
    assert!(!devices.pins(0).any());
    vcpu.reset(true);
    assert_eq!(vcpu.read_sysreg(Sysreg::ICC_PMR_EL1), Ok(0));
}

#[test]
fn save_restore_and_what_is_wrong() {
    let mut emu = placed(&gicv3(2), Quiet);
    let (devices, mut vcpus) = emu.split();
    let mut vcpu = vcpus.next().unwrap();
    open(&mut vcpu);
    devices.inject_irq(0, 33, true, None).unwrap();
    assert_eq!(take(&mut vcpu), 33);

    let (bytes, one) = emu.stopped(|gic| {
        let mut bytes = vec![0; gic.snapshot_size()];
        assert_eq!(gic.save(&mut bytes[1..]), Err(Error::NoMemory));
        assert_eq!(gic.save(&mut bytes), Ok(bytes.len()));
        let mut one = vec![0; 4096];
        let size = gic.save_vcpu(1, &mut one).unwrap();
        assert_eq!(gic.save_vcpu(2, &mut one), Err(Error::NotFound));
        assert_eq!(gic.stats(0).unwrap().delivered.spi, 1);
        assert_eq!(gic.stats(2), Err(Error::NotFound));
        gic.reset();
        assert_eq!(gic.check_invariants(), 0);
        (bytes, one[..size].to_vec())
    });
    let info = vgic::snapshot::describe(&bytes).unwrap();
    assert_eq!((info.model, info.nr_vcpus, info.nr_spis), (3, 2, 32));
    assert_eq!((info.vcpu, info.length as usize), (None, bytes.len()));
    assert_eq!(vgic::snapshot::describe(&one).unwrap().vcpu, Some(1));
    assert_eq!(vgic::snapshot::affinity(&bytes, 1), Ok(1));
    assert_eq!(vgic::snapshot::affinity(&bytes, 2), Err(Error::NotFound));

    // Into another one, of which only the shape is the same.
    let mut new = placed(&gicv3(2), Quiet);
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    new.stopped(|gic| {
        let damage = gic.restore(&damaged).unwrap_err();
        assert_eq!(damage.error, Error::Format, "{damage}");
        assert!(damage.what.is_some() && damage.to_string().len() > 20);
        assert_eq!(gic.restore(&[]).unwrap_err().error, Error::Format);
        gic.restore(&bytes).unwrap();
        gic.restore(&one).unwrap();
    });
    let (devices, mut vcpus) = new.split();
    assert!(devices.irq(0, 33).unwrap().active);
    let mut vcpu = vcpus.next().unwrap();
    assert_eq!(vcpu.read_sysreg(Sysreg::ICC_RPR_EL1), Ok(0));
    let other = placed(&gicv3(1), Quiet)
        .stopped(|gic| gic.restore(&bytes).unwrap_err().error);
    assert_eq!(other, Error::NotSupported);
}

#[test]
fn a_stopped_vm_goes_on_after_a_panic() {
    let mut emu = placed(&gicv3(1), Quiet);
    let (devices, mut vcpus) = emu.split();
    open(&mut vcpus.next().unwrap());
    devices.inject_irq(0, 33, true, None).unwrap();
    assert!(devices.pins(0).irq);
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        emu.stopped(|gic| {
            gic.reset();
            panic!("expected")
        })
    }));
    assert!(panic.is_err());
    assert!(!emu.split().0.pins(0).any());
}

#[test]
fn guest_memory_and_messages() {
    assert_eq!(Emu::new(&with_its(), Quiet).err(), Some(Error::Invalid));

    let board = Arc::<Board>::default();
    let mut emu = placed(&with_its(), Shared(board.clone()));
    emu.frames().unwrap().set_its_base(0, GITS).unwrap();
    let (devices, mut vcpus) = emu.split();
    let mut vcpu = vcpus.next().unwrap();
    open(&mut vcpu);
    map_lpi(&board.ram, &mut vcpu);
    assert_eq!(devices.inject_msi(0, 7, 3), Ok(true));
    assert_eq!(devices.inject_msi(0, 7, 4), Ok(false));
    assert_eq!(devices.inject_msi(1, 7, 3), Err(Error::NotFound));
    assert_eq!(take(&mut vcpu), 8192);
}

#[test]
fn a_gicv2() {
    const GICC: u64 = 0x0801_0000;
    let config = Config { nr_spis: 32, ..Config::gicv2(2) };
    let mut emu = Emu::new(&config, Quiet).unwrap();
    emu.frames().unwrap().set_dist_base(GICD).unwrap();
    emu.frames().unwrap().set_cpu_base(GICC).unwrap();
    let (devices, mut vcpus) = emu.split();
    let mut vcpu = vcpus.next().unwrap();
    for (address, value) in [
        (GICD, 1),
        (GICD + 0x104, 1 << 1),
        (GICD + 0x820, 0x0100), // GICD_ITARGETSR8: SPI 33 to vCPU 0
        (GICC + 4, 0xf0),
        (GICC, 1),
    ] {
        vcpu.store(address, Width::Word, value).unwrap();
    }
    devices.inject_irq(0, 33, true, None).unwrap();
    assert!(devices.pins(0).irq && !devices.pins(1).any());
    vcpu.store(GICC, Width::Word, 9).unwrap(); // FIQEn: Group 0 as FIQs
    assert_eq!(devices.pins(0), Pins { irq: false, fiq: true });
    assert_eq!(vcpu.load(GICC + 0xc, Width::Word), Ok(33));
}

#[test]
fn a_gicv5() {
    const PPI: u32 = 1 << 29 | 20;
    let v5 = V5Config {
        ppi_implemented: [1 << 20, 0],
        ppi_level: [1 << 20, 0],
        lpi_id_bits: 10,
        nr_irs: 1,
        ..V5Config::default()
    };
    let config = Config { nr_side_entries: 1, v5, ..Config::gicv5(1) };
    let mut emu = Emu::new(&config, Quiet).unwrap();
    let timer = 0u8;
    emu.frames().unwrap().set_irs_base(0, GICD).unwrap();
    emu.set_owner(0, PPI, Some(Owner::of(&timer))).unwrap();
    let (devices, mut vcpus) = emu.split();
    let mut vcpu = vcpus.next().unwrap();
    for (register, value) in [
        (Sysreg::ICC_PPI_ENABLER0_EL1, 1 << 20),
        (Sysreg::ICC_PCR_EL1, 31),
        (Sysreg::ICC_CR0_EL1, 1),
    ] {
        vcpu.write_sysreg(register, value).unwrap();
    }
    devices.inject_irq(0, PPI, true, Some(Owner::of(&timer))).unwrap();
    assert!(devices.pins(0).irq);
    // A level cannot be pulsed.
    let pulsed = devices.pulse_irq(0, PPI, Some(Owner::of(&timer)));
    assert_eq!(pulsed, Err(Error::NotSupported));
    // The INTID, with bit 32 set: it is valid.
    assert_eq!(
        vcpu.read_sysreg(Sysreg::GICR_CDIA),
        Ok(1 << 32 | u64::from(PPI))
    );
    assert!(Emu::new(&Config::gicv5(1), Quiet).is_ok());
    let with_lpis = Config { v5: V5Config { nr_lpis: 256, ..v5 }, ..config };
    let size = |config| Emu::<Shared>::memory_size(config).unwrap();
    assert!(size(&with_lpis) > size(&config));
}

#[test]
fn threads() {
    const EACH: u64 = 500;
    struct Flags([AtomicU32; 4]);

    impl Guest for Flags {}

    impl Ops for Flags {
        fn set_pins(&self, vcpu: u32, pins: Pins) {
            self.0[vcpu as usize].store(pins.irq.into(), Ordering::Release);
        }

        fn relax(&self) {
            thread::yield_now();
        }
    }
    let flags = Flags(Default::default());
    let taken: [AtomicU64; 4] = Default::default();
    let mut emu = placed(&gicv3(4), &flags);
    let (devices, vcpus) = emu.split();
    let (flags, taken) = (&flags, &taken);
    thread::scope(|scope| {
        for mut vcpu in vcpus {
            open(&mut vcpu);
            scope.spawn(move || {
                let n = vcpu.index() as usize;
                while taken[n].load(Ordering::Relaxed) < EACH {
                    while flags.0[n].load(Ordering::Acquire) == 0 {
                        thread::yield_now();
                    }
                    assert_eq!(take(&mut vcpu), 20);
                    devices.inject_irq(n as u32, 20, false, None).unwrap();
                    end(&mut vcpu, 20);
                    taken[n].fetch_add(1, Ordering::Release);
                }
            });
        }
        for round in 0..EACH {
            for n in 0..4 {
                devices.inject_irq(n, 20, true, None).unwrap();
            }
            for count in taken {
                while count.load(Ordering::Acquire) <= round {
                    thread::yield_now();
                }
            }
        }
    });
    emu.stopped(|gic| {
        for n in 0..4 {
            assert_eq!(gic.stats(n).unwrap().delivered.ppi, EACH);
        }
        assert_eq!(gic.check_invariants(), 0);
    });
}

#[test]
fn a_panic_in_a_callback_aborts() {
    struct Panics;

    impl Guest for Panics {}

    impl Ops for Panics {
        fn set_pins(&self, _: u32, _: Pins) {
            panic!("expected");
        }
    }
    const NAME: &str = "a_panic_in_a_callback_aborts";
    if std::env::var_os(NAME).is_some() {
        let mut emu = placed(&gicv3(1), Panics);
        let (devices, mut vcpus) = emu.split();
        open(&mut vcpus.next().unwrap());
        // Were it unwound, the test would fail, which is another exit.
        let _ = devices.inject_irq(0, 33, true, None);
        return;
    }
    let itself = std::env::current_exe().unwrap();
    let child =
        Command::new(itself).args(["--exact", NAME]).env(NAME, "1").output();
    // A signal, and no exit code.
    assert_eq!(child.unwrap().status.code(), None);
}

#[test]
fn errors_have_words_and_numbers() {
    assert_eq!(Error::Invalid.to_string(), "out of range");
    assert_eq!(Error::Other(-99).to_string(), "unknown error");
    assert_eq!((Error::Fault.code(), Error::Other(-99).code()), (-10, -99));
    assert_eq!(vgic::version(), env!("CARGO_PKG_VERSION"));
}
