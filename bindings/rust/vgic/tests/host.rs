// SPDX-License-Identifier: BSD-2-Clause
//! The VMM's interface: vCPUs that enter and exit, and physical interrupts.

mod common;

use std::mem::forget;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{sync_channel, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread;

use common::{end, map_lpi, open, take, with_its, Ram, GICD, GICR, GITS};
use vgic::host::{Devices, Gic, Host, PhysConfig, Refused, Vcpu, Vcpus};
use vgic::{Block, Config, Error, Guest, Memory, OutsideRam, Owner, Pins};
use vgic::{Sysreg, V5Config, Width};

const IRQ: Pins = Pins { irq: true, fiq: false };

#[derive(Debug, PartialEq)]
enum Called {
    Kick(u32),
    Active(u32, bool),
    Pending(u32, bool),
    Configure(u32, PhysConfig),
    Ended(u32, u32),
}

/// Writes down what it is called for.
#[derive(Default)]
struct Vmm {
    called: Mutex<Vec<Called>>,
    line: AtomicBool,
}

impl Vmm {
    fn note(&self, called: Called) {
        self.called.lock().unwrap().push(called);
    }

    fn called(&self) -> Vec<Called> {
        std::mem::take(&mut self.called.lock().unwrap())
    }
}

impl Guest for Vmm {
    fn bug(&self, what: &'static str, vcpu: u32, intid: u32) {
        panic!("{what}, vCPU {vcpu}, INTID {intid}");
    }
}

impl Host for Vmm {
    const PHYSICAL: bool = true;

    fn kick(&self, vcpu: u32) {
        self.note(Called::Kick(vcpu));
    }

    fn phys_set_active(&self, pintid: u32, active: bool) {
        self.note(Called::Active(pintid, active));
    }

    fn phys_set_pending(&self, pintid: u32, pending: bool) {
        self.note(Called::Pending(pintid, pending));
    }

    fn phys_configure(&self, pintid: u32, config: &PhysConfig) {
        self.note(Called::Configure(pintid, *config));
    }

    fn input_level(&self, _: u32, _: u32) -> bool {
        self.line.load(Ordering::Relaxed)
    }

    fn irq_ended(&self, vcpu: u32, intid: u32) {
        self.note(Called::Ended(vcpu, intid));
    }
}

/// Has no memory, and cannot change physical interrupts.
struct Plain;

impl Guest for Plain {}

impl Host for Plain {
    fn kick(&self, _: u32) {}
}

fn gicv3(nr_vcpus: u32) -> Config<'static> {
    Config { nr_spis: 32, nr_side_entries: 8, ..Config::gicv3(nr_vcpus) }
}

fn placed<H: Host>(config: &Config, host: H) -> Gic<'static, H> {
    let mut gic = Gic::new(config, host).unwrap();
    let mut frames = gic.frames().unwrap();
    frames.set_dist_base(GICD).unwrap();
    frames.add_redist_region(GICR, config.nr_vcpus).unwrap();
    gic
}

#[test]
fn what_threads_may_send_and_share() {
    fn send<T: Send>() {}
    fn sync<T: Sync>() {}
    send::<Vcpu>();
    send::<Vcpus>();
    send::<Devices>();
    sync::<Devices>();
    send::<Gic<Plain>>();
    sync::<Gic<Plain>>();
}

#[test]
fn an_interrupt_with_and_without_leaving() {
    let vmm = Vmm::default();
    let mut gic = placed(&gicv3(1), &vmm);
    let (devices, mut vcpus) = gic.split();
    let mut vcpu = vcpus.next().unwrap();
    open(&mut vcpu);
    assert_eq!(vcpu.enter(), Pins::default());
    for round in 0..2 {
        let leaves = round == 0;
        vmm.called();
        devices.inject_irq(0, 33, true, None).unwrap();
        assert_eq!(vmm.called(), [Called::Kick(0)]);
        assert_eq!(vcpu.enter(), IRQ);
        // Pending state: of an entered vCPU that leaves and enters again.
        assert_eq!(vcpu.read(GICD + 0x204, Width::Word), Ok(2));
        assert_eq!(vcpu.pins(), IRQ);
        if leaves {
            vcpu.exit();
            assert_eq!(vcpu.pins(), Pins::default());
        }
        assert_eq!(take(&mut vcpu), 33);
        assert!(vcpu.irq(33).unwrap().active);
        assert_eq!(vcpu.read(GICD + 0x304, Width::Word), Ok(2));
        devices.inject_irq(0, 33, false, None).unwrap();
        end(&mut vcpu, 33);
        assert_eq!(vcpu.enter(), Pins::default());
    }
    assert_eq!(vcpu.read(0, Width::Word), Err(Refused::NotMine));
    assert_eq!(
        vcpu.write_sysreg(Sysreg::ICC_IAR1_EL1, 0),
        Err(Refused::Undefined)
    );
}

#[test]
fn state_that_another_vcpu_holds() {
    let vmm = Vmm::default();
    let mut gic = placed(&gicv3(2), &vmm);
    let (devices, mut vcpus) = gic.split();
    let mut holder = vcpus.next().unwrap();
    let mut reader = vcpus.next().unwrap();
    open(&mut holder);
    devices.inject_irq(0, 33, true, None).unwrap();
    assert_eq!(holder.enter(), IRQ);
    vmm.called();
    // GICD_ISPENDR1: a list register has the answer.
    assert_eq!(reader.read(GICD + 0x204, Width::Word), Err(Refused::Retry));
    assert_eq!(vmm.called(), [Called::Kick(0)]);
    assert_eq!(holder.enter(), IRQ);
    assert_eq!(reader.read(GICD + 0x204, Width::Word), Ok(2));
}

#[test]
fn guest_memory_and_messages() {
    struct WithRam(Ram);

    impl Guest for WithRam {
        const MEMORY: bool = true;

        fn read(&self, ipa: u64, bytes: &mut [u8]) -> Result<(), OutsideRam> {
            self.0.read(ipa, bytes)
        }

        fn write(&self, ipa: u64, bytes: &[u8]) -> Result<(), OutsideRam> {
            self.0.write(ipa, bytes)
        }
    }

    impl Host for WithRam {
        fn kick(&self, _: u32) {}
    }
    let vmm = WithRam(Ram::default());
    let mut gic = placed(&with_its(), &vmm);
    gic.frames().unwrap().set_its_base(0, GITS).unwrap();
    let (devices, mut vcpus) = gic.split();
    let mut vcpu = vcpus.next().unwrap();
    open(&mut vcpu);
    map_lpi(&vmm.0, &mut vcpu);
    assert_eq!(devices.inject_msi(0, 7, 3), Ok(true));
    assert_eq!(devices.inject_msi(0, 7, 4), Ok(false));
    assert_eq!(devices.inject_msi(1, 7, 3), Err(Error::NotFound));
    assert_eq!(vcpu.enter(), IRQ);
    assert_eq!(take(&mut vcpu), 8192);
}

/// A target list of an SGI register names 16 vCPUs of one cluster.
#[test]
fn affinities() {
    let mut gic = placed(&gicv3(17), Plain);
    let mut vcpu = gic.split().1.next().unwrap();
    for (index, affinity) in [(15, 0xf), (16, 0x100)] {
        // GICR_TYPER
        let typer = vcpu.read(GICR + 0x20000 * index + 8, Width::Double);
        assert_eq!(typer.unwrap() >> 32, affinity);
    }
}

#[test]
fn any_order_will_do() {
    let vmm = Vmm::default();
    let mut gic = placed(&gicv3(1), &vmm);
    let (devices, mut vcpus) = gic.split();
    let mut vcpu = vcpus.next().unwrap();
    vcpu.exit();
    vcpu.put();
    assert!(!vcpu.pending());
    open(&mut vcpu);
    vcpu.put();
    devices.pulse_irq(0, 40, None).unwrap();
    assert!(vcpu.pending());
    assert_eq!(vcpu.enter(), IRQ);
    assert_eq!(vcpu.enter(), IRQ);
    assert!(vcpu.pending());
    vcpu.enter();
    vcpu.put();
    assert_eq!(take(&mut vcpu), 40);
    vcpu.enter();
    vcpu.reset(true).unwrap();
    assert_eq!(vcpu.read_sysreg(Sysreg::ICC_PMR_EL1), Ok(0));
}

#[test]
fn a_vcpu_that_was_forgotten_in_the_guest() {
    let vmm = Vmm::default();
    let mut gic = placed(&gicv3(2), &vmm);
    let mut vcpu = gic.split().1.next().unwrap();
    open(&mut vcpu);
    vcpu.enter();
    forget(vcpu);
    let bytes = gic.stopped(|gic| {
        let mut bytes = vec![0; gic.snapshot_size()];
        assert_eq!(gic.save(&mut bytes), Ok(bytes.len()));
        gic.reset();
        bytes
    });
    let mut vcpu = gic.split().1.next().unwrap();
    vcpu.enter();
    forget(vcpu);
    gic.stopped(|gic| gic.restore(&bytes)).unwrap();
    let mut vcpu = gic.split().1.next().unwrap();
    assert_eq!(vcpu.read_sysreg(Sysreg::ICC_PMR_EL1), Ok(0xf0));
}

#[test]
fn physical_interrupts() {
    let vmm = Vmm::default();
    let mut gic = placed(&gicv3(1), &vmm);
    assert_eq!(gic.unmap_irq(0, 34), Err(Error::NotFound));
    assert_eq!(gic.map_irq(0, 1, 40), Err(Error::Invalid));
    gic.map_irq(0, 34, 40).unwrap();
    assert_eq!(gic.map_irq(0, 34, 40), Err(Error::Exists));
    gic.listen(0, 34, true).unwrap();
    let configured = vmm.called();
    assert!(matches!(configured[..], [Called::Configure(40, _)]));

    let (devices, mut vcpus) = gic.split();
    let mut vcpu = vcpus.next().unwrap();
    open(&mut vcpu);
    let enabled = |called: &Called| match called {
        Called::Configure(40, config) => {
            (config.enabled, config.level, config.intid, config.target)
                == (true, true, 34, Some(0))
        }
        _ => false,
    };
    assert!(vmm.called().iter().any(enabled));

    // The host has taken physical interrupt 40, and leaves it active.
    vmm.line.store(true, Ordering::Relaxed);
    devices.inject_irq(0, 34, true, None).unwrap();
    assert_eq!(vcpu.enter(), IRQ);
    // GICD_ICPENDR1: it stays pending, since its line is up.
    vcpu.write(GICD + 0x284, Width::Word, 1 << 2).unwrap();
    assert!(vmm.called().contains(&Called::Pending(40, false)));
    assert_eq!(vcpu.enter(), IRQ);
    assert_eq!(take(&mut vcpu), 34);
    vmm.line.store(false, Ordering::Relaxed);
    vmm.called();
    end(&mut vcpu, 34);
    vcpu.enter();
    vcpu.exit();
    let called = vmm.called();
    assert!(called.contains(&Called::Active(40, false)), "{called:?}");
    assert!(called.contains(&Called::Ended(0, 34)), "{called:?}");
    // GICD_ISPENDR1: a mapped level is what its device says now.
    for level in [true, false] {
        vmm.line.store(level, Ordering::Relaxed);
        let pending = vcpu.read(GICD + 0x204, Width::Word);
        assert_eq!(pending, Ok(u64::from(level) << 2));
    }
    drop(vcpu);
    gic.listen(0, 34, false).unwrap();
    gic.unmap_irq(0, 34).unwrap();

    let mut none = placed(&gicv3(1), Plain);
    assert_eq!(none.map_irq(0, 34, 40), Err(Error::NotSupported));
}

#[test]
fn configurations_that_are_refused() {
    let alive = Arc::new(());
    struct Counted(Arc<()>);

    impl Guest for Counted {}

    impl Host for Counted {
        fn kick(&self, _: u32) {}
    }
    let twice = [1, 1];
    for config in [
        Config { nr_vcpus: 0, ..gicv3(1) },
        Config { mpidr: Some(&twice), ..gicv3(1) },
        Config { mpidr: Some(&twice), ..gicv3(2) },
        with_its(),
    ] {
        let error = Gic::new(&config, Counted(alive.clone())).err().unwrap();
        assert!(matches!(error, Error::Exists | Error::Invalid), "{error}");
        assert_eq!(Arc::strong_count(&alive), 1);
    }
    let size = Gic::<Counted>::memory_size(&gicv3(2)).unwrap();
    let mut blocks = vec![Block::UNUSED; (size + 63) / 64];
    let short = Memory::from(&mut blocks[1..]);
    let gic = Gic::new_in(&gicv3(2), short, Counted(alive.clone()));
    assert_eq!(gic.err(), Some(Error::NoMemory));

    let memory = Memory::from(&mut blocks[..]);
    let mut gic =
        Gic::new_in(&gicv3(2), memory, Counted(alive.clone())).unwrap();
    assert!(Arc::ptr_eq(&gic.host().0, &alive));
    assert_eq!(gic.split().1.len(), 2);
    assert_eq!(gic.frames().err(), Some(Error::Busy));
    drop(gic);
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[test]
fn a_gicv5() {
    const PPI: u32 = 1 << 29 | 20;
    let v5 = V5Config {
        ppi_implemented: [1 << 20, 0],
        lpi_id_bits: 10,
        nr_irs: 1,
        ..V5Config::default()
    };
    let config = Config { nr_side_entries: 1, v5, ..Config::gicv5(1) };
    let mut gic = Gic::new(&config, Plain).unwrap();
    let timer = 0u8;
    let owner = Some(Owner::of(&timer));
    gic.frames().unwrap().set_irs_base(0, GICD).unwrap();
    gic.set_owner(0, PPI, owner).unwrap();
    assert_eq!(gic.regions().next().unwrap().name, "IRS");
    let (devices, mut vcpus) = gic.split();
    let mut vcpu = vcpus.next().unwrap();
    vcpu.enter();
    for (register, value) in [
        (Sysreg::ICC_PPI_ENABLER0_EL1, 1 << 20),
        (Sysreg::ICC_PCR_EL1, 31),
        (Sysreg::ICC_CR0_EL1, 1),
    ] {
        vcpu.write_sysreg(register, value).unwrap();
    }
    devices.inject_irq(0, PPI, true, owner).unwrap();
    assert_eq!(vcpu.enter(), IRQ);
    let said = vcpu.read_sysreg(Sysreg::GICR_CDIA);
    assert_eq!(said, Ok(1 << 32 | u64::from(PPI)));
}

/// Two vCPUs send each other an SGI in turn; a kick wakes the thread.
#[test]
fn threads() {
    const ROUNDS: u32 = 500;
    struct Wakes([SyncSender<()>; 2], AtomicU32);

    impl Guest for Wakes {}

    impl Host for Wakes {
        fn kick(&self, vcpu: u32) {
            self.1.fetch_add(1, Ordering::Relaxed);
            // Full: it has been told already.
            let _ = self.0[vcpu as usize].try_send(());
        }
    }
    let ((tx0, rx0), (tx1, rx1)) = (sync_channel(1), sync_channel(1));
    let wakes = Wakes([tx0, tx1], AtomicU32::new(0));
    let mut gic = placed(&gicv3(2), &wakes);
    let mut vcpus = gic.split().1;
    thread::scope(|scope| {
        for rx in [rx0, rx1] {
            let mut vcpu = vcpus.next().unwrap();
            open(&mut vcpu);
            scope.spawn(move || {
                let other = 1 << (1 - vcpu.index());
                let mut taken = 0;
                if vcpu.index() == 0 {
                    vcpu.write_sysreg(Sysreg::ICC_SGI1R_EL1, other).unwrap();
                }
                while taken < ROUNDS {
                    while !vcpu.enter().irq {
                        vcpu.exit();
                        rx.recv().unwrap();
                    }
                    assert_eq!(take(&mut vcpu), 0);
                    end(&mut vcpu, 0);
                    taken += 1;
                    vcpu.write_sysreg(Sysreg::ICC_SGI1R_EL1, other).unwrap();
                }
            });
        }
    });
    assert!(wakes.1.load(Ordering::Relaxed) >= ROUNDS);
    let delivered = gic.stopped(|gic| gic.stats(1).unwrap().delivered);
    assert_eq!(delivered.sgi, ROUNDS.into());
}
